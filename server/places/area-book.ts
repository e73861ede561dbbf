import { type AreaIndex, indexAreas, type Matching } from '../../domain/places/area-index.ts';
import type { AreaLevel, ListedArea } from '../../domain/places/listed-area.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import type { CoveredArea } from './coverage.ts';
import {
  areasAfter,
  type ChangeRow,
  changesAfter,
  changesAt,
  type KnownChanges,
  type ToldArea,
  toldAfter,
} from './store.ts';

/** The parameters of a rule package that say which areas there are, and how a stay matches one. */
export interface AreaRules extends Matching {
  /** The levels that the package knows; areas of others are left out. */
  readonly areaLevels: readonly AreaLevel[];
}

/** The listed areas as they were known at some instant. */
export interface KnownAreas {
  /** Tells this state from every other: `none`, or a number of `area_change` and how many up to it lay ahead. */
  readonly version: string;
  readonly index: AreaIndex;
}

/** The listed areas of the database, in memory. */
export interface AreaBook {
  /**
   * Reads what is new, and tells whether anything was. Whoever concludes from evidence calls it after
   * taking on the work and before reading the evidence: what changes later makes due all whom it concerns.
   */
  readonly refresh: () => Promise<boolean>;
  /** The areas known now. What was received is known, whatever this clock says. */
  readonly current: (now: Instant, rules: AreaRules) => KnownAreas;
  /** The areas that are listed at an instant, as far as is known now: of all levels, whatever a package makes of them. */
  readonly inForce: (now: Instant) => readonly CoveredArea[];
  /** The areas as they were known at an instant. */
  readonly knownAt: (knownAt: Instant, rules: AreaRules) => Promise<KnownAreas>;
  /** The areas of a version: exactly what some conclusion went by. */
  readonly ofVersion: (version: string, rules: AreaRules) => Promise<KnownAreas>;
}

const NONE = 'none';

function versionOf({ last, ahead }: KnownChanges): string {
  if (last === 0) return NONE;
  return ahead === 0 ? `${last}` : `${last}-${ahead}`;
}

/** Former states that are kept for who asks about the same one again. */
const MOST_FORMER = 4;

/** Reads the areas. The book is as new as its last `refresh`. */
export async function openAreaBook(db: Db): Promise<AreaBook> {
  const pages = createPages();
  const former = new Map<string, KnownAreas>();
  let index: KnownAreas | undefined;
  let indexed = '';
  let reading = Promise.resolve(false);

  const read = async (): Promise<boolean> => {
    const changes = await changesAfter(db, pages.last());
    if (changes.length > 0) pages.add(changes, await toldAfter(db, pages.last()));
    return changes.length > 0;
  };

  const ofVersion = async (version: string, rules: AreaRules): Promise<KnownAreas> => {
    const key = `${version} ${keyOf(rules)}`;
    let known = former.get(key);
    if (!known) {
      const [last = 0, ahead = 0] = version === NONE ? [] : version.split('-').map(Number);
      const areas = await areasAfter(db, { last, ahead });
      known = { version, index: indexOf(areas, rules) };
      const [oldest] = former.keys();
      if (former.size >= MOST_FORMER && oldest !== undefined) former.delete(oldest);
    }
    former.delete(key);
    former.set(key, known);
    return known;
  };

  const book: AreaBook = {
    // One after the other: each goes on where the last one ended.
    refresh: () => {
      reading = reading.catch(() => false).then(read);
      return reading;
    },
    current: (now, rules) => {
      const version = pages.turnTo(now);
      const key = `${version} ${keyOf(rules)}`;
      if (!index || indexed !== key) {
        index = { version, index: indexOf(pages.areas(), rules) };
        indexed = key;
      }
      return index;
    },
    inForce: (now) => {
      pages.turnTo(now);
      return [...pages.areas()].filter(({ from, to }) => from <= now && now < to);
    },
    knownAt: async (knownAt, rules) => ofVersion(versionOf(await changesAt(db, knownAt)), rules),
    ofVersion,
  };
  await book.refresh();
  return book;
}

function keyOf({ stayMatch, wholeRegionTexts, areaLevels }: AreaRules): string {
  return JSON.stringify([stayMatch, wholeRegionTexts, areaLevels]);
}

/** Every end is known by now, or the area would be listed still. */
function indexOf(areas: Iterable<CoveredArea>, rules: AreaRules): AreaIndex {
  const listed: ListedArea[] = [];
  for (const { level, region, place, from, to } of areas)
    if (from < to && rules.areaLevels.includes(level))
      listed.push({ level, region, place, from, recordedAt: from, ...(to === NEVER ? {} : { to }) });
  return indexAreas(listed, NEVER, rules);
}

/** The areas by the changes that tell of them, up to the last that has come. */
function createPages() {
  const areas = new Map<number, ToldArea>();
  let last = 0;
  let receivedAt = -NEVER;
  let ahead: readonly { readonly change: ChangeRow; readonly told: readonly ToldArea[] }[] = [];
  return {
    last: () => last,
    areas: () => areas.values(),
    add: (changes: readonly ChangeRow[], told: readonly ToldArea[]): void => {
      const byChange = new Map<number, ToldArea[]>(changes.map(({ number }) => [number, []]));
      // What was written after the changes were read is for the next time.
      for (const area of told) byChange.get(area.number)?.push(area);
      const fresh = changes.map((change) => ({ change, told: byChange.get(change.number)! }));
      ahead = [...ahead, ...fresh].sort(
        ({ change: one }, { change: other }) => one.knownAt - other.knownAt || one.number - other.number,
      );
      ({ number: last, receivedAt } = changes.at(-1)!);
    },
    /** Goes on to the last change that is known at an instant, and returns its version. */
    turnTo: (now: Instant): string => {
      const knownAt = Math.max(now, receivedAt);
      while (ahead[0] && ahead[0].change.knownAt <= knownAt) {
        const [{ told }, ...rest] = ahead as [(typeof ahead)[number], ...typeof ahead];
        // A planned end may have been overtaken by a later change before it came.
        for (const area of told)
          if ((areas.get(area.areaId)?.number ?? 0) < area.number) areas.set(area.areaId, area);
        ahead = rest;
      }
      return versionOf({ last, ahead: ahead.length });
    },
  };
}
