import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';

/** Destroys the data key of a person, whose row must be locked: from then on nothing that is sealed about them opens. */
export async function closePerson(db: Db, personId: string): Promise<void> {
  await db.change(sql`update person set wrapped_key = null where person_id = ${personId}`);
  // Sealed with a key of everybody's.
  await db.change(sql`delete from facts where person_id = ${personId}`);
}

/** Gives a person the data key back that was destroyed a moment ago; false when their rows are gone. */
export async function reopenPerson(db: Db, personId: string, wrappedKey: Buffer): Promise<boolean> {
  const reopened = await db.change(sql`
    update person set wrapped_key = ${wrappedKey} where person_id = ${personId} and wrapped_key is null
  `);
  return reopened > 0;
}

/** People whose data key is destroyed and whose rows are still there. */
export async function closedPeople(db: Db, most: number): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: what an erasure that was broken off has left; a job at night
    select person_id as "personId" from person where wrapped_key is null limit ${most}
  `);
  return rows.map(({ personId }) => personId);
}

/** Until when something is kept that a source has stated about a person. */
export interface KeptRow {
  readonly source: string;
  readonly until: Instant;
}

/** The sources that have stated something about a person, themselves among them. */
export function sourcesAbout(db: Db, personId: string): Promise<KeptRow[]> {
  return db.rows<KeptRow>(sql`
    select source, max(erase_after) as until from evidence where person_id = ${personId} group by source order by source
  `);
}

/** Until when it is kept who looked at something about a person; undefined when nobody did. */
export async function looksKeptUntil(db: Db, personId: string): Promise<Instant | undefined> {
  const [row] = await db.rows<{ until: Instant | null }>(
    sql`select max(erase_after) as until from look where person_id = ${personId}`,
  );
  return row?.until ?? undefined;
}

/**
 * Takes away all rows about some people but those of who looked, for the role that erases. The person first: whoever adds
 * an index of the document locks that row. A document that comes again is somebody new.
 */
export async function deletePeople(db: Db, personIds: readonly string[]): Promise<void> {
  await db.change(sql`delete from person where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`
    -- across shards: indexes lie where their documents do; erasing is rare
    delete from person_document where person_id = any(${personIds}::uuid[])
  `);
  await db.change(sql`delete from due where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from evidence where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`
    -- across shards: records lie where their ids do; erasing is rare
    delete from record where person_id = any(${personIds}::uuid[])
  `);
  await db.change(sql`
    -- across shards: records lie where their ids do; erasing is rare
    delete from former_version where person_id = any(${personIds}::uuid[])
  `);
  await db.change(sql`delete from facts where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from assessment where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from kin where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from holding where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from holding_end where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`
    -- across shards: wards lie with whoever answers for them; erasing is rare
    delete from ward where person_id = any(${personIds}::uuid[])
  `);
  await db.change(sql`delete from ward where guardian_person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from card where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from card_end where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from phone where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from phone_end where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from recovery where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from recovery_step where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`delete from pass_slot_of where person_id = any(${personIds}::uuid[])`);
  await db.change(sql`
    -- across shards: slots lie where their numbers do; erasing is rare
    delete from pass_slot where person_id = any(${personIds}::uuid[])
  `);
}
