import type { LedgerLine } from '../../domain/places/ledger.ts';
import type { AreaLevel } from '../../domain/places/listed-area.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import type { AreaBeginning, AreaEnd, CoveredArea, Origin } from './coverage.ts';
import type { StandingRow } from './standing.ts';

/** The last numbers given, and the last instant at which areas changed. */
export interface Head {
  readonly documentId: number;
  readonly judgement: number;
  readonly change: number;
  readonly areaId: number;
  readonly receivedAt: Instant;
}

export interface DocumentRow {
  readonly documentId: number;
  readonly digest: Buffer;
  readonly form: 'list' | 'area';
  readonly publishedAt: Instant | null;
  readonly content: Buffer;
}

/** A document that was given before, with its last judgement if it is a list. */
export interface KnownDocument {
  readonly documentId: number;
  readonly digest: Buffer;
  readonly line: LedgerLine | null;
  readonly heldField: string | null;
}

export interface JudgementRow {
  readonly number: number;
  readonly documentId: number;
  readonly heldField: string | null;
  readonly line: LedgerLine;
  readonly listedSince: Buffer | null;
  readonly begunAt: Instant | null;
}

/** When and by whom rows were given. */
export interface Given {
  readonly clientId: string;
  readonly now: Instant;
}

export interface ChangeRow {
  readonly number: number;
  readonly receivedAt: Instant;
  readonly knownAt: Instant;
}

export interface EndRow extends AreaEnd {
  /** The change that tells it. */
  readonly number: number;
}

/** Waits until nobody else adds to the areas, and keeps others waiting until the transaction ends. */
export async function lockAreas(db: Db): Promise<void> {
  await db.rows(sql`select turn from area_turn where turn = 0 for update`);
}

export async function readHead(db: Db): Promise<Head> {
  const [head] = await db.rows<Head>(sql`
    select coalesce((select max(document_id) from area_document), 0) as "documentId",
           coalesce((select max(number) from list_judgement), 0) as judgement,
           coalesce((select max(number) from area_change), 0) as change,
           coalesce((select max(area_id) from listed_area), 0) as "areaId",
           coalesce((select received_at from area_change order by number desc limit 1), 'epoch') as "receivedAt"
  `);
  return head!;
}

/** The documents with these digests that were given before. */
export async function knownDocuments(db: Db, digests: readonly Buffer[]): Promise<KnownDocument[]> {
  return db.rows<KnownDocument>(sql`
    select d.document_id as "documentId", d.digest, j.line, j.held_field as "heldField"
      from area_document d
      left join list_judgement j
        on j.number = (select max(number) from list_judgement l where l.document_id = d.document_id)
     where d.digest = any(${digests}::bytea[])
  `);
}

/** The last list of a time that was given, and how it was judged last. */
export async function lastListOf(
  db: Db,
  publishedAt: Instant,
): Promise<Pick<DocumentRow & JudgementRow, 'documentId' | 'content' | 'heldField'> | undefined> {
  const [row] = await db.rows<Pick<DocumentRow & JudgementRow, 'documentId' | 'content' | 'heldField'>>(sql`
    select d.document_id as "documentId", d.content, j.held_field as "heldField"
      from area_document d
      join list_judgement j
        on j.number = (select max(number) from list_judgement l where l.document_id = d.document_id)
     where d.published_at = ${time(publishedAt)}
     order by d.document_id desc
     limit 1
  `);
  return row;
}

/** What is known of the last list in force and the last one seen; undefined before the first. */
export async function lastStanding(db: Db): Promise<StandingRow | undefined> {
  const [row] = await db.rows<StandingRow>(sql`
    select d.content, j.listed_since as "listedSince", j.begun_at as "begunAt", seen.published_at as "seenAt"
      from list_judgement j
      join area_document d using (document_id)
      join list_judgement last on last.number = (select max(number) from list_judgement)
      join area_document seen on seen.document_id = last.document_id
     where j.number = (select max(number) from list_judgement where held_field is null)
  `);
  return row;
}

/** The times of all lists that are in force, in order. */
export async function listTimes(db: Db): Promise<Instant[]> {
  const rows = await db.rows<{ at: Instant }>(sql`
    select distinct d.published_at as at
      from list_judgement j
      join area_document d using (document_id)
     where j.held_field is null
     order by at
  `);
  return rows.map(({ at }) => at);
}

/** All areas with the last that was said about their end, planned or not. */
export async function coveredAreas(db: Db): Promise<CoveredArea[]> {
  return db.rows<CoveredArea>(sql`
    select distinct on (area_id)
           area_id as "areaId", origin, level, region, place, listed_from as from, listed_to as to
      from listed_area
      join area_end using (area_id)
     order by area_id, number desc
  `);
}

export async function addDocuments(
  db: Db,
  rows: readonly DocumentRow[],
  { clientId, now }: Given,
): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into area_document (document_id, digest, form, published_at, content, client_id, received_at)
    select i, d, f, p, c, ${clientId}, ${time(now)}
      from unnest(
        ${rows.map(({ documentId }) => documentId)}::bigint[],
        ${rows.map(({ digest }) => digest)}::bytea[],
        ${rows.map(({ form }) => form)}::text[],
        ${rows.map(({ publishedAt }) => printed(publishedAt))}::timestamptz[],
        ${rows.map(({ content }) => content)}::bytea[]
      ) as n(i, d, f, p, c)
  `);
}

function printed(instant: Instant | null): string | null {
  return instant === null ? null : time(instant);
}

export async function addJudgements(
  db: Db,
  rows: readonly JudgementRow[],
  { clientId, now }: Given,
): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into list_judgement (number, document_id, held_field, line, listed_since, begun_at, client_id, judged_at)
    select n, d, h, l::json, s, b, ${clientId}, ${time(now)}
      from unnest(
        ${rows.map(({ number }) => number)}::bigint[],
        ${rows.map(({ documentId }) => documentId)}::bigint[],
        ${rows.map(({ heldField }) => heldField)}::text[],
        ${rows.map(({ line }) => JSON.stringify(line))}::text[],
        ${rows.map(({ listedSince }) => listedSince)}::bytea[],
        ${rows.map(({ begunAt }) => printed(begunAt))}::timestamptz[]
      ) as x(n, d, h, l, s, b)
  `);
}

export async function addChanges(db: Db, rows: readonly ChangeRow[]): Promise<void> {
  await db.change(sql`
    insert into area_change (number, received_at, known_at)
    select * from unnest(
      ${rows.map(({ number }) => number)}::bigint[],
      ${rows.map(({ receivedAt }) => time(receivedAt))}::timestamptz[],
      ${rows.map(({ knownAt }) => time(knownAt))}::timestamptz[]
    )
  `);
}

export async function addAreas(db: Db, rows: readonly AreaBeginning[]): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into listed_area (area_id, origin, level, region, place, listed_from)
    select * from unnest(
      ${rows.map(({ areaId }) => areaId)}::bigint[],
      ${rows.map(({ origin }): Origin => origin)}::text[],
      ${rows.map(({ level }): AreaLevel => level)}::text[],
      ${rows.map(({ region }) => region)}::text[],
      ${rows.map(({ place }) => place)}::text[],
      ${rows.map(({ from }) => time(from))}::timestamptz[]
    )
  `);
}

export async function addEnds(db: Db, rows: readonly EndRow[]): Promise<void> {
  await db.change(sql`
    insert into area_end (area_id, number, listed_to)
    select * from unnest(
      ${rows.map(({ areaId }) => areaId)}::bigint[],
      ${rows.map(({ number }) => number)}::bigint[],
      ${rows.map(({ to }) => time(to))}::timestamptz[]
    )
  `);
}

/** An area as far as a change tells of it. */
export interface ToldArea extends CoveredArea {
  readonly number: number;
}

/** The changes after one, in order; those that are known later too. */
export async function changesAfter(db: Db, number: number): Promise<ChangeRow[]> {
  return db.rows<ChangeRow>(sql`
    select number, received_at as "receivedAt", known_at as "knownAt"
      from area_change
     where number > ${number}
     order by number
  `);
}

/** What the changes after one tell of areas, in order. */
export async function toldAfter(db: Db, number: number): Promise<ToldArea[]> {
  return db.rows<ToldArea>(sql`
    select number, area_id as "areaId", origin, level, region, place, listed_from as from, listed_to as to
      from area_end
      join listed_area using (area_id)
     where number > ${number}
     order by number
  `);
}

/** Changes by the last one received, and by how many of those up to it were not known yet: they lay ahead. */
export interface KnownChanges {
  readonly last: number;
  readonly ahead: number;
}

/** The changes that were known at an instant. */
export async function changesAt(db: Db, knownAt: Instant): Promise<KnownChanges> {
  const [row] = await db.rows<KnownChanges>(sql`
    select coalesce(max(number), 0) as last, count(*) filter (where known_at > ${time(knownAt)}) as ahead
      from area_change
     where received_at <= ${time(knownAt)}
  `);
  return row!;
}

/** The areas as some changes tell of them. */
export async function areasAfter(db: Db, { last, ahead }: KnownChanges): Promise<CoveredArea[]> {
  return db.rows<CoveredArea>(sql`
    select distinct on (area_id)
           area_id as "areaId", origin, level, region, place, listed_from as from, listed_to as to
      from area_end
      join listed_area using (area_id)
     where number <= ${last}
       and number <> all (array(select number from area_change where number <= ${last}
                                 order by known_at desc, number desc limit ${ahead}))
     order by area_id, number desc
  `);
}
