import { HOUR_MS, type Instant } from '../../../domain/time.ts';
import { lockAccount } from '../../accounts/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { Problem, passingProblem } from '../../platform/http/problem.ts';
import type { StaffSession } from '../../platform/http/rules.ts';
import { eraseAfter } from '../../record/retention.ts';
import type { Applying } from '../applying.ts';
import { type Application, isLive, readApplication } from '../read-application.ts';
import { findReference, type ReferencePurpose } from '../store.ts';
import { addAttempt, countAttempts, removeAttempts } from './store.ts';

/** Who sits at the counter. */
export type Clerk = Pick<StaffSession, 'accountId' | 'authority' | 'territory'>;

/** References that one member of staff may get wrong in an hour: slips of typing, and nobody finds one of 2^40 so. */
export const MOST_FAILURES_AN_HOUR = 10;

/**
 * Does something with a reference, and counts it against the member of staff if it comes to nothing.
 *
 * @throws {Problem} `rate-limited` after too many failures, and whatever `work` throws
 */
export async function useReference<T>(
  { database }: Applying,
  { accountId }: Clerk,
  now: Instant,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  const attemptId = timeUuid(now);
  // Before it is tried: of many at once no more than so many are.
  await addAttempt(database, accountId, attemptId, now, eraseAfter('working', now));
  if ((await countAttempts(database, accountId, now - HOUR_MS)) > MOST_FAILURES_AN_HOUR)
    throw passingProblem('rate-limited', 'Too many references were wrong.', HOUR_MS / 1_000);
  const done = await database.transaction(work);
  await removeAttempts(database, accountId, attemptId, now - HOUR_MS);
  return done;
}

/**
 * The application of a reference, locked. Nobody decides on their own: an account may be that of a citizen and of staff.
 *
 * @throws {Problem} `conflict`, the same whatever does not fit
 */
export async function lockReferred(
  db: Db,
  { keys }: Applying,
  { accountId }: Clerk,
  reference: string,
  purpose: ReferencePurpose,
  now: Instant,
): Promise<Application & { readonly opened: NonNullable<Application['opened']> }> {
  const row = await findReference(db, reference);
  if (!row || row.purpose !== purpose || row.expiresAt <= now || row.accountId === accountId) throw noMatch();
  await lockAccount(db, row.accountId);
  const application = await readApplication(db, keys, row.accountId, now);
  const isRight = isLive(application) && application.applicationId === row.applicationId;
  if (!isRight || !application.opened) throw noMatch();
  return { ...application, opened: application.opened };
}

/** Whether the reference, the document or the time is wrong, is not told: nobody is to find out by trying. */
export function noMatch(): Problem {
  return new Problem('conflict', 'The reference and the document do not belong together, or it is too late.');
}
