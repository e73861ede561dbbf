import type { Fact, IsolationForm } from '../evidence/fact.ts';
import type { Rule } from '../rules/compile.ts';
import type { ConditionOf } from '../rules/conditions.ts';
import { dayOf, endOfPeriod, type Instant, NEVER, startOfDay } from '../time.ts';
import { type Dossier, negativesReported, releasesOf } from './dossier.ts';

/**
 * When a ground that does not depend on listed areas begins for a record; `NEVER` when it does not
 * (colour.md, grounds). A ground holds in `[since, until)`.
 */
export function since({ when, colour }: Rule, fact: Fact): Instant {
  switch (when.kind) {
    case 'case':
      return fact.kind === 'case' && when.classifications.includes(fact.classification) ? fact.from : NEVER;
    case 'convalescence':
      return fact.kind === 'case' && when.outcomes.includes(fact.outcome ?? 'none') ? fact.to : NEVER;
    case 'contact':
      return fact.kind === 'contact' && when.levels.includes(fact.level)
        ? daysAfter(fact.lastExposure, when.afterDays)
        : NEVER;
    case 'entry':
      return fact.kind === 'overseas' && !when.exemptCountries.includes(fact.country)
        ? daysAfter(fact.enteredAt, when.afterDays)
        : NEVER;
    case 'designation':
      return fact.kind === 'designation' && fact.colour === colour ? fact.from : NEVER;
    case 'positive-test':
      return fact.kind === 'nat' && fact.result === 'positive' ? fact.reportedAt : NEVER;
    case 'isolation':
    case 'fever':
      return fact.kind === 'isolation' || fact.kind === 'symptom' ? fact.from : NEVER;
    default:
      return NEVER;
  }
}

/** When such a ground ends, if it begins at `begin`. A fever's end is worked out in `fever.ts`. */
export function until({ when }: Rule, fact: Fact, begin: Instant, dossier: Dossier): Instant {
  switch (fact.kind) {
    case 'case':
      if (when.kind !== 'convalescence') return fact.to;
      return released(when.releasedBy, begin, fact.to, endOfPeriod(fact.to, when.days), dossier);
    case 'contact':
      if (when.kind !== 'contact') return begin;
      return periodEnd(when, begin, fact.lastExposure, dossier);
    case 'overseas':
      if (when.kind !== 'entry') return begin;
      return periodEnd(when, begin, fact.enteredAt, dossier);
    case 'nat':
      if (when.kind !== 'positive-test') return begin;
      return Math.min(
        caseOpened(fact.sampledAt, fact.reportedAt, dossier),
        negativesAfter(when, fact.sampledAt, dossier),
      );
    case 'isolation':
      return fact.endedAt === NEVER ? fact.until : fact.endedAt;
    case 'designation':
      return fact.until;
    default:
      return begin;
  }
}

function daysAfter(instant: Instant, days: number): Instant {
  return days === 0 ? instant : endOfPeriod(instant, days);
}

function periodEnd(
  when: ConditionOf<'contact'> | ConditionOf<'entry'>,
  begin: Instant,
  cause: Instant,
  dossier: Dossier,
): Instant {
  return released(when.releasedBy, begin, cause, endOfPeriod(cause, when.afterDays + when.days), dossier);
}

/**
 * Early release (M7): an order ended by a decision cuts a ground that began before, unless the order
 * is older than the day of the ground's cause.
 */
function released(
  forms: readonly IsolationForm[] | undefined,
  begin: Instant,
  cause: Instant,
  end: Instant,
  dossier: Dossier,
): Instant {
  let cut = end;
  if (forms) {
    for (const { form, from, endedAt } of releasesOf(dossier)) {
      if (begin < endedAt && endedAt < cut && forms.includes(form) && dayOf(from) >= dayOf(cause))
        cut = endedAt;
    }
  }
  return cut;
}

/**
 * A positive test stands until the case is decided (R2g): until the first case that is open at or
 * after the day of sampling begins. A case excluded by the time of the report had decided an earlier question.
 */
function caseOpened(sampledAt: Instant, reportedAt: Instant, dossier: Dossier): Instant {
  const dayBegins = startOfDay(dayOf(sampledAt));
  let opened = NEVER;
  for (const fact of dossier.facts) {
    if (fact.kind !== 'case' || fact.from >= opened || fact.to <= dayBegins || fact.to <= fact.from) continue;
    if (fact.outcome === 'excluded' && fact.to <= reportedAt) continue;
    opened = fact.from;
  }
  return opened;
}

function negativesAfter(when: ConditionOf<'positive-test'>, sampledAt: Instant, dossier: Dossier): Instant {
  // Sampled after it, not together with it; instants are whole milliseconds.
  return negativesReported(dossier, sampledAt + 1, when.negatives, when.hoursApart);
}
