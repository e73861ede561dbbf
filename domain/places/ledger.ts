import { printInstant } from '../time.ts';
import { LISTED_LEVELS, type ListedLevel, type Snapshot, type SnapshotEntry } from './snapshot.ts';

/** How heavily each place is listed, by its names and its text exactly as published. */
export type PublishedAreas = ReadonlyMap<string, ListedLevel>;

/** What a snapshot holds and what changed since the last good one: one line of `areas import` (contract.md). */
export interface LedgerLine extends Readonly<Record<ListedLevel, number>>, Changes {
  readonly time: string;
  /** Why the list is held; null when it is in force. */
  readonly rejected: string | null;
}

/** How many places of a list changed since the one before it. */
export interface Changes {
  readonly added: number;
  readonly removed: number;
  /** Listed more heavily than before. */
  readonly raised: number;
  readonly lowered: number;
}

const SEPARATOR = '\n';
const WEIGHT: Readonly<Record<ListedLevel, number>> = { low: 0, medium: 1, high: 2 };

/** The areas of a snapshot: each place once, and of two levels the higher one. Blank places are none. */
export function publishedAreas({ lists }: Snapshot): PublishedAreas {
  const areas = new Map<string, ListedLevel>();
  for (const level of LISTED_LEVELS)
    for (const entry of lists[level].entries) {
      const names = [entry.province, entry.city, entry.county].join(SEPARATOR);
      for (const place of namedPlaces(entry)) {
        const key = `${names}${SEPARATOR}${place}`;
        // Levels come heaviest first.
        if (!areas.has(key)) areas.set(key, level);
      }
    }
  return areas;
}

/** The places of an entry without those that are empty or white space. */
export function namedPlaces({ places }: SnapshotEntry): readonly string[] {
  return places.some(isBlank) ? places.filter((place) => !isBlank(place)) : places;
}

/** No white space lies beyond U+3000, and most places begin beyond it. */
function isBlank(place: string): boolean {
  return !(place.charCodeAt(0) > 0x3000) && /^\p{White_Space}*$/u.test(place);
}

/** The province in the key of a published area. */
export function provinceOf(key: string): string {
  return key.slice(0, key.indexOf(SEPARATOR));
}

/** What changed between two lists; nothing for the first one. */
export function compare(before: PublishedAreas | undefined, after: PublishedAreas): Changes {
  const changes = { added: 0, removed: 0, raised: 0, lowered: 0 };
  if (!before) return changes;
  for (const [key, level] of after) {
    const former = before.get(key);
    if (former === undefined) changes.added++;
    else if (WEIGHT[level] > WEIGHT[former]) changes.raised++;
    else if (WEIGHT[level] < WEIGHT[former]) changes.lowered++;
  }
  changes.removed = before.size - (after.size - changes.added);
  return changes;
}

export function ledgerLine(
  { time }: Snapshot,
  areas: PublishedAreas,
  changes: Changes,
  rejected: string | null,
): LedgerLine {
  const counts = { high: 0, medium: 0, low: 0 };
  for (const level of areas.values()) counts[level]++;
  return { time: printInstant(time), ...counts, ...changes, rejected };
}
