/**
 * Answers about a person with many records in logarithmic time. For the few records of nearly everyone
 * a plain walk is quicker than to sort them; both give the same.
 */
import type { DataOf, IsolationForm } from '../evidence/fact.ts';
import type { Rule } from '../rules/compile.ts';
import { dayOf, HOUR_MS, type Instant, NEVER } from '../time.ts';
import type { Dossier } from './dossier.ts';
import { type Earliest, earliest, earliestChain } from './earliest.ts';

/** From this many on, records are sorted before they are asked. */
export const MANY = 64;

/** What was sorted once for a person with many records. */
export interface Sorted {
  readonly reported: Map<string, Earliest>;
  cases?: { readonly excluded: Earliest; readonly others: Earliest };
  feverEnds?: Earliest;
  exposures?: Earliest;
  releases?: ReadonlyMap<string, Earliest>;
}

function sortedOf(dossier: Dossier): Sorted {
  dossier.sorted ??= { reported: new Map() };
  return dossier.sorted;
}

/** `negativesReported` of the dossier, for many tests or for several that lie apart. */
export function reportedOfMany(
  dossier: Dossier,
  negatives: readonly { readonly data: DataOf['nat'] }[],
  count: number,
  hoursApart: number,
): Earliest {
  const { reported } = sortedOf(dossier);
  const key = `${count} ${hoursApart}`;
  let from = reported.get(key);
  if (!from) {
    const sampled = negatives.map(({ data }) => data.sampledAt);
    const reports = negatives.map(({ data }) => data.reportedAt);
    from = earliestChain(sampled, reports, count, hoursApart * HOUR_MS);
    reported.set(key, from);
  }
  return from;
}

/** When the first case began that ends after one instant, or after another one if it was excluded. */
export function caseOfMany(dossier: Dossier, endsAfter: Instant, excludedAfter: Instant): Instant {
  const sorted = sortedOf(dossier);
  if (!sorted.cases) {
    const excluded: [Instant[], Instant[]] = [[], []];
    const others: [Instant[], Instant[]] = [[], []];
    for (const { kind, data } of dossier.facts) {
      if (kind !== 'case' || data.to <= data.from) continue;
      const [ends, beginnings] = data.outcome === 'excluded' ? excluded : others;
      ends.push(data.to);
      beginnings.push(data.from);
    }
    sorted.cases = { excluded: earliest(...excluded), others: earliest(...others) };
  }
  // After, not at; instants are whole milliseconds.
  return Math.min(sorted.cases.others(endsAfter + 1), sorted.cases.excluded(excludedAfter + 1));
}

/** The earliest end of a fever at or after an instant. */
export function feverEndOfMany(dossier: Dossier, from: Instant): Instant {
  const sorted = sortedOf(dossier);
  if (!sorted.feverEnds) {
    const ends: Instant[] = [];
    for (const { kind, data } of dossier.facts)
      if (kind === 'symptom' && data.to !== NEVER) ends.push(data.to);
    sorted.feverEnds = earliest(ends, ends);
  }
  return sorted.feverEnds(from);
}

/** The first end of a release of one of these forms that ends after one instant and before another, and began on a day or later. */
export function releaseOfMany(
  dossier: Dossier,
  releases: readonly { readonly data: DataOf['isolation'] }[],
  forms: readonly IsolationForm[],
  [firstDay, after, before]: readonly [firstDay: number, after: Instant, before: Instant],
): Instant {
  const sorted = sortedOf(dossier);
  sorted.releases ??= releasesByDay(releases);
  let first = before;
  // It began before it ended, so few days are left.
  for (let day = firstDay; day <= dayOf(before); day++)
    for (const form of forms) {
      const ended = sorted.releases.get(`${day} ${form}`)?.(after + 1) ?? NEVER;
      if (ended < first) first = ended;
    }
  return first;
}

function releasesByDay(releases: readonly { readonly data: DataOf['isolation'] }[]) {
  const ends = new Map<string, Instant[]>();
  for (const { data } of releases) {
    const key = `${dayOf(data.from)} ${data.form}`;
    const list = ends.get(key);
    if (list) list.push(data.endedAt);
    else ends.set(key, [data.endedAt]);
  }
  return new Map([...ends].map(([key, list]) => [key, earliest(list, list)]));
}

type Interval = readonly [begin: Instant, end: Instant];

/** Whether one of the person's exposures begins at or before an instant and ends after another one. */
export function exposedOfMany(
  dossier: Dossier,
  by: Instant,
  endsAfter: Instant,
  intervals: (rule: Rule, fact: Dossier['facts'][number]) => readonly Interval[],
): boolean {
  const sorted = sortedOf(dossier);
  if (!sorted.exposures) {
    const all: Interval[] = [];
    for (const fact of dossier.facts)
      for (const rule of dossier.rules.historyByKind[fact.kindIndex]!)
        for (const interval of intervals(rule, fact)) if (interval[0] < interval[1]) all.push(interval);
    // Turned round: the earliest of negative ends, from a negative beginning on, is the latest end up to it.
    sorted.exposures = earliest(
      all.map(([begin]) => -begin),
      all.map(([, end]) => -end),
    );
  }
  return -sorted.exposures(-by) > endsAfter;
}
