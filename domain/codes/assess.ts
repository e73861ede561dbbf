import type { Colour } from '../colour.ts';
import type { Fact } from '../evidence/fact.ts';
import { measuresOf } from '../measures/measures.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { dayOf, type Instant, NEVER } from '../time.ts';
import type { Advisory, Assessment, Ground } from './assessment.ts';
import { type Dossier, openDossier } from './dossier.ts';
import { MANY } from './many-records.ts';
import { inOrder } from './order.ts';
import { holds, type Piece, piecesOf } from './pieces.ts';
import { type Hold, holdsAt, nextChange, withoutCovered } from './run.ts';

/** What one record holds at the instant of the assessment. */
export interface Standing {
  readonly fact: Fact;
  readonly ground: Ground;
  readonly holds: readonly Hold[];
}

/**
 * Works out a person's colour at an instant from the facts known about that person.
 *
 * Every ground that holds is named, so that the person can read why and an appeal can answer it
 * (R2–R4). `areas` is the index of the areas known at the same instant of knowledge.
 */
export function assess(
  facts: readonly Fact[],
  rules: CompiledRules,
  areas: AreaIndex,
  at: Instant,
): Assessment {
  const dossier = openDossier(facts, rules, areas);
  const pieces = piecesOf(dossier, at);
  const standing: Standing[] = [];
  const advisories: Advisory[] = [];
  let nextChangeAt: Instant = NEVER;
  for (let start = 0; start < pieces.length; ) {
    const end = endOfRun(pieces, start);
    const first = pieces[start]!;
    if (end === start + 1 && first.counted) {
      // Nearly every run: one interval, whose two ends are its only changes.
      const began = first.since <= at;
      nextChangeAt = Math.min(nextChangeAt, began ? first.until : first.since);
      if (began) standing.push(standingOf(first.fact, [first], first.since, first.until));
    } else {
      const all = pieces.slice(start, end);
      const run = all.length < MANY ? all : withoutCovered(all);
      nextChangeAt = Math.min(nextChangeAt, nextChange(run, at));
      addHolds(first.fact, holdsAt(run, at), standing, advisories);
    }
    start = end;
  }
  return conclude(dossier, at, nextChangeAt, standing, advisories);
}

/** Where the pieces of one record and clause end that begin at `start`. */
function endOfRun(pieces: readonly Piece[], start: number): number {
  const { fact, rule } = pieces[start]!;
  let end = start + 1;
  while (end < pieces.length && pieces[end]!.fact === fact && pieces[end]!.rule.clause === rule.clause) end++;
  return end;
}

function addHolds(fact: Fact, holds: readonly Hold[], standing: Standing[], advisories: Advisory[]): void {
  const [first] = holds;
  if (!first) return;
  const since = Math.min(...holds.map((hold) => hold.since));
  const until = Math.max(...holds.map((hold) => hold.until));
  if (first.counted) standing.push(standingOf(fact, holds, since, until));
  else advisories.push({ clause: first.rule.clause, since, until, evidence: [[fact.source, fact.id]] });
}

function standingOf(fact: Fact, holds: readonly Hold[], since: Instant, until: Instant): Standing {
  const { clause, colour } = holds[0]!.rule;
  return { fact, holds, ground: { clause, colour, since, until, evidence: [[fact.source, fact.id]] } };
}

function conclude(
  dossier: Dossier,
  at: Instant,
  nextChangeAt: Instant,
  standing: Standing[],
  advisories: Advisory[],
): Assessment {
  if (standing.length > 1) standing.sort((a, b) => inOrder(a.ground, b.ground));
  if (advisories.length > 1) advisories.sort(inOrder);
  const grounds: Ground[] = [];
  for (const { ground } of standing) grounds.push(ground);
  const colour = grounds.length > 0 ? grounds[0]!.colour : 'green';
  const measures = grounds.length > 0 ? measuresOf(standing, dossier) : [];
  return { at, rules: dossier.rules.id, colour, nextChangeAt, grounds, measures, advisories };
}

/** Only the colour, for those who need nothing else: stops at the first red ground. */
export function colourAt(
  facts: readonly Fact[],
  rules: CompiledRules,
  areas: AreaIndex,
  at: Instant,
): Colour {
  const { byKind, reachDays } = rules;
  const today = dayOf(at);
  let dossier: Dossier | undefined;
  let colour: Colour = 'green';
  let weight = 0;
  for (let i = 0; i < facts.length; i++) {
    const fact = facts[i]!;
    if (fact.lastDay + reachDays[fact.kindIndex]! <= today) continue;
    const candidates = byKind[fact.kindIndex]!;
    for (let j = 0; j < candidates.length; j++) {
      const rule = candidates[j]!;
      if (rule.weight <= weight) continue;
      dossier ??= openDossier(facts, rules, areas);
      if (!holds(rule, fact, dossier, at)) continue;
      if (rule.colour === 'red') return 'red';
      ({ colour, weight } = rule);
    }
  }
  return colour;
}
