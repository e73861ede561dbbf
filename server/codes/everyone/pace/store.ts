import type { Instant } from '../../../../domain/time.ts';
import type { Db } from '../../../platform/db/database.ts';
import { sql, time } from '../../../platform/db/sql.ts';

/**
 * How many people a second are looked at when everybody is looked at again, by all processes together: it is kept where all of
 * them see it. Without one, each looks at as many as it can.
 */
export async function paceOf(db: Db): Promise<number | undefined> {
  const [row] = await db.rows<{ perSecond: number }>(
    sql`select per_second as "perSecond" from everyone_pace`,
  );
  return row?.perSecond;
}

/** Sets the pace from now on, or takes it away. What was looked at a moment ago still counts. */
export async function setPace(db: Db, perSecond: number | undefined, now: Instant): Promise<void> {
  if (perSecond === undefined) {
    await db.change(sql`delete from everyone_pace`);
    return;
  }
  await db.change(sql`
    insert into everyone_pace (one, per_second, free_at)
    values (1, ${perSecond}::bigint, ${time(now)}::timestamptz)
        on conflict (one) do update set per_second = excluded.per_second
  `);
}

/** Whoever looks for work every quarter of a second loses nothing by it. */
const LATE_MS = 500;
/** Clocks differ by less (docs/operations.md): what is further ahead was written by one that was wrong. */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Takes the time of so many people before they are looked at; false while that of others is not over. Of the time that nobody
 * took, half a second is left, so that in any stretch no more people are looked at than belong to it and to that half second, and those of
 * one call more.
 */
export async function takeTime(db: Db, people: number, now: Instant): Promise<boolean> {
  const taken = await db.change(sql`
    update everyone_pace
       set free_at = greatest(least(free_at, ${time(now)}::timestamptz), ${time(now - LATE_MS)}::timestamptz)
                     + ${people}::integer * interval '1 second' / per_second
     where free_at <= ${time(now)}::timestamptz or free_at > ${time(now + CLOCKS_DIFFER_MS)}::timestamptz
  `);
  return taken > 0;
}

/** Gives back the time of people who were not there. */
export async function giveTimeBack(db: Db, people: number): Promise<void> {
  if (people === 0) return;
  await db.change(sql`
    update everyone_pace set free_at = free_at - ${people}::integer * interval '1 second' / per_second
  `);
}
