import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { InForce } from '../decision.ts';

/** A bucket, and by which rules everybody was last looked at again: nobody concludes in it by earlier ones. */
export interface BucketTurn extends Pick<InForce, 'from' | 'number'> {
  readonly bucket: number;
  /** When it was read, by the clock of the database, which all processes share. */
  readonly readAt: Instant;
}

/** Locks buckets until the transaction ends, and returns those on which nobody else works. */
export async function lockBuckets(db: Db, buckets: readonly number[]): Promise<BucketTurn[]> {
  return db.rows<BucketTurn>(sql`
    select bucket, rules_from as "from", rules_number as number, clock_timestamp() as "readAt"
      from bucket_turn
     where bucket = any(${buckets}::smallint[])
       for update skip locked
  `);
}

/** Locks buckets until the transaction ends, and waits for whoever works on them. */
export async function waitForBuckets(db: Db, buckets: readonly number[]): Promise<BucketTurn[]> {
  return db.rows<BucketTurn>(sql`
    select bucket, rules_from as "from", rules_number as number, clock_timestamp() as "readAt"
      from bucket_turn
     where bucket = any(${buckets}::smallint[])
     order by bucket
       for update
  `);
}

/** The same, and whether facts are kept about everybody there whom anything is known about, or who is due. */
export interface LookedTurn extends BucketTurn {
  readonly hasAllFacts: boolean;
}

/** Some buckets, as they are without waiting for whoever works on them. */
export async function turnsOf(db: Db, buckets: readonly number[]): Promise<LookedTurn[]> {
  return db.rows<LookedTurn>(sql`
    select bucket, rules_from as "from", rules_number as number, has_all_facts as "hasAllFacts",
           clock_timestamp() as "readAt"
      from bucket_turn
     where bucket = any(${buckets}::smallint[])
  `);
}

/** From now on nobody concludes in some buckets by earlier rules. They must be locked. */
export async function setTurns(db: Db, buckets: readonly number[], { from, number }: InForce): Promise<void> {
  await db.change(sql`
    update bucket_turn
       set rules_from = ${time(from)}::timestamptz, rules_number = ${number}
     where bucket = any(${buckets}::smallint[])
  `);
}

/** Facts are kept from now on about everybody in some buckets. Nothing is locked where that is known. */
export async function noteAllFacts(db: Db, buckets: readonly number[]): Promise<void> {
  await db.change(sql`
    update bucket_turn set has_all_facts = true where bucket = any(${buckets}::smallint[]) and not has_all_facts
  `);
}

/** The present by the clock of the database. */
export async function databaseNow(db: Db): Promise<Instant> {
  const [row] = await db.rows<{ now: Instant }>(sql`select clock_timestamp() as now`);
  return row!.now;
}
