import { randomInt } from 'node:crypto';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { HOUR_MS, type Instant } from '../../domain/time.ts';
import { createRecentMap } from '../platform/memory/recent-map.ts';
import { addSeen, createSeen, type Seen } from './seen-numbers.ts';

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

/** Who asks by number, and how many people a minute come to where that is. */
export interface Watchable {
  readonly actor: string;
  readonly peoplePerMinute: number;
}

/** Watches who asks by number, and bars whoever seems to try numbers out. */
export interface NumberWatch {
  /** Before anything is looked up. */
  readonly asks: (who: Watchable, document: Document, now: Instant) => Verdict;
  /** When nobody is known under the number, or the actor may not know. */
  readonly misses: (who: Watchable, document: Document, now: Instant) => Verdict;
}

const MINUTE_MS = 60_000;
export const BARRED_MS = 15 * MINUTE_MS;

/** More different numbers than these bar who asks about them. */
interface Bounds {
  readonly minute: readonly [kind: AlarmKind, most: number];
  readonly hour?: readonly [kind: AlarmKind, most: number];
  /** Within an hour, of numbers that are alike but for their last four characters. */
  readonly neighbours: number;
}

type Which = 'asked' | 'missed';

/** Some of those who pass bring a card that is not known; neighbours hardly ever meet at a door. */
const BOUNDS: Readonly<Record<Which, (perMinute: number) => Bounds>> = {
  asked: (perMinute) => ({
    minute: ['many-numbers', perMinute],
    neighbours: Math.max(20, perMinute / 100),
  }),
  missed: (perMinute) => ({
    minute: ['unknown-numbers', Math.max(20, perMinute / 6)],
    hour: ['unknown-numbers', Math.max(120, perMinute)],
    neighbours: Math.max(6, perMinute / 1_000),
  }),
};

/** What is remembered of numbers that were asked about, or were nobody's. */
interface Remembered {
  readonly bounds: Bounds;
  /** Of the last hour; those of the last minute are recent. */
  readonly seen: Seen;
}

type Watched = Partial<Record<Which, Remembered>>;

/** Actors that are barred are few, and little is kept of them: a crowd of others must not make them forgotten. */
const MOST_BARRED = 65_536;

/**
 * Makes a watch that remembers the actors who asked last, `mostActors` of them, and far more of those that are barred. It keeps no number, only 32 bits that it
 * has mixed from one with chance of its own.
 */
export function createNumberWatch(mostActors = 4_096): NumberWatch {
  const actors = createRecentMap<string, Watched>(mostActors);
  const barred = createRecentMap<string, Instant>(MOST_BARRED);
  const mark = createMarker();
  const watchedOf = (actor: string): Watched => {
    const known = actors.get(actor);
    if (known) return known;
    const watched: Watched = {};
    actors.set(actor, watched);
    return watched;
  };
  const judge = (which: Which) => (who: Watchable, document: Document, now: Instant) => {
    const until = barred.get(who.actor) ?? 0;
    if (now < until) return { waitSeconds: (until - now) / 1_000 };
    const watched = watchedOf(who.actor);
    const remembered = watched[which] ?? remember(BOUNDS[which](who.peoplePerMinute));
    watched[which] = remembered;
    const group = mark(neighbourhood(document));
    addSeen(remembered.seen, mark(documentKey(document)), group, now);
    const broken = brokenBound(remembered, group);
    if (!broken) return FREE;
    actors.delete(who.actor);
    barred.set(who.actor, now + BARRED_MS);
    return { waitSeconds: BARRED_MS / 1_000, alarm: { actor: who.actor, at: now, ...broken } };
  };
  return { asks: judge('asked'), misses: judge('missed') };
}

const FREE: Verdict = { waitSeconds: 0 };
/** Of a door at which more pass within an hour, neighbours are looked for among the last ones. */
const MINUTES_REMEMBERED = 2;

function remember(bounds: Bounds): Remembered {
  const most = Math.ceil(bounds.minute[1]) + 1;
  const mostInHour = Math.max(MINUTES_REMEMBERED * most, (bounds.hour?.[1] ?? 0) + 1);
  return { bounds, seen: createSeen({ recentMs: MINUTE_MS, withinMs: HOUR_MS }, mostInHour) };
}

/** A resident number but for its order and check digit: county and date of birth. Of others, what they count up from. */
function neighbourhood({ type, number }: Document): string {
  return `${type} ${number.slice(0, -4)}`;
}

function brokenBound(
  { bounds, seen }: Remembered,
  group: number,
): { readonly kind: AlarmKind; readonly count: number } | undefined {
  const counted = [
    [bounds.minute, seen.recent],
    [bounds.hour, seen.entries.size],
    [['neighbouring-numbers', bounds.neighbours], seen.groups.get(group) ?? 0],
  ] as const;
  for (const [bound, count] of counted) if (bound && count > bound[1]) return { kind: bound[0], count };
  return undefined;
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
