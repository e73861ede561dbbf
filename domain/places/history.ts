import type { Instant } from '../time.ts';
import type { AreaIndex } from './area-index.ts';
import type { EntryNames } from './entry-region.ts';
import { namedPlaces } from './ledger.ts';
import { AREA_LEVELS, type AreaLevel, type ListedArea } from './listed-area.ts';
import { plainName } from './plain-names.ts';
import { normalisePlace } from './region.ts';
import type { PlaceResolver, ResolvedPlace } from './resolve-place.ts';
import { LISTED_LEVELS, type Snapshot, type SnapshotEntry } from './snapshot.ts';

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
interface Spot {
  readonly region: string;
  readonly place: string;
}

/** A known place and the number of its spot; none when it is no area. */
interface Entered extends KnownPlace {
  readonly spot: number | undefined;
}

interface Listed {
  readonly time: Instant;
  /** Spots with their level, as `spot × LEVELS + level`. */
  readonly marks: ReadonlySet<number>;
}

const LEVELS = LISTED_LEVELS.length;

export function createHistory(resolve: PlaceResolver): History {
  const spots: Spot[] = [];
  const lists: Listed[] = [];
  const enter = createRegister(resolve, spots);
  const add = ({ time, lists: levels }: Snapshot): void => {
    const marks = new Map<number, number>();
    // Levels come heaviest first: of two, the higher one counts.
    for (const [level, name] of LISTED_LEVELS.entries())
      for (const entry of levels[name].entries)
        for (const { spot } of enter.entry(entry, time))
          if (spot !== undefined && !marks.has(spot)) marks.set(spot, spot * LEVELS + level);
    lists.push({ time, marks: new Set(marks.values()) });
  };
  return { add, areas: () => intervals(lists, spots), places: enter.all };
}

/** Every place that lists name, resolved once. An entry that names a region and no place in it is one without text. */
function createRegister(resolve: PlaceResolver, spots: Spot[]) {
  const regions = new Map<string, Map<string, Entered>>();
  const numbers = new Map<string, number>();
  const spotOf = ({ region, place }: ResolvedPlace): number | undefined => {
    if (region === '') return undefined;
    const key = `${region} ${normalisePlace(place)}`;
    const number = numbers.get(key) ?? spots.push({ region, place }) - 1;
    numbers.set(key, number);
    return number;
  };
  const entry = (entry: SnapshotEntry, time: Instant): readonly Entered[] => {
    const { province, city, county } = entry;
    const texts = namedPlaces(entry);
    const key = `${province}\n${city}\n${county}`;
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
  return { entry, all: () => [...regions.values()].flatMap((places) => [...places.values()]) };
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
