import type { Fact } from '../evidence/fact.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { type Instant, NEVER } from '../time.ts';
import { assess } from './assess.ts';
import { type Need, type Supposition, suppositionsOf, type TestSchedule, testSchedules } from './suppose.ts';

/** A way to green: what has to come first, and when the code is green if it comes at the instant asked about. */
export interface WayToGreen {
  /** Nothing but `time`, or what has to come. */
  readonly needs: readonly Need[];
  /** When it is green then; the instant asked about itself: as soon as it is on record. */
  readonly at: Instant;
  /** What was supposed: records that are new, and new versions of records that are there. */
  readonly supposed: readonly Fact[];
}

/**
 * What would turn a code green, and when (M7, M10, M11), found by supposing what may come and asking `assess`: time alone
 * first, then what needs least. What needs more is named only where it is quicker. Empty when the code is green.
 */
export function waysToGreen(
  facts: readonly Fact[],
  rules: CompiledRules,
  areas: AreaIndex,
  at: Instant,
): readonly WayToGreen[] {
  const search: Search = { facts, rules, areas, at, left: MOST_WORK };
  const byTime = firstGreen(search, facts);
  if (byTime === at) return [];
  const found: Found[] = [];
  for (const trial of trialsOf(search)) {
    if (search.left <= 0) break;
    const best = bestOf(search, trial);
    if (best.at < byTime && found.every((other) => best.at < other.best.at || !contains(trial, other.trial)))
      found.push({ trial, best });
  }
  const ways = found.map(({ best }) => best);
  return byTime === NEVER ? ways : [{ needs: ['time'], at: byTime, supposed: [] }, ...ways];
}

/** How many facts are looked at in all: one person may have a hundred thousand records, and somebody waits. */
const MOST_WORK = 200_000;
/** An assessment changes a few dozen times. */
const MOST_CHANGES = 200;

interface Search {
  readonly facts: readonly Fact[];
  readonly rules: CompiledRules;
  readonly areas: AreaIndex;
  readonly at: Instant;
  left: number;
}

/** What is supposed together: some of what can end, and so many negative tests. */
interface Trial {
  readonly ends: readonly Supposition[];
  readonly tests: number;
  /** When the tests may be taken; one without any when there are none. */
  readonly schedules: readonly TestSchedule[];
}

interface Found {
  readonly trial: Trial;
  readonly best: WayToGreen;
}

/** Every combination, those of less before those of more. */
function trialsOf({ facts, rules, at }: Search): readonly Trial[] {
  const schedules = testSchedules(facts, rules, at);
  const trials: Trial[] = [];
  for (const ends of subsetsOf(suppositionsOf(facts, at)))
    for (const [tests, some] of schedules.entries()) trials.push({ ends, tests, schedules: some });
  const size = ({ ends, tests }: Trial) => ends.length + tests;
  return trials.filter((trial) => size(trial) > 0).sort((one, other) => size(one) - size(other));
}

function subsetsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: 2 ** items.length }, (_, chosen) =>
    items.filter((_, i) => Math.floor(chosen / 2 ** i) % 2 === 1),
  );
}

function contains(trial: Trial, other: Trial): boolean {
  return trial.tests >= other.tests && other.ends.every((end) => trial.ends.includes(end));
}

function bestOf(search: Search, { ends, schedules }: Trial): WayToGreen {
  let best: WayToGreen = { needs: [], at: NEVER, supposed: [] };
  for (const { tests, needs } of schedules) {
    const supposed = [...tests, ...ends.flatMap(({ revised }) => revised)];
    const at = firstGreen(search, withSupposed(search.facts, supposed));
    if (at < best.at) best = { needs: [...needs, ...ends.map(({ need }) => need)], at, supposed };
  }
  return best;
}

/** The facts, with those that are supposed in place of the former versions of the same records. */
function withSupposed(facts: readonly Fact[], supposed: readonly Fact[]): readonly Fact[] {
  const keyOf = ({ source, id }: Fact) => `${source} ${id}`;
  const revised = new Set(supposed.map(keyOf));
  return [...facts.filter((fact) => !revised.has(keyOf(fact))), ...supposed];
}

/** The first instant from the one asked about at which nothing but green is left if nothing else comes; `NEVER` for none. */
function firstGreen(search: Search, facts: readonly Fact[]): Instant {
  let { at } = search;
  for (let changes = 0; changes < MOST_CHANGES && at !== NEVER; changes++) {
    search.left -= facts.length + 1;
    const { colour, nextChangeAt } = assess(facts, search.rules, search.areas, at);
    if (colour === 'green') return at;
    at = nextChangeAt;
  }
  return NEVER;
}
