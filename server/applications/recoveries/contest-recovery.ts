import type { Instant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/problem.ts';
import { type Applicant, lockApplication } from '../apply-for-code.ts';
import type { Applying } from '../applying.ts';
import { wardsEver } from '../holdings/store.ts';
import { tell } from '../notices/notices.ts';
import { applicationOf, type ShownApplication } from '../read-application.ts';
import { isContested, isOpen, takeRecoveryStep } from './recoveries.ts';
import { type Recovery, recoveriesOf } from './store.ts';

/**
 * Contests a claim to the code that this account shows; only a counter can decide then. To contest twice does no harm.
 *
 * @throws {Problem} `not-found` for any case that is not against this account, or is over
 */
export async function contestRecovery(
  applying: Applying,
  { accountId }: Applicant,
  caseId: string,
): Promise<ShownApplication> {
  const { database, keys, clock } = applying;
  const now = clock();
  return database.transaction(async (db) => {
    await lockApplication(db, applying, accountId, now);
    const recovery = await lockCaseAgainst(db, accountId, caseId);
    if (!isContested(recovery)) await contest(db, recovery, accountId, now);
    return applicationOf(db, keys, accountId, now);
  });
}

async function contest(db: Db, recovery: Recovery, accountId: string, now: Instant): Promise<void> {
  await takeRecoveryStep(db, recovery, 'contested', accountId, now);
  await tell(db, recovery.accountId, 'recovery-contested', now, recovery.caseId);
}

/** Finds a case among those about people whose code the account shows. */
async function lockCaseAgainst(db: Db, accountId: string, caseId: string): Promise<Recovery> {
  const own = await personOfAccount(db, accountId);
  const wards = own === undefined ? [] : await wardsEver(db, own);
  for (const personId of [own, ...wards.map((ward) => ward.personId)]) {
    if (personId === undefined) break;
    await lockPerson(db, personId);
    const found = (await recoveriesOf(db, personId)).find((one) => one.caseId === caseId);
    if (found && found.holderAccountId === accountId && isOpen(found)) return found;
  }
  throw new Problem('not-found', 'There is no such claim against this account.');
}
