import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import type { DecisionInForce, InForce } from '../decision.ts';
import { forgetRuns } from '../everyone/store.ts';
import { type BucketTurn, setTurns } from './store.ts';

/**
 * Somebody would conclude by rules that others have left behind: they have not read the later ones yet, or their clock is
 * late. It is nobody's colour; whoever was to be assessed stays so, for others or for later.
 */
export class SupersededRules extends OperatorError {}

/** Clocks differ by less (docs/operations.md). */
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Holds whoever concludes in some buckets to the rules by which everybody was last looked at again, or later ones: people
 * who were looked at already would else keep what follows from rules that do not decide any more. The buckets must be
 * locked: whoever had them before has committed, and was looked at.
 *
 * @throws {SupersededRules} when they are earlier ones
 */
export async function holdToNewest(
  db: Db,
  turns: readonly BucketTurn[],
  { inForce }: Pick<DecisionInForce, 'inForce'>,
  now: Instant,
): Promise<void> {
  const superseding = turns.filter((turn) => isLater(turn, inForce));
  if (superseding.length === 0) return;
  mustNotBeSuperseded(
    superseding.filter((turn) => !isPremature(turn, now)),
    inForce,
  );
  // A clock that ran ahead had let them decide; what it has confirmed counts no longer.
  await forgetRuns(db);
  await setTurns(
    db,
    superseding.map(({ bucket }) => bucket),
    inForce,
  );
}

/** @throws {SupersededRules} when everybody in one of the buckets was looked at again by later rules than these */
export function mustNotBeSuperseded(turns: readonly BucketTurn[], inForce: InForce): void {
  const later = turns.find((turn) => isLater(turn, inForce));
  if (!later) return;
  throw new SupersededRules(
    `everybody is looked at by the rules of number ${later.number}, and here those of number ${inForce.number} seem to decide: this process could not read the others, or its clock is late`,
  );
}

/** Whether rules decide only once an instant has come that is yet to come, by however much clocks differ. */
export function isPremature({ from }: InForce, now: Instant): boolean {
  return from > now + CLOCKS_DIFFER_MS;
}

function isLater(one: InForce, other: InForce): boolean {
  return one.from > other.from || (one.from === other.from && one.number > other.number);
}
