import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** How an account stands with its code, as far as one look at many accounts tells. */
export interface SideRow {
  readonly accountId: string;
  /** Whose code it shows. */
  readonly personId: string | null;
  /** Tells this state from every other of the account. */
  readonly mark: string;
  /** Whether it shows a code and there is nothing else to say: one application, confirmed, nothing open, nothing told. */
  readonly isPlain: boolean;
}

/** How some accounts stand with their codes. An account that was erased is not in the answer. */
export async function sidesOf(db: Db, accountIds: readonly string[], now: Instant): Promise<SideRow[]> {
  return db.rows<SideRow>(sql`
    select a.account_id as "accountId", a.person_id as "personId",
           concat_ws(' ', a.person_id, c.stated, c.over, s.taken, s.waiting, n.told) as mark,
           a.person_id is not null and s.applications = 1 and s.is_plain and a.person_id = any(s.confirmed)
             and s.waiting = 0 and c.over = 0 and n.told is null as "isPlain"
      from account a
      left join (select account_id, count(*) as stated, count(*) filter (where ends_at <= ${time(now)}) as over
                   from application_content
                  where account_id = any(${accountIds}::uuid[])
                  group by account_id) c on c.account_id = a.account_id
      left join (select account_id, count(*) as taken, count(distinct application_id) as applications,
                        count(*) filter (where expires_at > ${time(now)}) as waiting,
                        bool_and(step not in ('lost', 'withdrawn')) as is_plain,
                        array_agg(person_id) filter (where step = 'confirmed') as confirmed
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
