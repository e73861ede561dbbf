import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import type { Database } from '../../platform/db/database.ts';
import { BUCKETS, timeUuid } from '../../platform/db/uuid.ts';
import { isPremature, mustNotBeSuperseded } from '../buckets/newest-rules.ts';
import { setTurns, waitForBuckets } from '../buckets/store.ts';
import { addRun, dropShares, forgetRuns, type RunRules, shares } from './store.ts';

/** Whoever concludes has heard of new rules by then: each process looks for them every second. */
const HEARD_MS = 3_000;

/**
 * Everybody is to be looked at again, by the rules that are in force. What was broken off with the same rules goes on; with
 * others it begins anew. Whoever works shares it from then on. Rules that have only just begun to decide are given a moment, so
 * that nearly every process has heard of them and none has to be refused.
 *
 * @throws {SupersededRules} when everybody was looked at by later rules than those that decide by this clock
 */
export async function beginWithEveryone(
  { store, rules }: Pick<Installation, 'store' | 'rules'>,
  now: Instant,
): Promise<void> {
  await rules.refresh();
  const untilHeard = rules.decidesSince(now) + HEARD_MS - now;
  if (untilHeard > 0) await sleep(Math.min(untilHeard, HEARD_MS));
  await beginRun(store.app, { rules: rules.at(now).compiled.id, ...rules.inForceAt(now) }, now);
}

const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/**
 * The same, at once. Once it is begun nobody concludes by earlier rules any more, and whatever was concluded by them has
 * been committed, however long that took: so those who look at everybody see it.
 */
export async function beginRun(database: Database, by: RunRules, now: Instant): Promise<void> {
  await database.transaction(async (db) => {
    const left = await shares(db);
    if (left.length > 0 && left.every(({ number }) => number === by.number)) return;
    // Shares before buckets, as everywhere: whoever works on a share waits for buckets.
    await dropShares(db);
    const turns = await waitForBuckets(db, EVERY_BUCKET);
    mustNotBeSuperseded(
      turns.filter((turn) => !isPremature(turn, now)),
      by,
    );
    await forgetRuns(db);
    await setTurns(db, EVERY_BUCKET, by);
    await addRun(db, timeUuid(now), by, now);
  });
}
