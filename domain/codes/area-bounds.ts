import type { Fact } from '../evidence/fact.ts';
import type { AreaMatches, Listing } from '../places/area-index.ts';
import type { Rule } from '../rules/compile.ts';
import { dayOf, endOfPeriod, type Instant, NEVER, startOfDay } from '../time.ts';
import { type Dossier, negativesReported } from './dossier.ts';

/** A stay or a contact as it meets listed areas: its region and its exposure, both ends included. */
export interface Exposure {
  readonly begin: Instant;
  readonly end: Instant;
  readonly matches: AreaMatches;
}

/** Whether a ground is looked at for each listed area that the fact matches (R3b, R6). */
export function dependsOnAreas({ when }: Rule): boolean {
  return when.kind === 'stay' || when.kind === 'contact-area';
}

/** Where and when a fact exposes a person to listed areas; undefined when it does not, or not for this ground. */
export function exposureOf({ when }: Rule, fact: Fact, dossier: Dossier): Exposure | undefined {
  if (fact.kind === 'stay' && when.kind === 'stay') {
    return { begin: fact.from, end: fact.to, matches: dossier.areas(fact.region, fact.place) };
  }
  if (fact.kind !== 'contact' || when.kind !== 'contact-area' || !fact.area) return undefined;
  if (!when.contactLevels.includes(fact.level)) return undefined;
  const { region, place } = fact.area;
  return { begin: fact.lastExposure, end: fact.lastExposure, matches: dossier.areas(region, place) };
}

/** When the ground begins for one area. Listing after the visit counts; delisting at or before its beginning does not. */
export function areaSince({ when }: Rule, { begin }: Exposure, { level, from, to }: Listing): Instant {
  const listed =
    (when.kind === 'stay' || when.kind === 'contact-area') && when.levels.includes(level) && to > begin;
  return listed ? Math.max(begin, from) : NEVER;
}

/** When the ground ends for one area if no test lifts it; `Infinity` while the end of the exposure is missing. */
export function areaUntil({ when }: Rule, exposure: Exposure, listing: Listing): Instant {
  if (when.kind === 'contact-area') return endOfPeriod(exposure.end, when.days);
  const exposureEnd = endOfExposure(exposure, listing);
  return when.kind !== 'stay' || exposureEnd === NEVER ? NEVER : endOfPeriod(exposureEnd, when.days);
}

/** When negative tests lift the ground for one area (M11); `Infinity` when nothing does. */
export function areaLifted({ when }: Rule, exposure: Exposure, listing: Listing, dossier: Dossier): Instant {
  if (when.kind !== 'stay' || !when.liftedBy) return NEVER;
  const exposureEnd = endOfExposure(exposure, listing);
  if (exposureEnd === NEVER) return NEVER;
  const { negatives, hoursApart, preArrivalDays } = when.liftedBy;
  const sampledFrom = Math.max(exposure.begin, startOfDay(dayOf(exposureEnd) - preArrivalDays));
  return Math.max(exposureEnd, negativesReported(dossier, sampledFrom, negatives, hoursApart));
}

function endOfExposure({ end }: Exposure, { to }: Listing): Instant {
  return Math.min(end, to);
}
