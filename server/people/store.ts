import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';

/** A document by one of its keyed indexes, and whose it is. */
export interface DocumentRow {
  readonly index: Buffer;
  readonly personId: string;
}

/** What is kept about a person besides evidence. */
export interface PersonRow {
  readonly personId: string;
  readonly bucket: number;
  /** Missing once the person was erased. */
  readonly wrappedKey: Buffer | null;
  readonly sealedDocument: Buffer;
}

/** A person who is new. */
export interface NewPerson extends PersonRow {
  readonly birthYear: number | undefined;
  /** The county in which the document was registered; a code of six digits. */
  readonly registeredRegion: string | undefined;
}

/** The persons of documents, by index. */
export async function personsByDocument(db: Db, indexes: readonly Buffer[]): Promise<DocumentRow[]> {
  if (indexes.length === 0) return [];
  return db.rows<DocumentRow>(sql`
    select document_index as "index", person_id as "personId"
      from person_document
     where document_index = any(${indexes}::bytea[])
  `);
}

/** Adds documents and returns the indexes of those that nobody had added before. */
export async function addDocuments(
  db: Db,
  rows: readonly DocumentRow[],
  recordedAt: Instant,
  eraseAfter: Instant,
): Promise<Buffer[]> {
  // In one order everywhere, so that two batches that add the same documents wait for each other and never in a circle.
  const sorted = [...rows].sort((a, b) => a.index.compare(b.index));
  const added = await db.rows<{ index: Buffer }>(sql`
    insert into person_document (document_index, person_id, recorded_at, erase_after)
    select i, p, ${time(recordedAt)}, ${time(eraseAfter)}
      from unnest(${sorted.map(({ index }) => index)}::bytea[], ${sorted.map(({ personId }) => personId)}::uuid[]) as n(i, p)
        on conflict do nothing
    returning document_index as "index"
  `);
  return added.map(({ index }) => index);
}

export async function addPeople(
  db: Db,
  people: readonly NewPerson[],
  createdAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  if (people.length === 0) return;
  await db.change(sql`
    insert into person (person_id, bucket, wrapped_key, sealed_document, birth_year, registered_region, created_at,
                        erase_after)
    select p, b, k, d, y, r, ${time(createdAt)}, ${time(eraseAfter)}
      from unnest(
        ${people.map(({ personId }) => personId)}::uuid[],
        ${people.map(({ bucket }) => bucket)}::smallint[],
        ${people.map(({ wrappedKey }) => wrappedKey)}::bytea[],
        ${people.map(({ sealedDocument }) => sealedDocument)}::bytea[],
        ${people.map(({ birthYear }) => birthYear ?? null)}::smallint[],
        ${people.map(({ registeredRegion }) => registeredRegion ?? null)}::text[]
      ) as n(p, b, k, d, y, r)
  `);
}

export async function peopleById(db: Db, personIds: readonly string[]): Promise<PersonRow[]> {
  return db.rows<PersonRow>(sql`
    select person_id as "personId", bucket, wrapped_key as "wrappedKey", sealed_document as "sealedDocument"
      from person
     where person_id = any(${personIds}::uuid[])
  `);
}

/** Those whose documents an identity record ever joined to one of these people. */
export async function kinOf(db: Db, personIds: readonly string[]): Promise<KinRow[]> {
  return db.rows<KinRow>(sql`
    select person_id as "personId", kin_id as "kinId" from kin where person_id = any(${personIds}::uuid[])
  `);
}

/** Two people whose documents an identity record joined. */
export interface KinRow {
  readonly personId: string;
  readonly kinId: string;
}

export async function addKin(
  db: Db,
  rows: readonly KinRow[],
  recordedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into kin (person_id, kin_id, recorded_at, erase_after)
    select p, k, ${time(recordedAt)}, ${time(eraseAfter)}
      from unnest(${rows.map(({ personId }) => personId)}::uuid[], ${rows.map(({ kinId }) => kinId)}::uuid[]) as n(p, k)
     order by p, k
        on conflict do nothing
  `);
}

/** Locks one person until the transaction ends. */
export async function lockPerson(db: Db, personId: string): Promise<void> {
  await db.rows(sql`select person_id from person where person_id = ${personId} for update`);
}

/** Whether anybody is on record. */
export async function isAnybodyThere(db: Db): Promise<boolean> {
  const rows = await db.rows(sql`
    -- across shards: whether there is anybody, once at the start
    select person_id from person limit 1
  `);
  return rows.length > 0;
}
