import type { Instant } from '../../../domain/time.ts';
import { lockAccount } from '../../accounts/store.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { lastRestoredAt } from '../../record/restorations/store.ts';
import type { Applying } from '../applying.ts';
import { grantCode, stateAbout } from '../grant-code.ts';
import { holderOf, takeCode } from '../holdings/bind-person.ts';
import { tell } from '../notices/notices.ts';
import {
  type Application,
  applicationOf,
  readApplication,
  type ShownApplication,
} from '../read-application.ts';
import { isDue, RECOVERY_WAIT_MS } from './recoveries.ts';
import { accountsWithDueRecoveries, recoveriesOf } from './store.ts';

/** How far an account is with its code; a claim whose time has come is granted first. For whoever shows the code. */
export async function showApplication(applying: Applying, accountId: string): Promise<ShownApplication> {
  const { database, keys, clock } = applying;
  const now = clock();
  const shown = await applicationOf(database, keys, accountId, now);
  if (shown.status !== 'pending') return shown;
  const isGranted = await grantDue(applying, accountId);
  return isGranted ? applicationOf(database, keys, accountId, now) : shown;
}

/**
 * Grants all claims that nobody has contested in time; for the work of each hour. Returns how many. One that fails keeps
 * nobody else waiting; it is thrown at the end.
 */
export async function grantAllDue(applying: Applying): Promise<number> {
  const before = applying.clock() - RECOVERY_WAIT_MS;
  const failures: unknown[] = [];
  let granted = 0;
  for (const accountId of await accountsWithDueRecoveries(applying.database, before)) {
    try {
      if (await grantDue(applying, accountId)) granted++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return granted;
}

/** Grants the claim of an account if nobody has contested it in time. */
export async function grantDue(applying: Applying, accountId: string): Promise<boolean> {
  const now = applying.clock();
  if (!claimIn(await readApplication(applying.database, applying.keys, accountId, now))) return false;
  const isGranted = await applying.database.transaction(async (db) => {
    await lockAccount(db, accountId);
    const application = await readApplication(db, applying.keys, accountId, now);
    return application ? grantIfDue(db, applying, application, now) : false;
  });
  if (isGranted) applying.onAccepted();
  return isGranted;
}

async function grantIfDue(
  db: Db,
  applying: Applying,
  application: Application,
  now: Instant,
): Promise<boolean> {
  const claim = claimIn(application);
  if (!claim || !application.opened) return false;
  const { personId, caseId } = claim;
  await lockPerson(db, personId);
  const recovery = (await recoveriesOf(db, personId)).find((one) => one.caseId === caseId);
  const holding = await holderOf(db, personId, now);
  if (!recovery || !isDue(recovery, holding, now)) return false;
  // Who contested it after the instant to which the database was restored has to be able to do so again.
  if (holding && now < ((await lastRestoredAt(db)) ?? 0) + RECOVERY_WAIT_MS) return false;
  if (holding) await takeCode(db, holding, now);
  await grantCode(db, application, personId, { way: 'recovery', actor: 'time' }, now);
  await tell(db, application.accountId, 'application-confirmed', now, caseId);
  await stateAbout(db, applying, application, personId, application.opened.content, now);
  return true;
}

/** What a pending application claims. */
function claimIn(
  application: Application | undefined,
): { readonly personId: string; readonly caseId: string } | undefined {
  if (application?.status !== 'pending') return undefined;
  const step = application.steps.findLast(({ step }) => step === 'recovery-opened');
  return step && { personId: step.personId!, caseId: step.caseId! };
}
