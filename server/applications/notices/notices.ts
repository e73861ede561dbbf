import { type Instant, printInstant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { eraseAfter } from '../../record/retention.ts';
import { addNotice, latestNotices, type NoticeKind } from './store.ts';

/** A notice, as its reader gets it. */
export interface ShownNotice {
  readonly noticeId: string;
  readonly kind: NoticeKind;
  readonly caseId?: string;
  readonly words: { readonly zh: string; readonly en: string };
  readonly at: string;
}

/** What each notice says. */
export const NOTICE_WORDS: Readonly<Record<NoticeKind, ShownNotice['words']>> = {
  'recovery-opened': {
    zh: '有人以本人身份证件申请接管您的健康码。如非您本人操作，请立即提出异议；72 小时内无异议，健康码将转至对方账户。',
    en: 'Somebody with a verified document claims the code of this account. If it was not you, contest it now: uncontested, the code moves to the other account after 72 hours.',
  },
  'recovery-contested': {
    zh: '您申请接管的健康码，原账户提出了异议。请携带证件到服务窗口办理。',
    en: 'The account that shows the code contests your claim. Please bring your document to a counter, which decides.',
  },
  'code-taken-over': {
    zh: '健康码已转至另一账户，本账户不再显示该健康码。如有疑问，请携带证件到服务窗口，或拨打 12345。',
    en: 'The code has moved to another account, and this one shows it no more. If that is wrong, bring your document to a counter, or call 12345.',
  },
  'application-confirmed': {
    zh: '您的健康码申请已确认。',
    en: 'Your application for a code is confirmed.',
  },
  'phone-bound': {
    zh: '又有一部手机绑定了您的健康码，可离线亮码。如非您本人操作，请立即在“我的手机”中移除。',
    en: 'One more phone shows this code by itself now. If it was not you, remove it at once under “My phones”.',
  },
  'phone-removed': {
    zh: '一部手机已移除，不能再出示您的健康码。',
    en: 'A phone was removed and shows this code no more.',
  },
  'card-issued': {
    zh: '服务窗口已为您打印纸质健康码，之前的纸质码随即失效。如非您本人办理，请立即作废纸质码并拨打 12345。',
    en: 'A counter has printed your code on paper; a card from before counts no more. If it was not for you, cancel the card at once and call 12345.',
  },
  'card-cancelled': {
    zh: '服务窗口已作废您的纸质健康码。',
    en: 'A counter has cancelled your code on paper.',
  },
};

const MOST_SHOWN = 20;

/** Tells an account of something, in the transaction in which it happens. */
export async function tell(
  db: Db,
  accountId: string,
  kind: NoticeKind,
  now: Instant,
  caseId: string | null = null,
): Promise<void> {
  const row = { accountId, noticeId: timeUuid(now), kind, caseId, toldAt: now };
  await addNotice(db, row, eraseAfter('working', now));
}

/** What an account was told, the latest first. */
export async function noticesOf(db: Db, accountId: string): Promise<ShownNotice[]> {
  const rows = await latestNotices(db, accountId, MOST_SHOWN);
  return rows.map(({ noticeId, kind, caseId, toldAt }) => ({
    noticeId,
    kind,
    ...(caseId !== null && { caseId }),
    words: NOTICE_WORDS[kind],
    at: printInstant(toldAt),
  }));
}
