import type { Applying } from '../../applications/applying.ts';
import { peopleShownBy, withdraw } from '../../applications/withdraw.ts';
import { disableClient } from '../../clients/disable-client.ts';
import { endBearersAgain } from '../../passes/end-bearers-again.ts';
import { Problem } from '../../platform/http/problem.ts';
import { eraseAfter } from '../retention.ts';
import type { Removal } from './removal-list.ts';
import { addWithdrawal, knownWithdrawals } from './store.ts';

/** What was taken away again. */
export interface RemovedAgain {
  readonly withdrawn: number;
  readonly barred: number;
  /** Phones and cards. */
  readonly ended: number;
  /** The accounts that show somebody else's code than they did when they left: a person has to look. */
  readonly unclear: readonly string[];
}

/** Withdrawals that wait for the same moment instead of one after the other. */
const TOGETHER = 32;
const RECORDED_BY = 'restore';

/**
 * Takes away again what a restore has brought back (D3). A withdrawal is made as it was made then, by what the database
 * says now. One that is on record is left alone, so that this may be done twice.
 */
export async function removeAgain(applying: Applying, removals: readonly Removal[]): Promise<RemovedAgain> {
  const { database, clock } = applying;
  const left = removals.flatMap((one) => (one.what === 'withdrawal' ? one : []));
  const known = await knownWithdrawals(
    database,
    left.map(({ withdrawalId }) => withdrawalId),
  );
  const lost = left.filter(({ withdrawalId }) => !known.has(withdrawalId));
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let one = lost.shift(); one; one = lost.shift()) outcomes.push(await withdrawAgain(applying, one));
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  const slots = removals.flatMap((one) => (one.what === 'slot' ? one.slot : []));
  const ended = await endBearersAgain(database, slots, clock());
  let barred = 0;
  for (const one of removals)
    if (one.what === 'client') {
      await disableClient(database, one.clientId, clock(), RECORDED_BY).then(() => barred++, unlessUnknown);
    }
  return {
    withdrawn: outcomes.filter(({ outcome }) => outcome === 'withdrawn').length,
    barred,
    ended,
    unclear: outcomes.flatMap(({ outcome, accountId }) => (outcome === 'unclear' ? accountId : [])),
  };
}

interface Outcome {
  readonly outcome: 'withdrawn' | 'unclear' | 'nothing';
  readonly accountId: string;
}

async function withdrawAgain(
  applying: Applying,
  { withdrawalId, accountId, personIds, at }: Extract<Removal, { what: 'withdrawal' }>,
): Promise<Outcome> {
  const { database, clock } = applying;
  const now = clock();
  const shown = await peopleShownBy(database, accountId);
  if (shown.some((personId) => !personIds.includes(personId))) return { outcome: 'unclear', accountId };
  try {
    await withdraw(applying, { accountId, signedInAt: now }, withdrawalId);
    return { outcome: 'withdrawn', accountId };
  } catch (error) {
    // An account that was made later than the instant of the restore.
    unlessUnknown(error);
    const row = { withdrawalId, accountId, personIds, withdrawnAt: at };
    await addWithdrawal(database, row, eraseAfter('working', now));
    return { outcome: 'nothing', accountId };
  }
}

function unlessUnknown(error: unknown): void {
  if (error instanceof Problem && (error.code === 'not-found' || error.code === 'unauthenticated')) return;
  throw error;
}
