import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { eraseAfter } from '../../record/retention.ts';
import { addLook } from '../../record/store.ts';
import type { Clerk } from './use-reference.ts';

/** Puts on record that a counter has seen the document of a person (D4). */
export async function putOnRecord(db: Db, clerk: Clerk, personId: string, now: Instant): Promise<void> {
  const { accountId: actor, authority } = clerk;
  const what = { actor, authority, purpose: 'application for a code', subject: 'document' };
  const look = { personId, lookId: timeUuid(now), lookedAt: now, ...what };
  await addLook(db, { ...look, eraseAfter: eraseAfter('audit', now) });
}
