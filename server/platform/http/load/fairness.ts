import { IMPORTANCES } from './importance.ts';

/** Who holds how many places, so that nobody holds many while others find none. */
export interface Fairness {
  readonly take: (caller: string) => void;
  readonly leave: (caller: string) => void;
  /** Whether somebody holds their part of so many places. */
  readonly hasPart: (caller: string, places: number) => boolean;
  /** Notes that somebody without their part found no place. */
  readonly missed: (level: number, nowMs: number) => void;
  /** Whether somebody without their part found none lately who matters as much as this level, or more. */
  readonly isMissing: (level: number, nowMs: number) => boolean;
}

/** An address may be that of thousands of people: so much it gets however many others there are. */
const PART = 1 / 8;
/** Longer than what one caller has filled takes to be free again, many times. */
const MISSED_MS = 2_000;

/** As only those are remembered who hold a place, there are no more than places. */
export function createFairness(): Fairness {
  const held = new Map<string, number>();
  const missedMs = IMPORTANCES.map(() => Number.NEGATIVE_INFINITY);
  const add = (caller: string, count: number) => {
    const now = (held.get(caller) ?? 0) + count;
    if (now > 0) held.set(caller, now);
    else held.delete(caller);
  };
  return {
    take: (caller) => add(caller, 1),
    leave: (caller) => add(caller, -1),
    hasPart: (caller, places) => (held.get(caller) ?? 0) >= places * PART,
    missed: (level, nowMs) => {
      missedMs[level] = nowMs;
    },
    isMissing: (level, nowMs) => missedMs.some((atMs, i) => i >= level && nowMs - atMs < MISSED_MS),
  };
}

/**
 * Who asks, as far as their address tells: the address of an IPv4 connection, the first half of an IPv6 one, which is the least
 * that anybody gets of them.
 */
export function callerOf(address = ''): string {
  const plain = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  if (!plain.includes(':')) return plain;
  const [first = '', last] = plain.split('::');
  const groups = first === '' ? [] : first.split(':');
  // What is left out in the middle is zero.
  const zeros = last === undefined ? [] : Array.from({ length: 8 - groups.length }, () => '0');
  const after = last ? last.split(':') : [];
  return [...groups, ...zeros.slice(after.length), ...after].slice(0, 4).join(':');
}

const MAPPED = '::ffff:';
