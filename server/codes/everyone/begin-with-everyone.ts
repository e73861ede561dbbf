import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { addShares, shares } from './store.ts';

/** Whoever concludes has heard of new rules by then: each process looks for them every second. */
const HEARD_MS = 3_000;

/**
 * Everybody is to be looked at again, by the rules that are in force. What was broken off with the same rules goes on; with
 * others it begins anew. Whoever works shares it from then on. Of rules that have only just begun to decide, some process may not
 * have heard, and conclude by others about somebody who was looked at already: hence they are given a moment.
 */
export async function beginWithEveryone(
  { store, rules }: Pick<Installation, 'store' | 'rules'>,
  now: Instant,
): Promise<void> {
  await rules.refresh();
  const inForce = rules.at(now).compiled.id;
  const untilHeard = rules.decidesSince(now) + HEARD_MS - now;
  if (untilHeard > 0) await sleep(Math.min(untilHeard, HEARD_MS));
  await store.app.transaction(async (db) => {
    const left = await shares(db);
    if (left.length > 0 && left.every((share) => share.rules === inForce)) return;
    await addShares(db, timeUuid(now), inForce, now);
  });
}
