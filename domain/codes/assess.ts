import { type Colour, WEIGHT } from '../colour.ts';
import type { Fact } from '../evidence/fact.ts';
import { measuresOf } from '../measures/measures.ts';
import type { AreaIndex } from '../places/area-index.ts';
import type { CompiledRules } from '../rules/compile.ts';
import { type Instant, NEVER } from '../time.ts';
import type { Advisory, Assessment, Ground } from './assessment.ts';
import { type Dossier, openDossier } from './dossier.ts';
import { inOrder } from './order.ts';
import { holds, type Piece, piecesOf } from './pieces.ts';
import { type Hold, holdsAt, nextChange } from './run.ts';

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
    const run = pieces.slice(start, end);
    nextChangeAt = Math.min(nextChangeAt, nextChange(run, at));
    add(run[0]!.fact, holdsAt(run, at), standing, advisories);
    start = end;
  }
  standing.sort((a, b) => inOrder(a.ground, b.ground));
  const grounds = standing.map(({ ground }) => ground);
  return {
    at,
    rules: rules.id,
    colour: grounds[0]?.colour ?? 'green',
    nextChangeAt,
    grounds,
    measures: measuresOf(standing, dossier),
    advisories: advisories.sort(inOrder),
  };
}

/** Where the pieces of one record and clause end that begin at `start`. */
function endOfRun(pieces: readonly Piece[], start: number): number {
  const { fact, rule } = pieces[start]!;
  let end = start + 1;
  while (pieces[end]?.fact === fact && pieces[end]?.rule.clause === rule.clause) end++;
  return end;
}

function add(fact: Fact, holding: readonly Hold[], standing: Standing[], advisories: Advisory[]): void {
  const [first] = holding;
  if (!first) return;
  const { clause, colour } = first.rule;
  const since = Math.min(...holding.map((hold) => hold.since));
  const until = Math.max(...holding.map((hold) => hold.until));
  const evidence = [[fact.source, fact.id]] as const;
  if (first.counted)
    standing.push({ fact, ground: { clause, colour, since, until, evidence }, holds: holding });
  else advisories.push({ clause, since, until, evidence });
}

/** Only the colour, for those who need nothing else: stops at the first red ground. */
export function colourAt(
  facts: readonly Fact[],
  rules: CompiledRules,
  areas: AreaIndex,
  at: Instant,
): Colour {
  const dossier: Dossier = openDossier(facts, rules, areas);
  let colour: Colour = 'green';
  for (const fact of facts) {
    for (const rule of rules.byKind[fact.kind]) {
      if (rule.weight <= WEIGHT[colour] || !holds(rule, fact, dossier, at)) continue;
      colour = rule.colour;
      if (colour === 'red') return colour;
    }
  }
  return colour;
}
