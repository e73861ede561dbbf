import type { Instant } from '../../../domain/time.ts';
import { uuids } from '../../platform/db/binary/arrays.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** How an account stands with its code, as far as one look at many accounts tells. */
export interface SideRow {
  readonly accountId: string;
  /** Whose code it shows. */
  readonly personId: string | null;
  /** Tells this state from every other of the account. */
  readonly mark: string;
}

/** How some accounts stand with their codes. An account that was erased is not in the answer. */
export async function sidesOf(db: Db, accountIds: readonly string[], now: Instant): Promise<SideRow[]> {
  return db.rows<SideRow>(sql`
    select a.account_id as "accountId", a.person_id as "personId",
           concat_ws(' ', a.person_id, c.stated, c.over, s.taken, s.waiting, n.told) as mark
      from account a
      left join (select account_id, count(*) as stated, count(*) filter (where ends_at <= ${time(now)}) as over
                   from application_content
                  where account_id = any(${accountIds}::uuid[])
                  group by account_id) c on c.account_id = a.account_id
      left join (select account_id, count(*) as taken, count(*) filter (where expires_at > ${time(now)}) as waiting
                   from application_step
                  where account_id = any(${accountIds}::uuid[])
                  group by account_id) s on s.account_id = a.account_id
      left join (select account_id, count(*) as told
                   from notice
                  where account_id = any(${accountIds}::uuid[])
                  group by account_id) n on n.account_id = a.account_id
     where a.account_id = any(${accountIds}::uuid[])
  `);
}

/**
 * Those of some accounts that show codes, of which more is to be said: they are told something, the code is a visitor's, or
 * something waits for a counter.
 */
export async function accountsWithMore(
  db: Db,
  accountIds: readonly string[],
  now: Instant,
): Promise<string[]> {
  const asked = uuids(accountIds);
  const rows = await db.rows<{ accountId: string }>(sql`
    select account_id as "accountId" from notice where account_id = any(${asked}::uuid[])
     union all
    select account_id from application_content
     where account_id = any(${asked}::uuid[]) and ends_at < 'infinity'
     union all
    select account_id from application_step
     where account_id = any(${asked}::uuid[]) and expires_at is not null and expires_at > ${time(now)}
  `);
  return rows.map(({ accountId }) => accountId);
}
