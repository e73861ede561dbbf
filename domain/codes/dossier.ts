import type { Fact, FactOf } from '../evidence/fact.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { HOUR_MS, type Instant, NEVER } from '../time.ts';
import { MANY, reportedOfMany, type Sorted } from './many-records.ts';

/** All that is known about one person at one instant of knowledge, and what is asked of it again and again. */
export interface Dossier {
  readonly facts: readonly Fact[];
  readonly rules: CompiledRules;
  readonly areas: AreaIndex;
  /** Worked out when first asked for: most people have no ground that needs them. */
  negatives: readonly FactOf<'nat'>[] | undefined;
  releases: readonly FactOf<'isolation'>[] | undefined;
  sorted: Sorted | undefined;
}

export function openDossier(facts: readonly Fact[], rules: CompiledRules, areas: AreaIndex): Dossier {
  return { facts, rules, areas, negatives: undefined, releases: undefined, sorted: undefined };
}

const NONE: readonly never[] = [];

/** The orders that a decision has ended early (M7). */
export function releasesOf(dossier: Dossier): readonly FactOf<'isolation'>[] {
  if (dossier.releases) return dossier.releases;
  let releases: FactOf<'isolation'>[] | undefined;
  for (const fact of dossier.facts) {
    if (fact.kind === 'isolation' && fact.data.released) {
      releases ??= [];
      releases.push(fact);
    }
  }
  dossier.releases = releases ?? NONE;
  return dossier.releases;
}

/** The negative tests in the order in which they were sampled. An inconclusive test changes nothing. */
function negativesOf(dossier: Dossier): readonly FactOf<'nat'>[] {
  if (dossier.negatives) return dossier.negatives;
  let negatives: FactOf<'nat'>[] | undefined;
  for (const fact of dossier.facts) {
    if (fact.kind === 'nat' && fact.data.result === 'negative') {
      negatives ??= [];
      negatives.push(fact);
    }
  }
  dossier.negatives = negatives?.sort((a, b) => a.data.sampledAt - b.data.sampledAt) ?? NONE;
  return dossier.negatives;
}

/**
 * The earliest instant at which so many negative tests, sampled at or after `sampledFrom` and each at
 * least `hoursApart` after the one before, are all reported; `NEVER` when there are not so many.
 */
export function negativesReported(
  dossier: Dossier,
  sampledFrom: Instant,
  count: number,
  hoursApart: number,
): Instant {
  const negatives = negativesOf(dossier);
  if (negatives.length < count) return NEVER;
  if (negatives.length >= MANY) return reportedOfMany(dossier, negatives, count, hoursApart)(sampledFrom);
  if (count === 1) return firstReported(negatives, sampledFrom);
  const reports: Instant[] = [];
  for (const { data } of negatives) if (data.sampledAt >= sampledFrom) reports.push(data.reportedAt);
  if (reports.length < count) return NEVER;
  reports.sort((a, b) => a - b);
  // More reports can only help, so the earliest sufficient one is found by halving.
  let low = count - 1;
  let high = reports.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(negatives, sampledFrom, reports[middle]!, count, hoursApart * HOUR_MS)) high = middle;
    else low = middle + 1;
  }
  return reports[low] ?? NEVER;
}

function firstReported(negatives: readonly FactOf<'nat'>[], sampledFrom: Instant): Instant {
  let first = NEVER;
  for (const { data } of negatives) {
    if (data.sampledAt >= sampledFrom && data.reportedAt < first) first = data.reportedAt;
  }
  return first;
}

/** Whether enough of the tests that are reported by an instant lie far enough apart: taking each as early as possible. */
function suffices(
  negatives: readonly FactOf<'nat'>[],
  sampledFrom: Instant,
  reportedBy: Instant,
  count: number,
  apart: number,
): boolean {
  let found = 0;
  let next = sampledFrom;
  for (const { data } of negatives) {
    if (data.sampledAt < next || data.reportedAt > reportedBy) continue;
    found++;
    next = data.sampledAt + apart;
    if (found === count) return true;
  }
  return false;
}
