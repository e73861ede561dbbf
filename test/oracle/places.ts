/** colour.md "Listed areas": reading them, and how a stay and an area match. */
import { readRegion, type Spot } from './reading/data.ts';
import {
  faultAt,
  isObject,
  type Place,
  parseObject,
  read,
  readInstant,
  readOneOf,
  readReference,
} from './reading/json.ts';
import { FOREVER, type Instant } from './reading/time.ts';

/** `{level: medium | high | severe, region, place?, from, to?, approval?}` */
export interface Area {
  readonly level: 'medium' | 'high' | 'severe';
  readonly spot: Spot;
  readonly from: Instant;
  readonly to: Instant;
  readonly recordedAt: Instant;
}

/** Reads one JSON line of a listed area. The result means something only if nothing was reported. */
export function readArea(line: string, report: (field: string) => void): Area | undefined {
  const object = parseObject(line);
  if (!isObject(object)) {
    report('');
    return undefined;
  }
  const place: Place = { object, path: '', report };
  const level = readOneOf(place, 'level', 'required', ['medium', 'high', 'severe'] as const);
  const region = readRegion(place);
  // Decided: an area's place may be empty.
  const text = read(place, 'place', 'optional', (value) => (typeof value === 'string' ? value : undefined));
  // "a `severe` area without `approval` or end" is a fault.
  const need = level === 'severe' ? 'required' : 'optional';
  const from = readInstant(place, 'from', 'required');
  const to = readInstant(place, 'to', need);
  readReference(place, 'approval', need);
  // "`recordedAt ≤ k` (default `from`)"
  const recordedAt = readInstant(place, 'recordedAt', 'optional') ?? from;
  // "`to < from` (an area's too)"
  if (from !== undefined && to !== undefined && to < from) faultAt(place, 'to');
  if (level === undefined || region === undefined || from === undefined || recordedAt === undefined)
    return undefined;
  return { level, spot: { region, place: text }, from, to: to ?? FOREVER, recordedAt };
}

/**
 * "At *k* the areas with `recordedAt ≤ k` are known; a `to` after *k* counts as missing, except for a severe
 * area, whose approved end is planned."
 */
export function areasKnownAt(areas: readonly Area[], k: Instant): Area[] {
  const known: Area[] = [];
  for (const area of areas) {
    if (area.recordedAt > k) continue;
    const toCountsAsMissing = area.level !== 'severe' && area.to > k;
    known.push(toCountsAsMissing ? { ...area, to: FOREVER } : area);
  }
  return known;
}

/** "Region codes are read in steps of 2-2-2-3-3 digits; trailing steps that are all zero are dropped". */
function stepsOf(region: string): string[] {
  const steps: string[] = [];
  for (const [from, to] of [
    [0, 2],
    [2, 4],
    [4, 6],
    [6, 9],
    [9, 12],
  ] as const) {
    const step = region.slice(from, to);
    if (step !== '') steps.push(step);
  }
  while (steps.length > 0 && /^0+$/.test(steps[steps.length - 1] ?? '')) steps.pop();
  return steps;
}

/** "a *prefix* is equality of the leading steps (310110 is no prefix of 310112)" */
function isPrefix(region: string, ofRegion: string): boolean {
  const steps = stepsOf(region);
  const ofSteps = stepsOf(ofRegion);
  return steps.length <= ofSteps.length && steps.every((step, index) => step === ofSteps[index]);
}

/** "*parameter* `wholeRegionTexts`, default 全域 全区 全市 全县" */
const WHOLE_REGION_TEXTS = ['全域', '全区', '全市', '全县'].map(normalise);

/**
 * "after NFKC and removal of Unicode white space".
 * AMBIGUOUS: white space is the Unicode property White_Space (so U+0085 goes; U+200B and U+FEFF stay), and
 * what its removal leaves is not normalised again.
 */
function normalise(text: string): string {
  return text.normalize('NFKC').replace(/\p{White_Space}/gu, '');
}

/**
 * "no `place`, an empty one, or one of `wholeRegionTexts`"; "Whole-region texts are normalised too and count
 * as a missing place, in area and stay alike; so does a place that is empty then." Undefined: missing.
 */
function placeOf(spot: Spot): string | undefined {
  const place = normalise(spot.place ?? '');
  return place === '' || WHOLE_REGION_TEXTS.includes(place) ? undefined : place;
}

/**
 * "A stay is **inside** an area when the area's steps are a prefix of the stay's and either the area is the
 * whole region or both places are equal".
 */
export function isInside(stay: Spot, area: Spot): boolean {
  const areaIsWholeRegion = placeOf(area) === undefined;
  return isPrefix(area.region, stay.region) && (areaIsWholeRegion || placeOf(area) === placeOf(stay));
}

/**
 * "It is **possibly inside** when one code is a prefix of the other, it is not inside, and the places do not
 * contradict each other (one is missing, or one contains the other)."
 */
export function isPossiblyInside(stay: Spot, area: Spot): boolean {
  const oneCodeIsPrefix = isPrefix(area.region, stay.region) || isPrefix(stay.region, area.region);
  const here = placeOf(stay);
  const there = placeOf(area);
  // AMBIGUOUS: "one is missing" holds of two missing places too (stay 330683, area 330683001, no places).
  const noContradiction =
    here === undefined || there === undefined || here.includes(there) || there.includes(here);
  return oneCodeIsPrefix && !isInside(stay, area) && noContradiction;
}

/**
 * "A stay **touches** an area when the area was listed at some instant in `[stay.from, t]`: listing after the
 * visit counts, delisting at or before its beginning does not." If it was listed at any instant of that span,
 * then at the first one that is both in the span and not before the area's beginning.
 */
export function touches(begin: Instant, area: Area, t: Instant): boolean {
  const first = Math.max(begin, area.from);
  return first <= t && first < area.to;
}
