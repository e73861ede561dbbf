import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { VersionCount } from '../../platform/keys/version-number.ts';
import type { DocumentRow, PersonRow } from '../store.ts';

/** Whoever has a key that can be renewed. */
export interface KeyedPerson extends PersonRow {
  readonly wrappedKey: Buffer;
  readonly eraseAfter: Instant;
}

/** People who were not erased, in the order of their ids, after one of them. */
export async function peopleAfter(db: Db, personId: string, most: number): Promise<KeyedPerson[]> {
  return db.rows<KeyedPerson>(sql`
    -- across shards: pages through everybody while a key rotates
    select person_id as "personId", bucket, wrapped_key as "wrappedKey", sealed_document as "sealedDocument",
           erase_after as "eraseAfter"
      from person
     where person_id > ${personId} and wrapped_key is not null
     order by person_id
     limit ${most}
  `);
}

/** The indexes under which some people are found. */
export async function indexesOf(db: Db, personIds: readonly string[]): Promise<DocumentRow[]> {
  return db.rows<DocumentRow>(sql`
    -- across shards: the indexes of a page of people, while a key rotates
    select document_index as "index", person_id as "personId"
      from person_document
     where person_id = any(${personIds}::uuid[])
  `);
}

/** A wrapped key that takes the place of another, or of itself. */
export interface Rewrapped {
  readonly personId: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

/**
 * Replaces the wrapped keys that are still as they were, locks their people until the transaction ends, and returns
 * them. Whoever was erased in the meantime stays erased.
 */
export async function replaceWrappedKeys(db: Db, rows: readonly Rewrapped[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ personId }) => personId);
  // Without a join, which a distributed table does not take in an update.
  const replaced = await db.rows<{ personId: string }>(sql`
    update person
       set wrapped_key = (${rows.map(({ after }) => after)}::bytea[])[array_position(${ids}::uuid[], person_id)]
     where person_id = any(${ids}::uuid[])
       and wrapped_key = (${rows.map(({ before }) => before)}::bytea[])[array_position(${ids}::uuid[], person_id)]
    returning person_id as "personId"
  `);
  return replaced.map(({ personId }) => personId);
}

/** A further index of a document that is on record. */
export interface FurtherIndex extends DocumentRow {
  readonly eraseAfter: Instant;
}

/** Adds further indexes and returns how many were not there. */
export async function addFurtherIndexes(
  db: Db,
  rows: readonly FurtherIndex[],
  recordedAt: Instant,
): Promise<number> {
  if (rows.length === 0) return 0;
  // In one order everywhere, so that two who add the same wait for each other and never in a circle.
  const sorted = [...rows].sort((a, b) => a.index.compare(b.index));
  return db.change(sql`
    insert into person_document (document_index, person_id, recorded_at, erase_after)
    select i, p, ${time(recordedAt)}, e
      from unnest(
        ${sorted.map(({ index }) => index)}::bytea[],
        ${sorted.map(({ personId }) => personId)}::uuid[],
        ${sorted.map(({ eraseAfter }) => time(eraseAfter))}::timestamptz[]
      ) as n(i, p, e)
        on conflict do nothing
  `);
}

/** How many people have a key. */
export async function countKeyed(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    sql`
      -- across shards: a count while a key rotates
      select count(*) as count from person where wrapped_key is not null
    `,
  );
  return row!.count;
}

/** The wrapped keys, by the version that wraps them. */
export function countWrappedKeys(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    select get_byte(wrapped_key, 0) * 256 + get_byte(wrapped_key, 1) as version, count(*) as "rows"
      from person
     where wrapped_key is not null
     group by 1
  `);
}

/** The documents that are found by a version of the index key. */
export async function countIndexes(db: Db, version: number): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    -- across shards: a count while a key rotates
    select count(*) as count
      from person_document
     where get_byte(document_index, 0) * 256 + get_byte(document_index, 1) = ${version}::integer
  `);
  return row!.count;
}

/** The people who are not found by a version of the index key, by the versions by which they are. */
export function countNotIndexed(db: Db, version: number): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    with missing as (
      select person_id, array_agg(get_byte(document_index, 0) * 256 + get_byte(document_index, 1)) as versions
        from person_document
       group by person_id
      having not bool_or(get_byte(document_index, 0) * 256 + get_byte(document_index, 1) = ${version}::integer)
    )
    select v.version, count(*) as "rows"
      from person
           join missing on missing.person_id = person.person_id
           cross join unnest(missing.versions) as v(version)
     where person.wrapped_key is not null
     group by v.version
  `);
}
