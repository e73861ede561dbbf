import { setTimeout as sleep } from 'node:timers/promises';
import { BUCKETS } from '../../platform/db/uuid.ts';
import type { Working } from '../../working.ts';
import { whenNobodyIsDue } from '../when-nobody-is-due.ts';
import { countEveryone, shares } from './store.ts';

const LOOK_MS = 100;

/** Waits until nobody is left who is to be looked at again, and nobody is due; `onWaiting` is told how many still wait. */
export async function whenEveryoneIsDone(
  work: Pick<Working, 'installation' | 'clock' | 'worker'>,
  onWaiting: (people: number) => void,
): Promise<void> {
  const { app } = work.installation.store;
  let everyone: number | undefined;
  for (;;) {
    const left = (await shares(app)).length;
    if (left === 0) break;
    everyone ??= await countEveryone(app);
    onWaiting(Math.round((everyone * left) / BUCKETS));
    work.worker.wake();
    await sleep(LOOK_MS);
  }
  await whenNobodyIsDue(work, onWaiting);
}
