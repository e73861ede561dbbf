/** What holds at one instant: colour, grounds, measures and advisories, as they are printed. */
import { Buffer } from 'node:buffer';
import {
  type ClauseInterval,
  INSIDE,
  INSIDE_OR_POSSIBLY,
  intervalsOf,
  type Known,
  type Match,
  ONLY_POSSIBLY,
} from './intervals.ts';
import { type Measure, measuresOf } from './measures.ts';
import type { Version } from './reading/records.ts';
import { holdsAt, type Instant, printEnd, printTime } from './reading/time.ts';

/** "*Parameter* `stayMatch`: `inside` (default) or `possible`." */
export type StayMatch = 'inside' | 'possible';

/** A ground, before it is printed. */
export interface Ground extends ClauseInterval {
  readonly record: Version;
}

type Printed = { clause: string; since: string; until: string | null; evidence: [string, string][] };

/** The part of a printed assessment that can change with time. */
export interface Assessed {
  readonly colour: 'red' | 'yellow' | 'green';
  readonly grounds: (Printed & { colour: string })[];
  readonly measures: Measure[];
  readonly advisories: Printed[];
}

/** Everything that holds at *t*, given what is known. */
export function assessAt(known: Known, t: Instant, stayMatch: StayMatch): Assessed {
  const match = stayMatch === 'possible' ? INSIDE_OR_POSSIBLY : INSIDE;
  const grounds = groundsAt(known, t, match).sort(byWeightClauseSinceAndKey);
  const advisories = stayMatch === 'possible' ? [] : advisoriesAt(known, t, grounds);
  return {
    colour: heaviest(grounds),
    grounds: grounds.map((ground) => ({ ...printed(ground), colour: ground.colour })),
    measures: measuresOf(grounds, known, match),
    advisories: advisories.map(printed),
  };
}

/** "The colour is the heaviest: red > yellow > green." */
function heaviest(grounds: readonly Ground[]): 'red' | 'yellow' | 'green' {
  if (grounds.some(({ colour }) => colour === 'red')) return 'red';
  return grounds.some(({ colour }) => colour === 'yellow') ? 'yellow' : 'green';
}

/**
 * "One ground per record and clause: a stay in several listed areas is one ground, `since` the earliest and
 * `until` the latest of the areas for which it holds at *t*."
 */
function groundsAt(known: Known, t: Instant, match: Match): Ground[] {
  const grounds: Ground[] = [];
  for (const record of known.records) {
    const holding = intervalsOf(record, known, match).filter((interval) => holdsAt(interval, t));
    for (const clause of new Set(holding.map((interval) => interval.clause))) {
      const ofClause = holding.filter((interval) => interval.clause === clause);
      const since = Math.min(...ofClause.map((interval) => interval.since));
      const until = Math.max(...ofClause.map((interval) => interval.until));
      const colour = ofClause[0]?.colour ?? 'red';
      grounds.push({ clause, colour, since, until, record });
    }
  }
  return grounds;
}

/**
 * "A possible match that is not counted gives no colour but an **advisory**, one per record and clause, exactly
 * while that ground would hold if it counted and the record does not already hold that clause".
 * AMBIGUOUS: whose `since` and `until` it carries; here those of the possible areas, put together like a ground.
 * A fever's history is no such ground: a possible match that is not counted is no exposure.
 */
function advisoriesAt(known: Known, t: Instant, grounds: readonly Ground[]): Ground[] {
  return groundsAt(known, t, ONLY_POSSIBLY)
    .filter(({ clause }) => clause === 'R3b' || clause === 'R6')
    .filter((advisory) => !grounds.some((ground) => isSameClause(ground, advisory)))
    .sort(byClauseSinceAndKey);
}

function isSameClause(left: Ground, right: Ground): boolean {
  return left.clause === right.clause && left.record === right.record;
}

/** contract.md: "Grounds are sorted by weight (red first), then clause, then `since`, then evidence key." */
function byWeightClauseSinceAndKey(left: Ground, right: Ground): number {
  const weight = { red: 0, yellow: 1 };
  return weight[left.colour] - weight[right.colour] || byClauseSinceAndKey(left, right);
}

/** AMBIGUOUS: the order of advisories is not said. They have no weight; here by clause, `since`, evidence key. */
function byClauseSinceAndKey(left: Ground, right: Ground): number {
  const byClause = left.clause < right.clause ? -1 : left.clause > right.clause ? 1 : 0;
  return byClause || left.since - right.since || byKey(left.record, right.record);
}

/** "keys sort by source, then id, by UTF-8 bytes" */
function byKey(left: Version, right: Version): number {
  return byUtf8Bytes(left.source, right.source) || byUtf8Bytes(left.id, right.id);
}

function byUtf8Bytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8'));
}

/** "A ground's `evidence` is its own record only, not what lifts or ends it". */
function printed({ clause, since, until, record }: Ground): Printed {
  return {
    clause,
    since: printTime(since),
    until: printEnd(until),
    evidence: [[record.source, record.id]],
  };
}
