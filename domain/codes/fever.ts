import type { DataOf, Fact } from '../evidence/fact.ts';
import type { Rule } from '../rules/compile.ts';
import type { ConditionOf } from '../rules/conditions.ts';
import { dayOf, endOfPeriod, type Instant, NEVER, startOfDay } from '../time.ts';
import { areaSince, areaUntil, exposureOf } from './area-bounds.ts';
import { type Dossier, negativesReported } from './dossier.ts';
import { exposedOfMany, feverEndOfMany, MANY } from './many-records.ts';
import { since, until } from './periods.ts';

/**
 * When a fever stops holding a person at yellow (M10). Without epidemiological history: at the
 * negative test or when the fever has gone, whichever is first. With it: at the later of both, with
 * limits so that nobody is forgotten (docs/decisions/0003).
 */
export function feverReleased(
  when: ConditionOf<'fever'>,
  fever: DataOf['symptom'],
  dossier: Dossier,
): Instant {
  const tested = negativesReported(dossier, fever.from, 1, 0);
  const gone = fever.to === NEVER ? goneBySelf(fever, dossier) : fever.to;
  const first = Math.min(tested, gone);
  if (first === NEVER) return endOfPeriod(fever.from, when.maxDays);
  const windowBegins = startOfDay(dayOf(fever.from) - when.historyDays);
  if (!hasHistory(dossier, windowBegins, first)) return first;
  if (tested === NEVER || gone === NEVER) return endOfPeriod(first, when.careDays);
  return Math.min(Math.max(tested, gone), endOfPeriod(gone, when.careDays));
}

/** The end that another record of fever gives to one that has none: the earliest at or after its beginning. */
function goneBySelf(fever: DataOf['symptom'], dossier: Dossier): Instant {
  if (dossier.facts.length >= MANY) return feverEndOfMany(dossier, fever.from);
  let gone = NEVER;
  for (const fact of dossier.facts) {
    if (fact.kind === 'symptom' && fact.data.to >= fever.from && fact.data.to < gone) gone = fact.data.to;
  }
  return gone;
}

/** Whether an exposure interval begins at or before `by` and ends after `windowBegins`. */
function hasHistory(dossier: Dossier, windowBegins: Instant, by: Instant): boolean {
  if (dossier.facts.length >= MANY)
    return exposedOfMany(dossier, by, windowBegins, (rule, fact) => exposures(rule, fact, dossier));
  const { historyByKind, reachDays } = dossier.rules;
  const windowDay = dayOf(windowBegins);
  for (const fact of dossier.facts) {
    if (fact.lastDay + reachDays[fact.kindIndex]! <= windowDay) continue;
    for (const rule of historyByKind[fact.kindIndex]!) {
      if (
        exposures(rule, fact, dossier).some(
          ([begin, end]) => begin <= by && overlaps(begin, end, windowBegins),
        )
      )
        return true;
    }
  }
  return false;
}

function overlaps(begin: Instant, end: Instant, windowBegins: Instant): boolean {
  return begin < end && end > windowBegins;
}

/** The intervals in which a fact exposes: each area's by itself, as if no test had lifted it. */
function exposures(rule: Rule, fact: Fact, dossier: Dossier): (readonly [Instant, Instant])[] {
  if (!rule.dependsOnAreas) {
    const begin = since(rule, fact);
    return [[begin, until(rule, fact, begin, dossier)]];
  }
  const exposure = exposureOf(rule, fact, dossier);
  if (!exposure) return [];
  return exposure.matches.inside.map((listing) => [
    areaSince(rule, exposure, listing),
    areaUntil(rule, exposure, listing),
  ]);
}
