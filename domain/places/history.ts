import type { Instant } from '../time.ts';
import type { AreaIndex } from './area-index.ts';
import type { EntryNames } from './entry-region.ts';
import { namedPlaces } from './ledger.ts';
import { AREA_LEVELS, type AreaLevel, type ListedArea } from './listed-area.ts';
import { plainName } from './plain-names.ts';
import { normalisePlace } from './region.ts';
import type { PlaceResolver, ResolvedPlace } from './resolve-place.ts';
import { LISTED_LEVELS, type ListedLevel, type Snapshot, type SnapshotEntry } from './snapshot.ts';

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
  /** Every place of the lists once, those of one entry together. */
  readonly places: () => readonly KnownPlace[];
}

/** A region with a place in it: what lists are compared by once names are resolved. */
export interface Spot {
  readonly number: number;
  readonly region: string;
  readonly place: string;
}

/** A spot as a list names it. */
export interface ListedSpot {
  readonly spot: Spot;
  readonly level: ListedLevel;
}

/** The places that lists name, each resolved once. */
export interface PlaceRegister {
  /** The spots of a list, each once: of two levels the higher one counts. Places that are no area are none. */
  readonly listed: (snapshot: Snapshot) => readonly ListedSpot[];
  /** Every place of the lists once, those of one entry together. */
  readonly places: () => readonly KnownPlace[];
}

/** A known place and its spot; none when it is no area. */
interface Entered extends KnownPlace {
  readonly spot: Spot | undefined;
}

interface Listed {
  readonly time: Instant;
  /** Spots with their level, as `spot × LEVELS + level`. */
  readonly marks: ReadonlySet<number>;
}

const LEVELS = LISTED_LEVELS.length;

/** Keeps what lists say over time, in memory. */
export function createHistory(resolve: PlaceResolver): History {
  const register = createPlaceRegister(resolve);
  const spots: Spot[] = [];
  const lists: Listed[] = [];
  const add = (snapshot: Snapshot): void => {
    const marks = new Set<number>();
    for (const { spot, level } of register.listed(snapshot)) {
      spots[spot.number] = spot;
      marks.add(spot.number * LEVELS + LISTED_LEVELS.indexOf(level));
    }
    lists.push({ time: snapshot.time, marks });
  };
  return { add, areas: () => intervals(lists, spots), places: register.places };
}

/** A register without any place. The same spot is the same object in every list. */
export function createPlaceRegister(resolve: PlaceResolver): PlaceRegister {
  const regions = new Map<string, Map<string, Entered>>();
  const spots = new Map<string, Spot>();
  const spotOf = ({ region, place }: ResolvedPlace): Spot | undefined => {
    if (region === '') return undefined;
    const key = `${region} ${normalisePlace(place)}`;
    let spot = spots.get(key);
    if (!spot) {
      spot = { number: spots.size, region, place };
      spots.set(key, spot);
    }
    return spot;
  };
  const enter = (entry: SnapshotEntry, time: Instant): readonly Entered[] => {
    const { province, city, county } = entry;
    const texts = namedPlaces(entry);
    const key = `${province}\n${city}\n${county}`;
    // An entry that names a region and no place in it is one without text.
    if (texts.length === 0 && plainName(key) === '') return [];
    let places = regions.get(key);
    if (!places) {
      places = new Map();
      regions.set(key, places);
    }
    const entered: Entered[] = [];
    for (const text of texts.length === 0 ? [''] : texts) {
      let place = places.get(text);
      if (!place) {
        const names = { province, city, county };
        const resolved = resolve(names, text);
        place = { names, text, resolved, spot: spotOf(resolved), first: time, last: time };
        places.set(text, place);
      }
      place.first = Math.min(place.first, time);
      place.last = Math.max(place.last, time);
      entered.push(place);
    }
    return entered;
  };
  const listed = ({ time, lists }: Snapshot): readonly ListedSpot[] => {
    const found = new Map<Spot, ListedSpot>();
    // Levels come heaviest first.
    for (const level of LISTED_LEVELS)
      for (const entry of lists[level].entries)
        for (const { spot } of enter(entry, time))
          if (spot && !found.has(spot)) found.set(spot, { spot, level });
    return [...found.values()];
  };
  return { listed, places: () => [...regions.values()].flatMap((places) => [...places.values()]) };
}

function intervals(lists: readonly Listed[], spots: readonly Spot[]): ListedArea[] {
  const areas: ListedArea[] = [];
  const open = new Map<number, Instant>();
  const close = (mark: number, from: Instant, to?: Instant): void => {
    const level = LISTED_LEVELS[mark % LEVELS]!;
    const { region, place } = spots[Math.floor(mark / LEVELS)]!;
    const area = { level, region, place, from, recordedAt: from };
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
