import { type Instant, NEVER } from '../../domain/time.ts';
import type { Database } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { SupersededRules, WrongClock } from './buckets/newest-rules.ts';
import type { DecisionInForce } from './decision.ts';
import { helpWithEveryone } from './everyone/help-with-everyone.ts';
import { createPortions, type InPortions } from './portions.ts';
import { reassessDue, type Turned } from './reassess-due.ts';
import { addDueAfter, dueBuckets } from './store.ts';

/** What the worker needs, and whom it tells. */
export interface Turning {
  readonly database: Database;
  readonly keys: KeyRing;
  /** What decides now, no older than the call. */
  readonly decision: () => DecisionInForce | Promise<DecisionInForce>;
  readonly clock: () => Instant;
  /** Makes due whom something else concerns than evidence and time, such as changed areas (R5). */
  readonly makeDue?: (now: Instant) => Promise<unknown>;
  /** The same, for whoever looks at everybody; `decision` when it is missing. */
  readonly everyoneDecision?: () => DecisionInForce | Promise<DecisionInForce>;
  /**
   * How many people a second this process reads at most when everybody is to be looked at again, however many all together may.
   * It pauses for those of some hundred kilobytes at a time, in a transaction: let it be thousands.
   */
  readonly everyonePerSecond?: number;
  /** Told of so many of these, and of how many something was appended. */
  readonly onLooked?: (people: number, appended: number) => void;
  /** Told of what was done in a bucket. */
  readonly onTurned?: (turned: Turned) => void;
  /** Told of what failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** A worker that keeps everyone's conclusion current. Any number of them, in any number of processes, share the work. */
export interface Worker {
  /** Tells it that somebody is due now, so that it does not wait for its next look. */
  readonly wake: () => void;
  /** Finishes the bucket in hand and stops. */
  readonly stop: () => Promise<void>;
}

/** While the database works on some people, others are assessed; and a core more than one has something to do. */
const AT_ONCE = 3;
/** Buckets in one transaction, while few people are due. */
const TOGETHER = 16;
/** How often it looks for what others wrote, and for instants that have come. */
const LOOK_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A clock that goes back further than this had run ahead. */
const SKEW_MS = 1_000;

/** Starts a worker (M7, S4). */
export function turnCodes(asked: Turning): Worker {
  const { clock, mindClock } = watchClock(asked);
  const turning = { ...asked, clock, inPortions: createPortions() };
  const helping = helpWithEveryone(turning);
  let stopping = false;
  let wake = () => {};
  let woken = false;
  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, woken ? 0 : milliseconds);
      woken = false;
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    let failures = 0;
    while (!stopping) {
      try {
        await mindClock();
        await asked.makeDue?.(clock());
        helping.look();
        failures = (await turnAll(turning, () => stopping)) ? 0 : failures + 1;
      } catch (error) {
        failures++;
        turning.onFailure(error);
      }
      if (!stopping) await pause(Math.min(LOOK_MS * 2 ** failures, LONGEST_PAUSE_MS));
    }
  })();
  return {
    wake: () => {
      woken = true;
      wake();
    },
    stop: () => {
      stopping = true;
      wake();
      return Promise.all([running, helping.stop()]).then(() => {});
    },
  };
}

/** What turning a bucket needs. */
interface InTurn extends Turning {
  readonly inPortions: InPortions;
}

/** When the clock is put back, whatever was concluded by the time to come is concluded again. */
function watchClock({ database, clock }: Turning) {
  // What a process before this one has seen, nobody knows.
  let latest = NEVER;
  return {
    clock: () => {
      const now = clock();
      latest = Math.max(latest, now);
      return now;
    },
    mindClock: async () => {
      const now = clock();
      if (now < latest - SKEW_MS) await addDueAfter(database, now);
      latest = now;
    },
  };
}

/**
 * Turns every bucket in which somebody is due, until nobody is, or others work on what is left. One that fails does not
 * keep the others waiting; says whether none did.
 */
async function turnAll(turning: InTurn, stopping: () => boolean): Promise<boolean> {
  const groups = groupsOf(shuffled(await dueBuckets(turning.database, turning.clock())));
  let succeeded = true;
  const turnSome = async () => {
    for (let group = groups.pop(); group && !stopping(); group = groups.pop()) {
      if (group.length > 1) {
        // Whoever is free first takes the next of the buckets that need a transaction each.
        if (!(await turnTogether(turning, group))) groups.unshift(...group.map((bucket) => [bucket]));
        continue;
      }
      await turnBucket(turning, group[0]!, stopping).catch((error: unknown) => {
        if (isForAll(error)) throw error;
        succeeded = false;
        turning.onFailure(error);
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, turnSome));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return succeeded;
}

/** Turns several buckets in one transaction, as is quickest while few are due; false when they need one each. */
async function turnTogether(turning: InTurn, buckets: readonly number[]): Promise<boolean> {
  try {
    return !(await turnOnce(turning, buckets));
  } catch (error) {
    if (isForAll(error)) throw error;
    return false;
  }
}

async function turnBucket(turning: InTurn, bucket: number, stopping: () => boolean): Promise<void> {
  while (!stopping() && (await turnOnce(turning, [bucket])));
}

/** Says whether more may be due. */
async function turnOnce(
  { database, keys, decision, clock, inPortions, onTurned = () => {} }: InTurn,
  buckets: readonly number[],
): Promise<boolean> {
  const turned = await inPortions((portion) =>
    reassessDue(database, keys, decision, buckets, clock, portion),
  );
  onTurned(turned);
  return turned.more;
}

/** Whether the next bucket would fail in the same way. */
function isForAll(error: unknown): boolean {
  if (error instanceof SupersededRules || error instanceof WrongClock) return true;
  return error instanceof DatabaseError && error.kind === 'unavailable';
}

function groupsOf(buckets: readonly number[]): (readonly number[])[] {
  return buckets.flatMap((_, i) => (i % TOGETHER === 0 ? [buckets.slice(i, i + TOGETHER)] : []));
}

/** In another order each time, so that workers seldom meet. */
function shuffled(buckets: readonly number[]): number[] {
  return buckets
    .map((bucket) => [Math.random(), bucket] as const)
    .sort(([a], [b]) => a - b)
    .map(([, bucket]) => bucket);
}
