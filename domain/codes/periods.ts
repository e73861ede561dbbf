import type { DataOf, Fact, IsolationForm } from '../evidence/fact.ts';
import type { Rule } from '../rules/compile.ts';
import type { ConditionOf } from '../rules/conditions.ts';
import { dayOf, endOfPeriod, type Instant, NEVER, startOfDay } from '../time.ts';
import { type Dossier, negativesReported, releasesOf } from './dossier.ts';
import { caseOfMany, MANY, releaseOfMany } from './many-records.ts';

/**
 * When a ground that does not depend on listed areas begins for a record; `NEVER` when it does not
 * (colour.md, grounds). A ground holds in `[since, until)`.
 */
export function since(rule: Rule, fact: Fact): Instant {
  switch (fact.kind) {
    case 'case':
      if (rule.kind === 'case') {
        return has(rule.when.classifications, fact.data.classification) ? fact.data.from : NEVER;
      }
      return rule.kind === 'convalescence' && has(rule.when.outcomes, fact.data.outcome ?? 'none')
        ? fact.data.to
        : NEVER;
    case 'contact':
      return rule.kind === 'contact' && has(rule.when.levels, fact.data.level)
        ? daysAfter(fact.data.lastExposure, rule.when.afterDays)
        : NEVER;
    case 'overseas':
      return rule.kind === 'entry' && !has(rule.when.exemptCountries, fact.data.country)
        ? daysAfter(fact.data.enteredAt, rule.when.afterDays)
        : NEVER;
    case 'nat':
      return fact.data.result === 'positive' ? fact.data.reportedAt : NEVER;
    case 'designation':
      return fact.data.colour === rule.colour ? fact.data.from : NEVER;
    case 'isolation':
    case 'symptom':
      return fact.data.from;
    default:
      return NEVER;
  }
}

/** When such a ground ends, if it begins at `begin`. A fever's end is worked out in `fever.ts`. */
export function until(rule: Rule, fact: Fact, begin: Instant, dossier: Dossier): Instant {
  switch (fact.kind) {
    case 'case':
      return rule.kind === 'convalescence'
        ? released(rule.when, begin, fact.data.to, endOfPeriod(fact.data.to, rule.when.days), dossier)
        : fact.data.to;
    case 'contact':
      return rule.kind === 'contact' ? periodEnd(rule.when, begin, fact.data.lastExposure, dossier) : begin;
    case 'overseas':
      return rule.kind === 'entry' ? periodEnd(rule.when, begin, fact.data.enteredAt, dossier) : begin;
    case 'nat':
      return rule.kind === 'positive-test' ? settled(rule.when, fact.data, dossier) : begin;
    case 'isolation':
      return fact.data.endedAt === NEVER ? fact.data.until : fact.data.endedAt;
    case 'designation':
      return fact.data.until;
    default:
      return begin;
  }
}

/** `Array.includes`, quicker for the two or three items of these lists. */
function has<T>(list: readonly T[], value: T): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === value) return true;
  return false;
}

function daysAfter(instant: Instant, days: number): Instant {
  return days === 0 ? instant : endOfPeriod(instant, days);
}

type Period = ConditionOf<'contact'> | ConditionOf<'entry'>;

function periodEnd(when: Period, begin: Instant, cause: Instant, dossier: Dossier): Instant {
  return released(when, begin, cause, endOfPeriod(cause, when.afterDays + when.days), dossier);
}

/**
 * Early release (M7): an order ended by a decision cuts a ground that began before, unless the order
 * is older than the day of the ground's cause.
 */
function released(
  { releasedBy }: { readonly releasedBy?: readonly IsolationForm[] },
  begin: Instant,
  cause: Instant,
  end: Instant,
  dossier: Dossier,
): Instant {
  if (!releasedBy) return end;
  const releases = releasesOf(dossier);
  if (releases.length >= MANY)
    return releaseOfMany(dossier, releases, releasedBy, [dayOf(cause), begin, end]);
  let cut = end;
  for (const { data } of releases) {
    if (begin >= data.endedAt || data.endedAt >= cut || !has(releasedBy, data.form)) continue;
    if (dayOf(data.from) >= dayOf(cause)) cut = data.endedAt;
  }
  return cut;
}

/** A positive test stands until the case is decided, or until negative tests sampled after it end it (R2g). */
function settled(
  when: ConditionOf<'positive-test'>,
  { sampledAt, reportedAt }: DataOf['nat'],
  dossier: Dossier,
): Instant {
  // Sampled after it, not together with it; instants are whole milliseconds.
  const cleared = negativesReported(dossier, sampledAt + 1, when.negatives, when.hoursApart);
  return Math.min(caseOpened(sampledAt, reportedAt, dossier), cleared);
}

/**
 * When the first case begins that is open at or after the day of sampling. A case that was excluded
 * by the time of the report had decided an earlier question.
 */
function caseOpened(sampledAt: Instant, reportedAt: Instant, dossier: Dossier): Instant {
  const dayBegins = startOfDay(dayOf(sampledAt));
  if (dossier.facts.length >= MANY) return caseOfMany(dossier, dayBegins, Math.max(dayBegins, reportedAt));
  let opened = NEVER;
  for (const { kind, data } of dossier.facts) {
    if (kind !== 'case' || data.from >= opened || data.to <= dayBegins || data.to <= data.from) continue;
    if (data.outcome === 'excluded' && data.to <= reportedAt) continue;
    opened = data.from;
  }
  return opened;
}
