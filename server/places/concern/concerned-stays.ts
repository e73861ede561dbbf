import type { AreaLevel } from '../../../domain/places/listed-area.ts';
import { significantSteps } from '../../../domain/places/region.ts';
import { DAY_MS, dayOf, type Instant, NEVER, startOfDay } from '../../../domain/time.ts';
import type { AreaReach } from './area-reach.ts';

/** An area of which something else is known now. */
export interface ChangedArea {
  readonly level: AreaLevel;
  readonly region: string;
  readonly from: Instant;
  /** Its end as it was known; null when the area was not, and its own beginning when it never was. */
  readonly before: Instant | null;
  /** Its end as it is known now. */
  readonly after: Instant;
}

/** The stays at some place and time. */
export interface Stays {
  /** The digits of their region that signify. */
  readonly region: string;
  /** Whether regions inside that one are meant too. */
  readonly within: boolean;
  /** They begin before this. */
  readonly beginBefore: Instant;
  /** They end at this or later. */
  readonly endFrom: Instant;
}

/** Whom changed areas concern. */
export interface Concerned {
  /** Whoever made such a stay: a ground that rests on it may hold, or have held, now or later. */
  readonly anyone: readonly Stays[];
  /** Whoever made such a stay and has had a fever: a fever asks about exposures of any age (M10). */
  readonly feverish: readonly Stays[];
}

/**
 * The stays about which something else follows at or after an instant from what is known of areas now. None is left
 * out; a stay whose text contradicts that of the area is among them, as texts are sealed.
 */
export function concernedStays(areas: readonly ChangedArea[], reach: AreaReach, at: Instant): Concerned {
  // The ground of an exposure that ended before this day has ended.
  const since = startOfDay(dayOf(at)) - (reach.days - 1) * DAY_MS;
  const anyone = new Map<string, Stays>();
  const feverish = new Map<string, Stays>();
  for (const { level, region, from, before, after } of areas) {
    const was = before ?? from;
    if (was === after || !reach.levels.includes(level)) continue;
    // A stay that begins later touches the area neither way.
    const beginBefore = Math.max(was, after);
    const first = Math.min(was, after);
    // A stay that ended before the first of both ends ends the exposure itself, both ways.
    const endFrom = first > from ? first : -NEVER;
    for (const where of regionsAround(region)) {
      add(feverish, { ...where, beginBefore, endFrom });
      if (beginBefore >= since) add(anyone, { ...where, beginBefore, endFrom: Math.max(endFrom, since) });
    }
  }
  return { anyone: [...anyone.values()], feverish: [...feverish.values()] };
}

/** The regions of stays that an area can match: all within its own, and each around it. */
function regionsAround(region: string): readonly Pick<Stays, 'region' | 'within'>[] {
  const own = significantSteps(region);
  const around = [2, 4, 6, 9].filter((length) => length < own.length);
  return [
    { region: own, within: true },
    ...around.map((length) => ({ region: own.slice(0, length), within: false })),
  ];
}

/** Of stays that differ only in their beginning those that begin before the later instant are all. */
function add(all: Map<string, Stays>, stays: Stays): void {
  const key = `${stays.region} ${stays.within} ${stays.endFrom}`;
  const { beginBefore } = all.get(key) ?? stays;
  all.set(key, { ...stays, beginBefore: Math.max(beginBefore, stays.beginBefore) });
}
