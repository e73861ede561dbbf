import type { Fact, IsolationFact, NatFact } from '../evidence/fact.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { HOUR_MS, type Instant } from '../time.ts';

/** All that is known about one person at one instant of knowledge, and what is asked of it again and again. */
export interface Dossier {
  readonly facts: readonly Fact[];
  readonly rules: CompiledRules;
  readonly areas: AreaIndex;
  /** Worked out when first asked for: most people have no ground that needs them. */
  negatives: readonly NatFact[] | undefined;
  releases: readonly IsolationFact[] | undefined;
}

export function openDossier(facts: readonly Fact[], rules: CompiledRules, areas: AreaIndex): Dossier {
  return { facts, rules, areas, negatives: undefined, releases: undefined };
}

/** The orders that a decision has ended early (M7). */
export function releasesOf(dossier: Dossier): readonly IsolationFact[] {
  dossier.releases ??= dossier.facts
    .filter((fact) => fact.kind === 'isolation')
    .filter(({ released }) => released);
  return dossier.releases;
}

/** The negative tests in the order in which they were sampled. An inconclusive test changes nothing. */
function negativesOf(dossier: Dossier): readonly NatFact[] {
  dossier.negatives ??= dossier.facts
    .filter((fact) => fact.kind === 'nat')
    .filter(({ result }) => result === 'negative')
    .sort((a, b) => a.sampledAt - b.sampledAt);
  return dossier.negatives;
}

/**
 * The earliest instant at which so many negative tests, sampled at or after `sampledFrom` and each at
 * least `hoursApart` after the one before, are all reported; `Infinity` when there are not so many.
 */
export function negativesReported(
  dossier: Dossier,
  sampledFrom: Instant,
  count: number,
  hoursApart: number,
): Instant {
  const negatives = negativesOf(dossier);
  const reports: Instant[] = [];
  for (const { sampledAt, reportedAt } of negatives) if (sampledAt >= sampledFrom) reports.push(reportedAt);
  if (reports.length < count) return Number.POSITIVE_INFINITY;
  reports.sort((a, b) => a - b);
  // More reports can only help, so the earliest sufficient one is found by halving.
  let low = count - 1;
  let high = reports.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (suffices(negatives, sampledFrom, reports[middle]!, count, hoursApart * HOUR_MS)) high = middle;
    else low = middle + 1;
  }
  return reports[low] ?? Number.POSITIVE_INFINITY;
}

/** Whether enough of the tests that are reported by an instant lie far enough apart: taking each as early as possible. */
function suffices(
  negatives: readonly NatFact[],
  sampledFrom: Instant,
  reportedBy: Instant,
  count: number,
  apart: number,
): boolean {
  let found = 0;
  let next = sampledFrom;
  for (const { sampledAt, reportedAt } of negatives) {
    if (sampledAt < next || reportedAt > reportedBy) continue;
    found++;
    next = sampledAt + apart;
    if (found === count) return true;
  }
  return false;
}
