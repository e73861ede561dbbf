import { NEVER } from '../../../domain/time.ts';
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

/** A clock is off by more than clocks may be, so that rules seem to decide that do not yet, or do no more. The same holds. */
export class WrongClock extends OperatorError {}

/** Clocks differ by less (docs/operations.md). */
export const CLOCKS_DIFFER_MS = 60_000;

/**
 * Holds whoever concludes in some buckets to the rules by which everybody was last looked at again, or later ones: people
 * who were looked at already would else keep what follows from rules that do not decide any more. The buckets must be
 * locked: whoever had them before has committed, and was looked at.
 *
 * @throws {SupersededRules} when they are earlier ones
 * @throws {WrongClock} when they do not decide now
 */
export async function holdToNewest(
  db: Db,
  turns: readonly BucketTurn[],
  { inForce }: Pick<DecisionInForce, 'inForce'>,
): Promise<void> {
  mustDecideNow(turns, inForce);
  const superseding = turns.filter((turn) => isLater(turn, inForce));
  if (superseding.length === 0) return;
  mustNotBeSuperseded(
    superseding.filter((turn) => !isPremature(turn)),
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

/**
 * @throws {WrongClock} when rules decide only in more than a minute, or have not for longer than that, by the clock of the
 *   database when it was read last
 */
export function mustDecideNow(
  turns: readonly Pick<BucketTurn, 'readAt'>[],
  { from, until = NEVER, number }: InForce,
): void {
  const readAt = Math.max(...turns.map((turn) => turn.readAt));
  if (from <= readAt + CLOCKS_DIFFER_MS && until >= readAt - CLOCKS_DIFFER_MS) return;
  throw new WrongClock(
    `the rules of number ${number} seem to decide here, and do not by the clock of the database: one of the two clocks is off by more than a minute`,
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

/**
 * Whether the rules of a bucket decide only once an instant has come that is yet to come, by however much clocks differ. Only
 * the clock of the database tells: a clock that is late takes all new rules for such.
 */
export function isPremature({ from, readAt }: BucketTurn): boolean {
  return from > readAt + CLOCKS_DIFFER_MS;
}

function isLater(one: InForce, other: InForce): boolean {
  return one.from > other.from || (one.from === other.from && one.number > other.number);
}
