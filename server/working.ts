import type { Instant } from '../domain/time.ts';
import { type Turning, turnCodes, type Worker } from './codes/turn-codes.ts';
import { createClocks } from './compare-clocks.ts';
import type { Delivering } from './evidence/deliver.ts';
import { createIntakeQueue, type IntakeQueue } from './evidence/intake-queue.ts';
import { type FollowingTold, followChanges } from './follow-changes.ts';
import type { Installation } from './installation.ts';
import { areaReach } from './places/concern/area-reach.ts';
import { findConcerned } from './places/concern/find-concerned.ts';

/** An installation at work: evidence is taken in, everyone whom it concerns is assessed again, and changes are followed. */
export interface Working extends Delivering {
  readonly installation: Installation;
  readonly queue: IntakeQueue;
  readonly worker: Worker;
  /** Whether keys, rules, contracts or areas may be older than those of the others, or the clock is wrong. */
  readonly isLate: () => boolean;
  /** By how many milliseconds the clock is ahead of that of the database, for certain; `NaN` until they were compared. */
  readonly clockAheadMs: () => number;
  /** Finishes what was begun. */
  readonly stop: () => Promise<void>;
}

/** Whom the work tells of what happens. */
export interface Told extends FollowingTold {
  /** Whether this process turns codes; true when missing. */
  readonly turns?: boolean;
  readonly onTurned?: Turning['onTurned'];
  readonly onLooked?: Turning['onLooked'];
  readonly everyonePerSecond?: Turning['everyonePerSecond'];
  readonly onFailure: (error: unknown) => void;
}

/** Puts an installation to work. */
export function startWork(installation: Installation, clock: () => Instant, told: Told): Working {
  const { store, keys, contracts, decision, databaseNow } = installation;
  const { turns = true } = told;
  const worker = turns ? startTurning(installation, clock, told) : IDLE;
  const clocks = createClocks(databaseNow, clock);
  const following = followChanges(installation, clocks, told);
  const queue = createIntakeQueue({ database: store.app, keys, clock, onAccepted: worker.wake });
  return {
    installation,
    keys,
    clock,
    contracts,
    lists: () => decision(clock()).lists,
    queue,
    worker,
    isLate: following.isLate,
    clockAheadMs: clocks.aheadMs,
    stop: async () => {
      await queue.drained();
      await worker.stop();
      await following.stop();
    },
  };
}

/** Another process turns codes. */
const IDLE: Worker = { wake: () => {}, stop: async () => {} };

function startTurning(
  { store, keys, rules, freshDecision }: Installation,
  clock: () => Instant,
  told: Told,
): Worker {
  return turnCodes({
    database: store.app,
    keys,
    decision: () => freshDecision(clock()),
    makeDue: (now) =>
      findConcerned(
        store.app,
        { ...areaReach([rules.at(now).compiled]), inForce: rules.inForceAt(now) },
        now,
      ),
    clock,
    onFailure: told.onFailure,
    // Whoever looks at everybody has to know the rules that were put in force a moment ago.
    everyoneDecision: async () => {
      await rules.refresh();
      return freshDecision(clock());
    },
    ...(told.onTurned && { onTurned: told.onTurned }),
    ...(told.onLooked && { onLooked: told.onLooked }),
    ...(told.everyonePerSecond !== undefined && { everyonePerSecond: told.everyonePerSecond }),
  });
}
