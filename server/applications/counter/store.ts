import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** Writes down that a member of staff tries a reference, before anything is looked up. */
export async function addAttempt(
  db: Db,
  accountId: string,
  attemptId: string,
  attemptedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into counter_attempt (account_id, attempt_id, attempted_at, erase_after)
    values (${accountId}, ${attemptId}, ${time(attemptedAt)}, ${time(eraseAfter)})
  `);
}

/** How often a member of staff has tried since an instant, without what went well. */
export async function countAttempts(db: Db, accountId: string, since: Instant): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    select count(*) as count from counter_attempt where account_id = ${accountId} and attempted_at > ${time(since)}
  `);
  return row!.count;
}

/** Forgets an attempt that went well, and those that are too old to count. */
export async function removeAttempts(
  db: Db,
  accountId: string,
  attemptId: string,
  before: Instant,
): Promise<void> {
  await db.change(sql`
    delete from counter_attempt
     where account_id = ${accountId} and (attempt_id = ${attemptId} or attempted_at <= ${time(before)})
  `);
}
