import { setTimeout as sleep } from 'node:timers/promises';
import type { Turning } from '../turn-codes.ts';
import { reassessShares, type Sharing } from './reassess-shares.ts';

/** Whoever helps to look at everybody again, beside other work. */
export interface Helper {
  /** Tells it to see whether a share is left. */
  readonly look: () => void;
  /** Breaks off the share in hand, which stays to be done, and stops. */
  readonly stop: () => Promise<void>;
}

/** Why a share is broken off: the process is to end. */
class Stopped extends Error {}

type Helping = Pick<
  Turning,
  'database' | 'keys' | 'clock' | 'decision' | 'everyoneDecision' | 'everyonePerSecond' | 'onLooked'
> &
  Pick<Turning, 'onFailure'>;

/** While the database works on some shares, others are looked at. */
export const LANES = 2;

/** Begins to help, as long as any share is left, no faster than it may. */
export function helpWithEveryone(helping: Helping): Helper {
  let stopping = false;
  let running: Promise<void> | undefined;
  const sharing = sharingOf(helping, () => stopping);
  const lane = async () => {
    try {
      while (!stopping && (await reassessShares(sharing)));
    } catch (error) {
      if (!(error instanceof Stopped)) helping.onFailure(error);
    }
  };
  const work = async () => {
    await Promise.all(Array.from({ length: LANES }, lane));
    running = undefined;
  };
  return {
    look: () => {
      if (!stopping) running ??= work();
    },
    stop: async () => {
      stopping = true;
      await running;
    },
  };
}

function sharingOf(helping: Helping, stopping: () => boolean): Sharing {
  const { database, keys, clock, decision, onLooked = () => {} } = helping;
  const wait = paceOf(helping.everyonePerSecond);
  return {
    ...{ database, keys, clock },
    decision: helping.everyoneDecision ?? decision,
    onLooked: async (people, appended) => {
      onLooked(people, appended);
      await wait(people);
      if (stopping()) throw new Stopped();
    },
  };
}

/** Longer than this nobody sleeps at once: whoever is to end does so soon, and no transaction is idle for long. */
const LONGEST_SLEEP_MS = 5_000;

/** Waits so long that no more people a second are looked at than may be; other work has its turn in any case. */
function paceOf(perSecond = Number.POSITIVE_INFINITY): (people: number) => Promise<void> {
  let free = performance.now();
  return async (people) => {
    free = Math.max(free, performance.now() - LONGEST_SLEEP_MS) + (people * 1_000) / perSecond;
    await sleep(Math.min(Math.max(0, free - performance.now()), LONGEST_SLEEP_MS));
  };
}
