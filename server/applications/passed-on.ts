import { type Document, documentKey } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import { endSessions } from '../accounts/store.ts';
import type { Db } from '../platform/db/database.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { readApplication } from './read-application.ts';
import { leaveApplication } from './withdraw.ts';

/**
 * Ends what waits in an account when a document is verified that is another one: the account has passed to somebody else
 * (decision 0020), and what the one before has applied for or claimed is not to come to them. The row of the account must
 * be locked.
 */
export function endPassedOn(
  keys: KeyRing,
): (db: Db, accountId: string, verified: Document, now: Instant) => Promise<void> {
  return async (db, accountId, verified, now) => {
    const application = await readApplication(db, keys, accountId, now);
    if (application?.status !== 'pending' || !application.opened) return;
    const { document } = application.opened.content;
    if (documentKey(document) === documentKey(verified)) return;
    // The former holder's sessions carry their own document, and would claim again.
    await endSessions(db, accountId, now);
    await leaveApplication(db, application, 'lost', now);
  };
}
