import type { Instant } from '../time.ts';
import type { AreaIndex } from './area-index.ts';
import type { EntryNames } from './entry-region.ts';
import { namedPlaces } from './ledger.ts';
import { AREA_LEVELS, type AreaLevel, type ListedArea } from './listed-area.ts';
import { normalisePlace } from './region.ts';
import type { PlaceResolver, ResolvedPlace } from './resolve-place.ts';
import { LISTED_LEVELS, type Snapshot } from './snapshot.ts';

/** A place of the official lists, what it was resolved to, and when it was on a list. */
export interface KnownPlace {
  readonly names: EntryNames;
  readonly text: string;
  readonly resolved: ResolvedPlace;
  first: Instant;
  last: Instant;
}

/**
 * What the official lists say over time. A list holds from its own time until the next one's, whatever the
 * order in which they came; of two lists with the same time the one given last replaces the other.
 */
export interface History {
  /** Adds a list that is in force; held ones are not for here. */
  readonly add: (snapshot: Snapshot) => void;
  /**
   * The areas by interval: listed from the first list that has them at a level to the first later one that lacks them there,
   * and known from then on. One that comes back has a second interval.
   */
  readonly areas: () => ListedArea[];
  /** Every place of every list once, in the order in which they came. */
  readonly places: () => Iterable<KnownPlace>;
}

/** A region with a place in it, which is what lists are compared by once names are resolved. */
interface Spot {
  readonly region: string;
  readonly place: string;
}

interface Listed {
  readonly time: Instant;
  /** Spots with their level, as `spot number × levels + level`. */
  readonly marks: ReadonlySet<number>;
}

const LEVELS = LISTED_LEVELS.length;

export function createHistory(resolve: PlaceResolver): History {
  const places = new Map<string, KnownPlace>();
  const spots: Spot[] = [];
  const numbers = new Map<string, number>();
  const lists: Listed[] = [];
  const spotNumber = ({ region, place }: ResolvedPlace): number => {
    const key = `${region} ${normalisePlace(place)}`;
    let number = numbers.get(key);
    if (number === undefined) {
      number = spots.push({ region, place }) - 1;
      numbers.set(key, number);
    }
    return number;
  };
  const spotOf = new Map<KnownPlace, number>();
  const add = (snapshot: Snapshot): void => {
    const marks = new Map<number, number>();
    for (const [names, text, level] of placesOf(snapshot)) {
      const known = knownPlace(places, resolve, names, text, snapshot.time);
      if (known.resolved.region === '') continue;
      let spot = spotOf.get(known);
      if (spot === undefined) {
        spot = spotNumber(known.resolved);
        spotOf.set(known, spot);
      }
      // Levels come heaviest first: of two, the higher one counts.
      if (!marks.has(spot)) marks.set(spot, spot * LEVELS + level);
    }
    lists.push({ time: snapshot.time, marks: new Set(marks.values()) });
  };
  return { add, areas: () => intervals(lists, spots), places: () => places.values() };
}

function* placesOf({
  lists,
}: Snapshot): Generator<readonly [names: EntryNames, text: string, level: number]> {
  for (const [level, name] of LISTED_LEVELS.entries())
    for (const entry of lists[name].entries)
      for (const text of namedPlaces(entry)) yield [entry, text, level];
}

function knownPlace(
  places: Map<string, KnownPlace>,
  resolve: PlaceResolver,
  { province, city, county }: EntryNames,
  text: string,
  time: Instant,
): KnownPlace {
  const key = `${province}\n${city}\n${county}\n${text}`;
  let known = places.get(key);
  if (!known) {
    const names = { province, city, county };
    known = { names, text, resolved: resolve(names, text), first: time, last: time };
    places.set(key, known);
  }
  known.first = Math.min(known.first, time);
  known.last = Math.max(known.last, time);
  return known;
}

function intervals(lists: readonly Listed[], spots: readonly Spot[]): ListedArea[] {
  const areas: ListedArea[] = [];
  const open = new Map<number, Instant>();
  const close = (mark: number, from: Instant, to?: Instant): void => {
    const level = LISTED_LEVELS[mark % LEVELS]!;
    const area = { level, ...spots[Math.floor(mark / LEVELS)]!, from, recordedAt: from };
    areas.push(to === undefined ? area : { ...area, to });
  };
  for (const { time, marks } of inForce(lists)) {
    for (const [mark, from] of open)
      if (!marks.has(mark)) {
        open.delete(mark);
        close(mark, from, time);
      }
    for (const mark of marks) if (!open.has(mark)) open.set(mark, time);
  }
  for (const [mark, from] of open) close(mark, from);
  return areas;
}

/** The lists by time, of equal times only the last. */
function inForce(lists: readonly Listed[]): readonly Listed[] {
  const byTime = new Map<Instant, Listed>();
  for (const list of lists) byTime.set(list.time, list);
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}

/** How heavily a place was listed at an instant, as far as the index knows; undefined when it was not. */
export function levelAt(index: AreaIndex, region: string, place: string, at: Instant): AreaLevel | undefined {
  let heaviest = -1;
  for (const { level, from, to } of index(region, place).inside)
    if (from <= at && at < to) heaviest = Math.max(heaviest, AREA_LEVELS.indexOf(level));
  return AREA_LEVELS[heaviest];
}
