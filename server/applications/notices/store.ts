import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** What an account can be told. */
export type NoticeKind =
  | 'recovery-opened'
  | 'recovery-contested'
  | 'code-taken-over'
  | 'application-confirmed'
  | 'phone-bound'
  | 'phone-removed'
  | 'card-issued'
  | 'card-cancelled';

export interface NoticeRow {
  readonly accountId: string;
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly caseId: string | null;
  readonly toldAt: Instant;
}

export async function addNotice(db: Db, row: NoticeRow, eraseAfter: Instant): Promise<void> {
  const { accountId, noticeId, kind, caseId, toldAt } = row;
  await db.change(sql`
    insert into notice (account_id, notice_id, kind, case_id, told_at, erase_after)
    values (${accountId}, ${noticeId}, ${kind}, ${caseId}, ${time(toldAt)}, ${time(eraseAfter)})
  `);
}

/** What an account was told, the latest first. */
export function latestNotices(db: Db, accountId: string, most: number): Promise<NoticeRow[]> {
  return db.rows<NoticeRow>(sql`
    select account_id as "accountId", notice_id as "noticeId", kind, case_id as "caseId", told_at as "toldAt"
      from notice
     where account_id = ${accountId}
     order by told_at desc, notice_id
     limit ${most}
  `);
}
