import type { Instant } from '../../domain/time.ts';

/** How many different numbers are remembered of an actor. */
const CAPACITY = 256;

/** The different numbers that somebody asked about last, as marks: a ring of fixed size. */
export interface Seen {
  readonly numbers: Uint32Array;
  /** The mark that a number shares with its neighbours. */
  readonly groups: Uint32Array;
  readonly times: Float64Array;
  /** Where the next one goes. */
  next: number;
  /** The group of the number that was asked about last. */
  lastGroup: number;
}

export function createSeen(): Seen {
  return {
    numbers: new Uint32Array(CAPACITY),
    groups: new Uint32Array(CAPACITY),
    times: new Float64Array(CAPACITY).fill(Number.NEGATIVE_INFINITY),
    next: 0,
    lastGroup: 0,
  };
}

/** Adds a number; one that is remembered already is only dated anew. */
export function addSeen(seen: Seen, number: number, group: number, now: Instant): void {
  seen.lastGroup = group;
  const known = seen.numbers.indexOf(number);
  const at = known >= 0 ? known : seen.next;
  if (known < 0) seen.next = (seen.next + 1) % CAPACITY;
  seen.numbers[at] = number;
  seen.groups[at] = group;
  seen.times[at] = now;
}

/** How many different numbers were asked about after an instant; of one group, where one is given. */
export function countSeen({ groups, times }: Seen, after: Instant, group?: number): number {
  let count = 0;
  for (let i = 0; i < CAPACITY; i++)
    if (times[i]! > after && (group === undefined || groups[i] === group)) count++;
  return count;
}
