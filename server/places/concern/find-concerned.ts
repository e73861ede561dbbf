import type { Instant } from '../../../domain/time.ts';
import { isPremature, mustDecideNow, mustNotBeSuperseded } from '../../codes/buckets/newest-rules.ts';
import { turnsOf } from '../../codes/buckets/store.ts';
import type { InForce } from '../../codes/decision.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { BUCKETS, timeUuid } from '../../platform/db/uuid.ts';
import { lockAreas } from '../store.ts';
import type { AreaReach } from './area-reach.ts';
import { concernedStays } from './concerned-stays.ts';
import { addConcerned, addConcerns, changedAreas, pendingChanges } from './store.ts';

/** How far areas reach by the rules that decide. */
export interface ReachInForce extends AreaReach {
  readonly inForce: InForce;
}

const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/**
 * Makes due everyone whom changes of the areas concern that are known by now, and of whom that was not done yet (R5).
 * Returns how many people that were.
 *
 * It looks for them after a change was committed: evidence that it does not see yet is assessed by whoever claims it
 * later, and who then knows the change. If the process ends in between, the next call finds what is left. So it is called
 * after an import, when a service starts, and again and again: a planned end comes without an import.
 *
 * @throws {SupersededRules} when everybody was looked at by later rules than these, by which areas may reach further; whoever
 *   looks at everybody after this has begun knows the changes by themselves
 * @throws {WrongClock} when these do not decide by the clock of the database
 */
export async function findConcerned(database: Database, reach: ReachInForce, now: Instant): Promise<number> {
  if ((await pendingChanges(database, now)).length === 0) return 0;
  const find = async (db: Db) => {
    await lockAreas(db);
    return makeDue(db, reach, now);
  };
  // Whoever is due is found as long as they are, whenever that commits.
  return database.transaction(find, { mayLast: true });
}

async function makeDue(db: Db, reach: ReachInForce, now: Instant): Promise<number> {
  const pending = await pendingChanges(db, now);
  if (pending.length === 0) return 0;
  const turns = await turnsOf(db, EVERY_BUCKET);
  mustDecideNow(turns, reach.inForce);
  mustNotBeSuperseded(
    turns.filter((turn) => !isPremature(turn)),
    reach.inForce,
  );
  const numbers = pending.map(({ number }) => number);
  const due = {
    dueId: timeUuid(now),
    // Not before it is known by every clock.
    dueAt: Math.max(...pending.map(({ knownAt }) => knownAt)),
  };
  const { anyone, feverish } = concernedStays(await changedAreas(db, numbers), reach, due.dueAt);
  const people =
    (await addConcerned(db, feverish, due, 'feverish')) + (await addConcerned(db, anyone, due, 'anyone'));
  await addConcerns(db, numbers, now);
  return people;
}
