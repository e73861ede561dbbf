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

type Helping = Pick<
  Turning,
  'database' | 'keys' | 'clock' | 'decision' | 'everyoneDecision' | 'everyonePerSecond' | 'onLooked'
> &
  Pick<Turning, 'onFailure'>;

/** While the database works on some shares, others are looked at. */
export const LANES = 2;

/** Begins to help, as long as anything is to be done now. */
export function helpWithEveryone(helping: Helping): Helper {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | undefined;
  const sharing = sharingOf(helping, signal);
  const lane = async () => {
    try {
      while (!signal.aborted && (await reassessShares(sharing)));
    } catch (error) {
      if ((error as Error)?.name !== 'AbortError') helping.onFailure(error);
    }
  };
  const work = async () => {
    await Promise.all(Array.from({ length: LANES }, lane));
    running = undefined;
  };
  return {
    look: () => {
      if (!signal.aborted) running ??= work();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function sharingOf(helping: Helping, signal: AbortSignal): Sharing {
  const { database, keys, clock, decision, onLooked = () => {} } = helping;
  const { everyonePerSecond = Number.POSITIVE_INFINITY } = helping;
  let free = performance.now();
  return {
    ...{ database, keys, clock, onLooked },
    decision: helping.everyoneDecision ?? decision,
    pause: async (people) => {
      const now = performance.now();
      free = Math.max(free, now) + (people * 1_000) / everyonePerSecond;
      // Also when it is no time at all: other work has its turn.
      await sleep(free - now, undefined, { signal });
    },
  };
}
