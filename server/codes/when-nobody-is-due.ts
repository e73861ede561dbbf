import { setTimeout as sleep } from 'node:timers/promises';
import type { Working } from '../working.ts';
import { countDue } from './store.ts';

const LOOK_MS = 50;

/** Waits until everybody who is due has been assessed; `onWaiting` is told how many still wait. */
export async function whenNobodyIsDue(
  { installation, clock, worker }: Pick<Working, 'installation' | 'clock' | 'worker'>,
  onWaiting: (people: number) => void = () => {},
): Promise<void> {
  for (;;) {
    const due = await countDue(installation.store.app, clock());
    if (due === 0) return;
    onWaiting(due);
    worker.wake();
    await sleep(LOOK_MS);
  }
}
