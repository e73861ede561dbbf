import { HOUR_MS, type Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { eraseAfter } from '../../record/retention.ts';
import type { HoldingRow } from '../holdings/store.ts';
import { tell } from '../notices/notices.ts';
import type { ApplicationKey } from '../store.ts';
import { addRecovery, addRecoveryStep, type Recovery, type RecoveryStep, recoveriesOf } from './store.ts';

/**
 * How long whoever shows a code has to contest a claim to it: three days, so that a weekend does not pass unseen. Who
 * cannot wait goes to a counter.
 */
export const RECOVERY_WAIT_MS = 72 * HOUR_MS;

/** Opens a claim to the code of a person, who must be locked, unless the account has one; tells the holder. Returns the case. */
export async function openRecovery(
  db: Db,
  { accountId, applicationId }: ApplicationKey,
  holding: HoldingRow,
  now: Instant,
): Promise<{ readonly caseId: string; readonly isNew: boolean }> {
  const { personId, accountId: holderAccountId } = holding;
  const cases = await recoveriesOf(db, personId);
  const open = cases.find((one) => isOpen(one) && one.accountId === accountId);
  if (open) return { caseId: open.caseId, isNew: false };
  const caseId = timeUuid(now);
  const row = { personId, caseId, accountId, applicationId, holderAccountId, openedAt: now };
  await addRecovery(db, row, eraseAfter('identity', now));
  // A holder who has contested once is not to do so again and again: claims against them are for a counter.
  const contested = cases.some((one) => one.holderAccountId === holderAccountId && isContested(one));
  if (contested) {
    await takeRecoveryStep(db, { ...row, steps: [] }, 'contested', holderAccountId, now);
    await tell(db, accountId, 'recovery-contested', now, caseId);
  }
  await tell(db, holderAccountId, 'recovery-opened', now, caseId);
  return { caseId, isNew: true };
}

/** Whether a claim may be granted without a counter: nobody contests it, and the time is over or nobody shows the code any more. */
export function isDue(recovery: Recovery, holding: HoldingRow | undefined, now: Instant): boolean {
  if (!isOpen(recovery) || isContested(recovery)) return false;
  return holding === undefined || now >= recovery.openedAt + RECOVERY_WAIT_MS;
}

export function isOpen({ steps }: Recovery): boolean {
  return !steps.includes('granted') && !steps.includes('closed');
}

export function isContested({ steps }: Recovery): boolean {
  return steps.includes('contested');
}

/** Ends all open claims to the code of a person, who must be locked: that of the account that has got it is granted. */
export async function settleRecoveries(
  db: Db,
  personId: string,
  accountId: string,
  actor: string,
  now: Instant,
): Promise<void> {
  for (const recovery of await recoveriesOf(db, personId)) {
    if (!isOpen(recovery)) continue;
    const step = recovery.accountId === accountId ? 'granted' : 'closed';
    await takeRecoveryStep(db, recovery, step, actor, now);
  }
}

export async function takeRecoveryStep(
  db: Db,
  recovery: Recovery,
  step: RecoveryStep,
  actor: string,
  now: Instant,
): Promise<void> {
  const taken = { stepId: timeUuid(now), step, actor, takenAt: now };
  await addRecoveryStep(db, recovery, taken, eraseAfter('identity', now));
}
