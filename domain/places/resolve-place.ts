import { corpsRegion, isCorps } from './corps.ts';
import { type EntryNames, type EntryRegion, regionOfEntry } from './entry-region.ts';
import type { Gazetteer } from './gazetteer.ts';
import { plainName } from './plain-names.ts';

/** How far down a place was resolved. */
export const DEPTHS = ['community', 'street', 'county', 'city', 'province', 'nothing'] as const;

export type Depth = (typeof DEPTHS)[number];

/** A place of a list as the region and the text of a listed area (colour.md). */
export interface ResolvedPlace {
  readonly depth: Depth;
  /** 6, 9 or 12 digits; empty when not even the province is known, or no place is named: that is no area, and is listed for a person. */
  readonly region: string;
  /** The text inside the region; empty when the region is exactly the place. */
  readonly place: string;
  /** The name that was not found; empty when all names were. */
  readonly unknown: string;
}

export type PlaceResolver = (names: EntryNames, place: string) => ResolvedPlace;

/** What means the whole region, as rule packages understand it by default. */
const WHOLE_REGION = /^全[域区市县]$/;
/** `葛渔城镇全域`: the whole of what is named before. */
const WHOLE = /全域$/;
/** What may stand between a street and its community: `那大镇：槟榔村委会`, `南张街道办事处文郑村`. */
const BETWEEN = /^(?:办事处)?:?/;
const DEPTH_OF: Readonly<Record<number, Depth>> = {
  2: 'province',
  4: 'city',
  6: 'county',
  9: 'street',
  12: 'community',
};

/**
 * A function that resolves the places of official lists. A place becomes a code of 9 or 12 digits only when its
 * text is exactly a street, village or community, with or without the names of what lies above it.
 */
export function createPlaceResolver(gazetteer: Gazetteer): PlaceResolver {
  const regions = new Map<string, EntryRegion>();
  return (names, place) => {
    const text = plainName(place);
    if (text === '') return { depth: 'nothing', region: '', place: '', unknown: '' };
    if (isCorps(names)) {
      const { region, rest } = corpsRegion(gazetteer, text);
      return resolveIn(gazetteer, region, rest, place.trim());
    }
    const key = `${names.province}\n${names.city}\n${names.county}`;
    let region = regions.get(key);
    if (!region) {
      region = regionOfEntry(gazetteer, names);
      regions.set(key, region);
    }
    return resolveIn(gazetteer, region, withoutNames(text, names), place.trim());
  };
}

/** Resolves a text, stripped of the names above it, inside a region. */
function resolveIn(
  gazetteer: Gazetteer,
  { code, unknown }: EntryRegion,
  text: string,
  place: string,
): ResolvedPlace {
  if (code === '') return { depth: 'nothing', region: '', place, unknown };
  const isKnown = unknown === '';
  const exact = exactly(gazetteer, code, isKnown, text.replace(WHOLE, ''));
  if (exact !== undefined) return { depth: DEPTH_OF[exact.length]!, region: exact, place: '', unknown: '' };
  const depth = DEPTH_OF[code.length]!;
  const region = code.padEnd(6, '0');
  if (!isKnown) return { depth, region, place: named(unknown, place), unknown };
  const isWhole = WHOLE_REGION.test(text);
  // The street is all that the text says. Of a county only the rule package can tell that its name alone means all of it.
  if (code.length === 9 && (isWhole || text === '')) return { depth, region, place: '', unknown };
  return { depth, region, place: isWhole ? text : place, unknown };
}

/** The street or community that a text names; where a name above it is not known, only one that names its street. */
function exactly(gazetteer: Gazetteer, code: string, isKnown: boolean, text: string): string | undefined {
  if (text === '' || code.length < 4) return undefined;
  if (code.length === 9) return gazetteer.village(code, text);
  const found = gazetteer.street(code, text) ?? (isKnown ? gazetteer.village(code, text) : undefined);
  if (found !== undefined) return found;
  for (const [street, rest] of gazetteer.leadingStreets(code, text)) {
    const village = gazetteer.village(street, rest.replace(BETWEEN, ''));
    if (village !== undefined) return village;
  }
  return undefined;
}

/**
 * A text with the name before it that was not found. A zone must never become the whole city that it
 * lies in, so the text says more than `全域` even where the list does not.
 */
function named(unknown: string, place: string): string {
  const isPlain = place.includes(unknown) && !WHOLE_REGION.test(plainName(place));
  return isPlain ? place : `${unknown}${place}`;
}

/** A plain text without the names of its entry at its beginning: `深圳市罗湖区桂园街道` is `桂园街道`. */
function withoutNames(text: string, { province, city, county }: EntryNames): string {
  let rest = text;
  for (const name of [province, city, county].map(plainName))
    if (rest.startsWith(name)) rest = rest.slice(name.length);
  return rest;
}
