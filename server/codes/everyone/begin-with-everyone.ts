import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import type { Database } from '../../platform/db/database.ts';
import { BUCKETS, timeUuid } from '../../platform/db/uuid.ts';
import { isPremature, mustDecideNow, mustNotBeSuperseded } from '../buckets/newest-rules.ts';
import { type BucketTurn, setTurns, waitForBuckets } from '../buckets/store.ts';
import { setPace } from './pace/store.ts';
import { addRun, dropUnfinished, forgetRuns, isUnderWay, type RunRules } from './store.ts';

/** Whoever concludes has heard of new rules by then: each process looks for them every second. */
const HEARD_MS = 3_000;

/**
 * Everybody is to be looked at again, by the rules that are in force. What was broken off with the same rules goes on; with
 * others it begins anew. Whoever works shares it from then on, and all of them together look at no more than so many people a
 * second, whatever was said before; without a number, at as many as they can. Rules that have only just begun to decide are given a moment, so
 * that nearly every process has heard of them and none has to be refused.
 *
 * @throws {SupersededRules} when everybody was looked at by later rules than those that decide by this clock
 * @throws {WrongClock} when these do not decide by the clock of the database
 */
export async function beginWithEveryone(
  { store, rules }: Pick<Installation, 'store' | 'rules'>,
  now: Instant,
  perSecond?: number,
): Promise<void> {
  await rules.refresh();
  const untilHeard = rules.decidesSince(now) + HEARD_MS - now;
  if (untilHeard > 0) await sleep(Math.min(untilHeard, HEARD_MS));
  await beginRun(store.app, { rules: rules.at(now).compiled.id, ...rules.inForceAt(now) }, now, perSecond);
}

/** Buckets that one statement waits for: one for all would have no more time than one for each, which a slow network makes too many. */
const TOGETHER = 8;
const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/**
 * The same, at once. Once it is begun nobody concludes by earlier rules any more, and whatever was concluded by them has
 * been committed, however long that took: so those who look at everybody see it. Of two who begin at once the second finds
 * what the first has begun.
 */
export async function beginRun(
  database: Database,
  by: RunRules,
  now: Instant,
  perSecond?: number,
): Promise<void> {
  await database.transaction(async (db) => {
    const turns: BucketTurn[] = [];
    for (let first = 0; first < BUCKETS; first += TOGETHER)
      turns.push(...(await waitForBuckets(db, EVERY_BUCKET.slice(first, first + TOGETHER))));
    mustDecideNow(turns, by);
    if (await isUnderWay(db, by.number)) return setPace(db, perSecond, now);
    mustNotBeSuperseded(
      turns.filter((turn) => !isPremature(turn)),
      by,
    );
    // What a clock that ran ahead has confirmed does not count.
    if (turns.some(isPremature)) await forgetRuns(db);
    await dropUnfinished(db);
    await setTurns(db, EVERY_BUCKET, by);
    await addRun(db, timeUuid(now), by, now);
    await setPace(db, perSecond, now);
  });
}
