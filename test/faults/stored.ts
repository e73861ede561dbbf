import type { Document } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import type { AssessmentRow } from '../../server/codes/store.ts';
import { evidenceContext } from '../../server/evidence/write-evidence.ts';
import { documentContext } from '../../server/people/find-or-add-people.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { script, sql } from '../../server/platform/db/sql.ts';
import { type DataKey, open, openDataKey } from '../../server/platform/keys/envelope.ts';
import type { KeyRing } from '../../server/platform/keys/key-ring.ts';

/** A version of a record, as it is stored. */
export interface StoredVersion {
  readonly source: string;
  readonly id: string;
  readonly version: number;
  readonly personId: string;
}

/** The same with what it states, opened. */
export interface StoredEvidence extends StoredVersion {
  readonly document: Document;
  readonly data: unknown;
}

/** A person who is on record. */
interface StoredPerson {
  readonly document: Document;
  readonly key: DataKey;
}

/** Everybody on record, by id. */
export async function storedPeople(db: Db, keys: KeyRing): Promise<ReadonlyMap<string, StoredPerson>> {
  const rows = await db.rows<{ personId: string; wrappedKey: Buffer; sealed: Buffer }>(sql`
    select person_id as "personId", wrapped_key as "wrappedKey", sealed_document as sealed from person
  `);
  return new Map(
    rows.map(({ personId, wrappedKey, sealed }) => {
      const key = openDataKey(keys, personId, wrappedKey);
      return [
        personId,
        { key, document: JSON.parse(open(key, sealed, documentContext(personId)).toString()) },
      ];
    }),
  );
}

/** All evidence that is stated or retracted about anybody. */
export async function storedEvidence(
  db: Db,
  people: ReadonlyMap<string, StoredPerson>,
): Promise<StoredEvidence[]> {
  const rows = await db.rows<StoredVersion & { sealed: Buffer }>(sql`
    select source, record_id as id, version, person_id as "personId", sealed_data as sealed
      from evidence
     where standing <> 'left'
  `);
  return rows.map(({ sealed, ...row }) => {
    const { document, key } = people.get(row.personId)!;
    const context = evidenceContext(row.personId, row.source, row.id, row.version);
    return { ...row, document, data: JSON.parse(open(key, sealed, context).toString()) };
  });
}

/** Every version of every record, by the tables that keep each of them unique. */
export async function storedVersions(db: Db): Promise<StoredVersion[]> {
  return db.rows<StoredVersion>(sql`
    select source, record_id as id, version, person_id as "personId" from record
    union all
    select source, record_id, version, person_id from former_version
  `);
}

/** How many records all batches together have counted as accepted. */
export async function acceptedInBatches(db: Db): Promise<number> {
  const [row] = await db.rows<{ accepted: number }>(
    sql`select coalesce(sum(accepted), 0)::bigint as accepted from batch`,
  );
  return row!.accepted;
}

export async function countDocuments(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`select count(*) as count from person_document`);
  return row!.count;
}

/** Every conclusion about everybody, the newest first. */
export async function storedAssessments(db: Db): Promise<ReadonlyMap<string, AssessmentRow[]>> {
  const rows = await db.rows<AssessmentRow>(sql`
    select person_id as "personId", number, assessed_at as "assessedAt", rules, areas, colour,
           next_change_at as "nextChangeAt", next_colour as "nextColour", result::text as result,
           next_result::text as "nextResult", inputs_digest as "inputsDigest", cause
      from assessment
     order by person_id, number desc
  `);
  const byPerson = new Map<string, AssessmentRow[]>();
  for (const row of rows) byPerson.set(row.personId, [...(byPerson.get(row.personId) ?? []), row]);
  return byPerson;
}

/** Everybody who waits to be assessed, for what, and from when on. */
export async function storedDue(
  db: Db,
): Promise<{ readonly personId: string; readonly cause: string; readonly dueAt: Instant }[]> {
  return db.rows(sql`select person_id as "personId", cause, due_at as "dueAt" from due`);
}

/** How many of those about whom a record with such an id is stated have this colour by their newest conclusion. */
export async function coloursOf(db: Db, idBegins: string, colour: string): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    select count(*) as count
      from (
        select distinct on (person_id) colour
          from assessment
         where person_id in (select person_id from evidence where starts_with(record_id, ${idBegins}))
         order by person_id, number desc
      ) as newest
     where colour = ${colour}
  `);
  return row!.count;
}

/** Every row of every table, as PostgreSQL prints it, by table. */
export async function everyRow(db: Db): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = await db.rows<{ name: string }>(sql`
    select relname::text as name
      from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'
     order by relname
  `);
  const rows = new Map<string, readonly string[]>();
  for (const { name } of tables) {
    const texts = await db.rows<{ text: string }>(script(`select t::text as text from ${name} t`));
    rows.set(name, texts.map(({ text }) => text).sort());
  }
  return rows;
}
