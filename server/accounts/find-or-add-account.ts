import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { blindIndexes } from '../platform/keys/blind-index.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import {
  type AccountRow,
  accountsBySubject,
  addAccount,
  addSubjects,
  keepSubjects,
  lockAccount,
  type SubjectRow,
} from './store.ts';

/** An account, locked until the transaction ends. */
export interface Account extends AccountRow {
  readonly accountId: string;
}

/** Whom an identity provider means: a subject says nothing without its issuer. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

/**
 * The account of a subject; one that nobody had signed in with before gets an account of its own. To be called in the
 * transaction that begins the session. What is kept of a subject are its indexes, so those of a new version of the key
 * are added here, when it is known for a moment.
 */
export async function findOrAddAccount(
  db: Db,
  keys: KeyRing,
  { issuer, subject }: Subject,
  now: Instant,
): Promise<Account> {
  const indexes = blindIndexes(keys, 'subject', JSON.stringify([issuer, subject]));
  const erase = eraseAfter('identity', now);
  const known = firstOf(indexes, await accountsBySubject(db, indexes));
  const accountId = known ?? timeUuid(now);
  const added = await addSubjects(db, accountId, indexes, now, erase);
  if (known === undefined && added.length < indexes.length) {
    // Somebody signs in with it for the first time in this same moment: all is done once more, and finds that account.
    throw new DatabaseError('conflict', '40001', 'an account is added by two at once');
  }
  if (known !== undefined) await keepSubjects(db, indexes, erase);
  const account = known === undefined ? undefined : await lockAccount(db, accountId);
  if (account) return { accountId, ...account };
  await addAccount(db, accountId, now, erase);
  return { accountId, personId: null, verifiedAt: null };
}

/** The account under the first index that has one: that of the current key is believed first. */
function firstOf(indexes: readonly Buffer[], rows: readonly SubjectRow[]): string | undefined {
  const found = indexes.map((index) => rows.find((row) => row.index.equals(index)));
  return found.find((row) => row !== undefined)?.accountId;
}
