import { randomInt } from 'node:crypto';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { HOUR_MS, type Instant } from '../../domain/time.ts';
import { addSeen, countSeen, createSeen, type Seen } from './seen-numbers.ts';

/** How numbers are tried out: more than a door sees, many that nobody has, or many that lie close together. */
export const ALARM_KINDS = ['many-numbers', 'unknown-numbers', 'neighbouring-numbers'] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** That somebody tries numbers out; never which. */
export interface Alarm {
  readonly actor: string;
  readonly kind: AlarmKind;
  readonly at: Instant;
  /** How many different numbers. */
  readonly count: number;
}

/** Whether an actor may ask by number. */
export interface Verdict {
  /** 0, or after how many seconds it may ask again. */
  readonly waitSeconds: number;
  /** With the verdict that bars it, once. */
  readonly alarm?: Alarm;
}

/** Watches who asks by number, and bars whoever seems to try numbers out. */
export interface NumberWatch {
  /** Before anything is looked up. */
  readonly asks: (actor: string, document: Document, now: Instant) => Verdict;
  /** When nobody is known under the number, or the actor may not know. */
  readonly misses: (actor: string, document: Document, now: Instant) => Verdict;
}

const MINUTE_MS = 60_000;
export const BARRED_MS = 15 * MINUTE_MS;

interface Bound {
  readonly kind: AlarmKind;
  readonly withinMs: number;
  /** More different numbers than this bar their actor. */
  readonly most: number;
}

interface Bounds {
  readonly all: readonly Bound[];
  /** Of numbers that are alike but for their last four characters. */
  readonly neighbours: Bound;
}

/** A door lets two a second through, and some of them bring a card that is not known; neighbours hardly ever meet there. */
const ASKED: Bounds = {
  all: [{ kind: 'many-numbers', withinMs: MINUTE_MS, most: 120 }],
  neighbours: { kind: 'neighbouring-numbers', withinMs: HOUR_MS, most: 20 },
};
const MISSED: Bounds = {
  all: [
    { kind: 'unknown-numbers', withinMs: MINUTE_MS, most: 20 },
    { kind: 'unknown-numbers', withinMs: HOUR_MS, most: 120 },
  ],
  neighbours: { kind: 'neighbouring-numbers', withinMs: HOUR_MS, most: 6 },
};

interface Watched {
  asked: Seen | undefined;
  missed: Seen | undefined;
  barredUntil: Instant;
}

/**
 * Makes a watch that remembers the actors who asked last, `mostActors` of them. It keeps no number, only 32 bits that it
 * has mixed from one with chance of its own.
 */
export function createNumberWatch(mostActors = 4_096): NumberWatch {
  const actors = new Map<string, Watched>();
  const mark = createMarker();
  const watchedOf = (actor: string): Watched => {
    const watched: Watched = actors.get(actor) ?? { asked: undefined, missed: undefined, barredUntil: 0 };
    // Put at the end, so that the first one is the one that asked longest ago.
    actors.delete(actor);
    actors.set(actor, watched);
    if (actors.size > mostActors) actors.delete(actors.keys().next().value!);
    return watched;
  };
  const judge = (actor: string, document: Document, now: Instant, which: 'asked' | 'missed'): Verdict => {
    const watched = watchedOf(actor);
    if (now < watched.barredUntil) return { waitSeconds: (watched.barredUntil - now) / 1_000 };
    const seen = watched[which] ?? createSeen();
    watched[which] = seen;
    addSeen(seen, mark(documentKey(document)), mark(neighbourhood(document)), now);
    const broken = brokenBound(seen, which === 'asked' ? ASKED : MISSED, now);
    if (!broken) return FREE;
    watched.asked = undefined;
    watched.missed = undefined;
    watched.barredUntil = now + BARRED_MS;
    return { waitSeconds: BARRED_MS / 1_000, alarm: { actor, at: now, ...broken } };
  };
  return {
    asks: (actor, document, now) => judge(actor, document, now, 'asked'),
    misses: (actor, document, now) => judge(actor, document, now, 'missed'),
  };
}

const FREE: Verdict = { waitSeconds: 0 };

/** A resident number but for its order and check digit: county and date of birth. Of others, what they count up from. */
function neighbourhood({ type, number }: Document): string {
  return `${type} ${number.slice(0, -4)}`;
}

function brokenBound(
  seen: Seen,
  { all, neighbours }: Bounds,
  now: Instant,
): { readonly kind: AlarmKind; readonly count: number } | undefined {
  for (const { kind, withinMs, most } of all) {
    const count = countSeen(seen, now - withinMs);
    if (count > most) return { kind, count };
  }
  const count = countSeen(seen, now - neighbours.withinMs, seen.lastGroup);
  return count > neighbours.most ? { kind: neighbours.kind, count } : undefined;
}

/** Mixes a text with chance into 32 bits (FNV-1a and the last steps of MurmurHash3): the same for the same text. */
function createMarker(): (text: string) => number {
  const seed = randomInt(2 ** 32);
  return (text) => {
    let mixed = seed;
    for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), 0x01000193);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}
