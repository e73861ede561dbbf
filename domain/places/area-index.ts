import { type Instant, NEVER } from '../time.ts';
import type { AreaLevel, ListedArea } from './listed-area.ts';
import { normalisePlace, significantSteps } from './region.ts';

/** When an area was listed, as it matters to a stay that it matches. */
export interface Listing {
  readonly level: AreaLevel;
  readonly from: Instant;
  /** The end known at the time of knowledge; `Infinity` while missing. */
  readonly to: Instant;
}

/** The listings that a place lies inside, and those that it possibly lies inside (colour.md, listed areas). */
export interface AreaMatches {
  readonly inside: readonly Listing[];
  readonly possible: readonly Listing[];
}

/** Finds the listed areas that a region code and a free-text place match. */
export type AreaIndex = (region: string, place: string | undefined) => AreaMatches;

interface AreasOfRegion {
  readonly whole: Listing[];
  readonly placed: { readonly place: string; readonly listing: Listing }[];
}

const NO_MATCH: AreaMatches = { inside: [], possible: [] };

/** Distinct places that one index remembers; free text must not fill the memory. */
const REMEMBERED_PLACES = 50_000;

/** The parameters of a rule package that say how a stay matches an area. */
export interface Matching {
  /** `possible`: a possible match counts as being inside. */
  readonly stayMatch: 'inside' | 'possible';
  /** The texts that mean the whole region. */
  readonly wholeRegionTexts: readonly string[];
}

/**
 * An index over the areas known at an instant. A later end counts as missing, but for a severe area,
 * whose approved end is planned (R6).
 */
export function indexAreas(areas: readonly ListedArea[], knownAt: Instant, matching: Matching): AreaIndex {
  const whole = new Set(['', ...matching.wholeRegionTexts.map(normalisePlace)]);
  const regions = new Map<string, AreasOfRegion>();
  for (const area of areas) {
    const listing = listingKnownAt(area, knownAt);
    if (listing) addListing(regions, significantSteps(area.region), placeText(area.place, whole), listing);
  }
  if (regions.size === 0) return () => NO_MATCH;
  const codes = [...regions.keys()].sort();
  let remembered = new Map<string, AreaMatches>();
  const find = (region: string, place: string | undefined): AreaMatches => {
    const key = place === undefined ? region : `${region} ${place}`;
    const known = remembered.get(key);
    if (known) return known;
    if (remembered.size >= REMEMBERED_PLACES) remembered = new Map();
    const matches = match(regions, codes, significantSteps(region), placeText(place, whole), matching);
    remembered.set(key, matches);
    return matches;
  };
  // Several grounds ask about the same stay one after the other.
  let last: { region: string; place: string | undefined; matches: AreaMatches } | undefined;
  return (region, place) => {
    if (last && last.region === region && last.place === place) return last.matches;
    last = { region, place, matches: find(region, place) };
    return last.matches;
  };
}

function listingKnownAt(area: ListedArea, knownAt: Instant): Listing | undefined {
  if (area.recordedAt > knownAt) return undefined;
  const { level, from, to = NEVER } = area;
  const knownTo = to > knownAt && level !== 'severe' ? NEVER : to;
  // Listed at no instant, so no stay can touch it.
  return knownTo <= from ? undefined : { level, from, to: knownTo };
}

/** The place as it is compared; empty when the whole region is meant. */
function placeText(place: string | undefined, whole: ReadonlySet<string>): string {
  if (place === undefined) return '';
  const text = normalisePlace(place);
  return whole.has(text) ? '' : text;
}

function addListing(
  regions: Map<string, AreasOfRegion>,
  region: string,
  place: string,
  listing: Listing,
): void {
  let areas = regions.get(region);
  if (!areas) {
    areas = { whole: [], placed: [] };
    regions.set(region, areas);
  }
  if (place === '') areas.whole.push(listing);
  else areas.placed.push({ place, listing });
}

function match(
  regions: ReadonlyMap<string, AreasOfRegion>,
  codes: readonly string[],
  region: string,
  place: string,
  { stayMatch }: Matching,
): AreaMatches {
  const inside: Listing[] = [];
  const possible: Listing[] = [];
  for (let length = region.length; length >= 2; length -= length > 6 ? 3 : 2) {
    const areas = regions.get(region.slice(0, length));
    if (!areas) continue;
    for (const listing of areas.whole) inside.push(listing);
    for (const area of areas.placed) {
      if (area.place === place) inside.push(area.listing);
      else if (agree(area.place, place)) possible.push(area.listing);
    }
  }
  for (let i = firstAfter(codes, region); i < codes.length && codes[i]!.startsWith(region); i++) {
    const areas = regions.get(codes[i]!)!;
    for (const listing of areas.whole) possible.push(listing);
    for (const area of areas.placed) if (agree(area.place, place)) possible.push(area.listing);
  }
  return stayMatch === 'inside'
    ? { inside: once(inside), possible: once(possible) }
    : { inside: once([...inside, ...possible]), possible: [] };
}

/** Listings without those that are equal to another one: a county may have thousands that began together. */
function once(listings: Listing[]): readonly Listing[] {
  if (listings.length < 2) return listings;
  const listed = new Map<string, Listing>();
  for (const listing of listings) listed.set(`${listing.level} ${listing.from} ${listing.to}`, listing);
  return [...listed.values()];
}

/** Two places that do not contradict each other: one is missing, or one contains the other. */
function agree(one: string, other: string): boolean {
  return one.includes(other) || other.includes(one);
}

/** The index of the first code that sorts after `region`. */
function firstAfter(codes: readonly string[], region: string): number {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codes[middle]! <= region) low = middle + 1;
    else high = middle;
  }
  return low;
}
