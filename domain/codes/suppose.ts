import type { Fact, TestResult } from '../evidence/fact.ts';
import { factOf } from '../evidence/kinds.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { HOUR_MS, type Instant, NEVER } from '../time.ts';

/** What can bring a code nearer to green. */
export const NEEDS = [
  'time',
  'negative-test',
  'second-negative-test',
  'fever-gone',
  'stay-ended',
  'order-ended',
  'case-closed',
  'decision',
] as const;

export type Need = (typeof NEEDS)[number];

/** Something that goes on and may end: new versions of the records that tell of it. */
export interface Supposition {
  readonly need: Need;
  readonly revised: readonly Fact[];
}

/** Negative tests that may be taken, each reported as it is sampled. */
export interface TestSchedule {
  readonly tests: readonly Fact[];
  readonly needs: readonly Need[];
}

/** What goes on at an instant, and could end at it: each kind of thing together. */
export function suppositionsOf(facts: readonly Fact[], at: Instant): readonly Supposition[] {
  return ENDS.flatMap(({ need, ended }) => {
    const revised = facts.flatMap((fact) => ended(fact, at) ?? []);
    return revised.length > 0 ? [{ need, revised }] : [];
  });
}

interface End {
  readonly need: Need;
  /** The record as it would be if what it tells of ended at an instant; undefined when it does not go on then. */
  readonly ended: (fact: Fact, at: Instant) => Fact | undefined;
}

const ENDS: readonly End[] = [
  { need: 'fever-gone', ended: feverGone },
  { need: 'stay-ended', ended: stayEnded },
  { need: 'order-ended', ended: orderEnded },
  { need: 'case-closed', ended: caseClosed },
  { need: 'decision', ended: designationEnded },
];

function goesOn(from: Instant, to: Instant, at: Instant): boolean {
  return from <= at && at < to;
}

function feverGone(fact: Fact, at: Instant): Fact | undefined {
  if (fact.kind !== 'symptom' || !goesOn(fact.data.from, fact.data.to, at)) return undefined;
  return factOf('symptom', { ...fact.data, to: at }, fact.source, fact.id);
}

function stayEnded(fact: Fact, at: Instant): Fact | undefined {
  if (fact.kind !== 'stay' || !goesOn(fact.data.from, fact.data.to, at)) return undefined;
  return factOf('stay', { ...fact.data, to: at }, fact.source, fact.id);
}

/** By the decision that ends the duty (M7), so that it ends also the grounds that rest on it. */
function orderEnded(fact: Fact, at: Instant): Fact | undefined {
  if (fact.kind !== 'isolation') return undefined;
  const { from, until, endedAt } = fact.data;
  if (!goesOn(from, endedAt === NEVER ? until : endedAt, at)) return undefined;
  return factOf('isolation', { ...fact.data, endedAt: at, released: true }, fact.source, fact.id);
}

/** A suspicion is excluded; whoever is infected recovers. */
function caseClosed(fact: Fact, at: Instant): Fact | undefined {
  if (fact.kind !== 'case' || !goesOn(fact.data.from, fact.data.to, at)) return undefined;
  const outcome = fact.data.classification === 'suspected' ? 'excluded' : 'recovered';
  return factOf('case', { ...fact.data, to: at, outcome }, fact.source, fact.id);
}

function designationEnded(fact: Fact, at: Instant): Fact | undefined {
  if (fact.kind !== 'designation' || !goesOn(fact.data.from, fact.data.until, at)) return undefined;
  return factOf('designation', { ...fact.data, until: at }, fact.source, fact.id);
}

/** More tests than any package asks for would only cost time. */
const MOST_TESTS = 3;

/**
 * How negative tests may be taken from an instant on, by their number, as far apart as the rules want them: the first now, or
 * when it is far enough from one that there is.
 */
export function testSchedules(
  facts: readonly Fact[],
  rules: CompiledRules,
  at: Instant,
): readonly (readonly TestSchedule[])[] {
  const { most, apartMs } = testsWanted(rules);
  const known = sampledOf(facts, 'negative');
  const later = known.map((sampledAt) => sampledAt + apartMs).filter((instant) => instant > at);
  // One instant for those that there are is enough: the earliest is the one that is waited for least.
  const firsts = later.length > 0 ? [at, Math.min(...later)] : [at];
  const none: TestSchedule = { tests: [], needs: [] };
  const lastPositive = Math.max(...sampledOf(facts, 'positive'));
  const isSecond = lastPositive > -NEVER && known.some((sampledAt) => sampledAt > lastPositive);
  const ofCount = (count: number) =>
    firsts.map((first): TestSchedule => {
      const tests = Array.from({ length: count }, (_, i) => negativeAt(first + i * apartMs, i));
      const needs = tests.map((_, i): Need => (i > 0 || isSecond ? 'second-negative-test' : 'negative-test'));
      return { tests, needs };
    });
  return [[none], ...Array.from({ length: most }, (_, i) => ofCount(i + 1))];
}

/** How many negative tests some condition of the rules wants at most, and how far apart. */
function testsWanted({ byKind }: CompiledRules): { readonly most: number; readonly apartMs: number } {
  let most = 1;
  let hours = 0;
  for (const rule of byKind.flat()) {
    const wanted =
      rule.kind === 'positive-test' ? rule.when : rule.kind === 'stay' ? rule.when.liftedBy : undefined;
    if (!wanted || wanted.negatives < 2) continue;
    most = Math.max(most, wanted.negatives);
    hours = Math.max(hours, wanted.hoursApart);
  }
  return { most: Math.min(most, MOST_TESTS), apartMs: hours * HOUR_MS };
}

function sampledOf(facts: readonly Fact[], result: TestResult): readonly Instant[] {
  return facts.flatMap((fact) =>
    fact.kind === 'nat' && fact.data.result === result ? [fact.data.sampledAt] : [],
  );
}

function negativeAt(instant: Instant, i: number): Fact {
  const data = { sampledAt: instant, reportedAt: instant, result: 'negative' } as const;
  return factOf('nat', data, 'laboratory', `supposed negative test ${i + 1}`);
}
