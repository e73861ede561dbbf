import { setTimeout as sleep } from 'node:timers/promises';
import type { Working } from '../working.ts';
import { countDue } from './store.ts';

const LOOK_MS = 50;
/** To count them costs the more the more they are, and the longer they have to wait anyway. */
const LOOK_MS_A_PERSON = 0.02;
const LONGEST_MS = 1_000;

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
    await sleep(Math.min(LOOK_MS + LOOK_MS_A_PERSON * due, LONGEST_MS));
  }
}
