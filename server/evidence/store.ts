import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import type { VersionCount } from '../platform/keys/version-number.ts';

/** One version of a record and whom it is about. */
export interface VersionRow {
  readonly recordId: string;
  readonly source: string;
  readonly version: number;
  readonly personId: string;
  readonly digest: Buffer;
  readonly recordedAt: Instant;
}

/** The highest version of a record. */
export interface HeadRow extends VersionRow {
  /** Whether the record ever joined two documents (S3). */
  readonly links: boolean;
}

/** A version of a record as it is kept about one person. */
export interface EvidenceRow {
  readonly personId: string;
  readonly source: string;
  readonly recordId: string;
  readonly version: number;
  readonly kind: string;
  readonly standing: 'stated' | 'retracted' | 'left';
  readonly sealedData: Buffer | null;
  readonly recordedAt: Instant;
}

/** Evidence that is new, with where it was and where it came from. */
export interface NewEvidence extends EvidenceRow {
  readonly region: string | null;
  readonly placeFrom: Instant | null;
  readonly placeTo: Instant | null;
  readonly batchId: string;
  readonly clientId: string;
  readonly receivedAt: Instant;
}

/** A delivery, counted. */
export interface BatchRow {
  readonly batchId: string;
  readonly clientId: string;
  readonly receivedAt: Instant;
  readonly accepted: number;
  readonly unchanged: number;
  readonly quarantined: number;
}

/** Adds records that nobody had stated before, and returns the keys of those that were new. They must be in order. */
export async function addRecords(
  db: Db,
  rows: readonly HeadRow[],
  eraseAfter: Instant,
): Promise<RecordKey[]> {
  if (rows.length === 0) return [];
  return db.rows<RecordKey>(sql`
    insert into record (record_id, source, version, person_id, digest, links, recorded_at, erase_after)
    select i, s, v, p, d, l, r, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ recordId }) => recordId)}::text[],
        ${rows.map(({ source }) => source)}::text[],
        ${rows.map(({ version }) => version)}::bigint[],
        ${rows.map(({ personId }) => personId)}::uuid[],
        ${rows.map(({ digest }) => digest)}::bytea[],
        ${rows.map(({ links }) => links)}::boolean[],
        ${rows.map(({ recordedAt }) => time(recordedAt))}::timestamptz[]
      ) as n(i, s, v, p, d, l, r)
        on conflict do nothing
    returning record_id as "recordId", source
  `);
}

export interface RecordKey {
  readonly recordId: string;
  readonly source: string;
}

/** The highest versions of records with these ids, of whatever source. */
export async function headsOf(db: Db, recordIds: readonly string[]): Promise<HeadRow[]> {
  return db.rows<HeadRow>(sql`
    select record_id as "recordId", source, version, person_id as "personId", digest, links, recorded_at as "recordedAt"
      from record
     where record_id = any(${recordIds}::text[])
  `);
}

/** Locks the row of a record until the transaction ends. */
export async function lockRecord(db: Db, { recordId, source }: RecordKey): Promise<void> {
  await db.rows(
    sql`select record_id from record where record_id = ${recordId} and source = ${source} for update`,
  );
}

export async function setHead(
  db: Db,
  { recordId, source, version, personId, digest, links, recordedAt }: HeadRow,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    update record
       set version = ${version}, person_id = ${personId}, digest = ${digest}, links = ${links},
           recorded_at = ${time(recordedAt)}, erase_after = ${time(eraseAfter)}
     where record_id = ${recordId} and source = ${source}
  `);
}

/** The versions below the highest ones of records with these ids. */
export async function formerVersions(db: Db, recordIds: readonly string[]): Promise<VersionRow[]> {
  return db.rows<VersionRow>(sql`
    select record_id as "recordId", source, version, person_id as "personId", digest, recorded_at as "recordedAt"
      from former_version
     where record_id = any(${recordIds}::text[])
  `);
}

export async function addFormerVersions(
  db: Db,
  rows: readonly VersionRow[],
  eraseAfter: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into former_version (record_id, source, version, person_id, digest, recorded_at, erase_after)
    select i, s, v, p, d, r, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ recordId }) => recordId)}::text[],
        ${rows.map(({ source }) => source)}::text[],
        ${rows.map(({ version }) => version)}::bigint[],
        ${rows.map(({ personId }) => personId)}::uuid[],
        ${rows.map(({ digest }) => digest)}::bytea[],
        ${rows.map(({ recordedAt }) => time(recordedAt))}::timestamptz[]
      ) as n(i, s, v, p, d, r)
  `);
}

export async function addEvidence(db: Db, rows: readonly NewEvidence[], eraseAfter: Instant): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into evidence (person_id, source, record_id, version, kind, standing, sealed_data, region, place_from,
                          place_to, batch_id, client_id, received_at, recorded_at, erase_after)
    select p, s, i, v, k, st, d, rg, pf, pt, b, c, rv, r, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ personId }) => personId)}::uuid[],
        ${rows.map(({ source }) => source)}::text[],
        ${rows.map(({ recordId }) => recordId)}::text[],
        ${rows.map(({ version }) => version)}::bigint[],
        ${rows.map(({ kind }) => kind)}::text[],
        ${rows.map(({ standing }) => standing)}::text[],
        ${rows.map(({ sealedData }) => sealedData)}::bytea[],
        ${rows.map(({ region }) => region)}::text[],
        ${rows.map(({ placeFrom }) => printed(placeFrom))}::timestamptz[],
        ${rows.map(({ placeTo }) => printed(placeTo))}::timestamptz[],
        ${rows.map(({ batchId }) => batchId)}::uuid[],
        ${rows.map(({ clientId }) => clientId)}::text[],
        ${rows.map(({ receivedAt }) => time(receivedAt))}::timestamptz[],
        ${rows.map(({ recordedAt }) => time(recordedAt))}::timestamptz[]
      ) as n(p, s, i, v, k, st, d, rg, pf, pt, b, c, rv, r)
        on conflict do nothing
  `);
}

function printed(instant: Instant | null): string | null {
  return instant === null ? null : time(instant);
}

/** All versions of all records that are kept about some people. */
export async function evidenceAbout(db: Db, personIds: readonly string[]): Promise<EvidenceRow[]> {
  return db.rows<EvidenceRow>(sql`
    select person_id as "personId", source, record_id as "recordId", version, kind, standing,
           sealed_data as "sealedData", recorded_at as "recordedAt"
      from evidence
     where person_id = any(${personIds}::uuid[])
  `);
}

export async function addBatches(db: Db, rows: readonly BatchRow[]): Promise<void> {
  await db.change(sql`
    insert into batch (batch_id, client_id, received_at, accepted, unchanged, quarantined)
    select * from unnest(
      ${rows.map(({ batchId }) => batchId)}::uuid[],
      ${rows.map(({ clientId }) => clientId)}::text[],
      ${rows.map(({ receivedAt }) => time(receivedAt))}::timestamptz[],
      ${rows.map(({ accepted }) => accepted)}::integer[],
      ${rows.map(({ unchanged }) => unchanged)}::integer[],
      ${rows.map(({ quarantined }) => quarantined)}::integer[]
    )
  `);
}

/** The kinds that each source may state. */
export async function contractsInForce(db: Db): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db.rows<{ source: string; kinds: string[] }>(sql`
    select distinct on (source) source, kinds from source_contract order by source, number desc
  `);
  return new Map(rows.map(({ source, kinds }) => [source, kinds]));
}

/** A version of a record, and where it came from. */
export interface LineageRow extends Omit<EvidenceRow, 'sealedData'> {
  readonly batchId: string;
  readonly clientId: string;
  readonly receivedAt: Instant;
}

/** Where the evidence about some people came from, the oldest first. */
export async function lineageAbout(db: Db, personIds: readonly string[]): Promise<LineageRow[]> {
  return db.rows<LineageRow>(sql`
    select person_id as "personId", source, record_id as "recordId", version, kind, standing,
           recorded_at as "recordedAt", batch_id as "batchId", client_id as "clientId", received_at as "receivedAt"
      from evidence
     where person_id = any(${personIds}::uuid[])
     order by recorded_at, source, record_id, version
  `);
}

/** The digests of contents, by the version of the key that made them. */
export function countDigests(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    select get_byte(digest, 0) * 256 + get_byte(digest, 1) as version, count(*) as "rows" from record group by 1
    union all
    select get_byte(digest, 0) * 256 + get_byte(digest, 1) as version, count(*) as "rows" from former_version group by 1
  `);
}
