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

/** Where and when a fact exposes a person to listed areas; undefined when it does not, or not for this ground. */
export function exposureOf(rule: Rule, fact: Fact, dossier: Dossier): Exposure | undefined {
  if (fact.kind === 'stay' && rule.kind === 'stay') {
    const { from, to, region, place } = fact.data;
    return { begin: from, end: to, matches: dossier.areas(region, place) };
  }
  if (fact.kind !== 'contact' || rule.kind !== 'contact-area') return undefined;
  const { level, lastExposure, area } = fact.data;
  if (!area || !rule.when.contactLevels.includes(level)) return undefined;
  return { begin: lastExposure, end: lastExposure, matches: dossier.areas(area.region, area.place) };
}

/** When the ground begins for one area. Listing after the visit counts; delisting at or before its beginning does not. */
export function areaSince(rule: Rule, { begin }: Exposure, { level, from, to }: Listing): Instant {
  if (rule.kind !== 'stay' && rule.kind !== 'contact-area') return NEVER;
  return rule.when.levels.includes(level) && to > begin ? Math.max(begin, from) : NEVER;
}

/** When the ground ends for one area if no test lifts it; `NEVER` while the end of the exposure is missing. */
export function areaUntil(rule: Rule, exposure: Exposure, listing: Listing): Instant {
  if (rule.kind === 'contact-area') return endOfPeriod(exposure.end, rule.when.days);
  const exposureEnd = endOfExposure(exposure, listing);
  return rule.kind !== 'stay' || exposureEnd === NEVER ? NEVER : endOfPeriod(exposureEnd, rule.when.days);
}

/** When negative tests lift the ground for one area (M11); `NEVER` when nothing does. */
export function areaLifted(rule: Rule, exposure: Exposure, listing: Listing, dossier: Dossier): Instant {
  if (rule.kind !== 'stay' || !rule.when.liftedBy) return NEVER;
  const exposureEnd = endOfExposure(exposure, listing);
  if (exposureEnd === NEVER) return NEVER;
  const { negatives, hoursApart, preArrivalDays } = rule.when.liftedBy;
  const sampledFrom = Math.max(exposure.begin, startOfDay(dayOf(exposureEnd) - preArrivalDays));
  return Math.max(exposureEnd, negativesReported(dossier, sampledFrom, negatives, hoursApart));
}

function endOfExposure({ end }: Exposure, { to }: Listing): Instant {
  return Math.min(end, to);
}
