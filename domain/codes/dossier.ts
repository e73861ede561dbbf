import type { Fact, FactOf } from '../evidence/fact.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { type Instant, NEVER } from '../time.ts';
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
  if (count > 1 || negatives.length >= MANY)
    return reportedOfMany(dossier, negatives, count, hoursApart)(sampledFrom);
  return firstReported(negatives, sampledFrom);
}

function firstReported(negatives: readonly FactOf<'nat'>[], sampledFrom: Instant): Instant {
  let first = NEVER;
  for (const { data } of negatives) {
    if (data.sampledAt >= sampledFrom && data.reportedAt < first) first = data.reportedAt;
  }
  return first;
}
