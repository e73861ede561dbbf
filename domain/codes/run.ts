import type { Rule } from '../rules/compile.ts';
import { type Instant, NEVER } from '../time.ts';
import type { Piece } from './pieces.ts';

/** What one rule holds for one record at an instant: from the earliest to the latest of its pieces that hold then. */
export interface Hold {
  readonly rule: Rule;
  readonly counted: boolean;
  readonly since: Instant;
  readonly until: Instant;
}

/**
 * What the pieces of one record and clause amount to at an instant: a hold for each rule that counts;
 * failing that, one for the possible matches, which is an advisory; failing that, nothing.
 */
export function holdsAt(run: readonly Piece[], at: Instant): readonly Hold[] {
  const active = run.filter(({ since, until }) => since <= at && at < until);
  const counted = active.filter((piece) => piece.counted);
  if (counted.length === 0) return active.length === 0 ? [] : [merge(active)];
  // In the order of the whole run, so that the holds of two instants can be compared.
  const rules = [...new Set(run.map(({ rule }) => rule))];
  return rules.flatMap((rule) => {
    const ofRule = counted.filter((piece) => piece.rule === rule);
    return ofRule.length > 0 ? [merge(ofRule)] : [];
  });
}

function merge(pieces: readonly Piece[]): Hold {
  let [{ since, until }] = pieces as [Piece];
  for (const piece of pieces) {
    since = Math.min(since, piece.since);
    until = Math.max(until, piece.until);
  }
  return { rule: pieces[0]!.rule, counted: pieces[0]!.counted, since, until };
}

/**
 * A run without the pieces that another one of their rule covers from beginning to end: those never tell. Of
 * thousands of areas that a stay may have been in, a handful is left.
 */
export function withoutCovered(run: readonly Piece[]): readonly Piece[] {
  const kept = new Set<Piece>();
  const reached = new Map<string, Instant>();
  const rules = [...new Set(run.map(({ rule }) => rule))];
  const byBeginning = [...run].sort((a, b) => a.since - b.since || (a.until < b.until ? 1 : -1));
  for (const piece of byBeginning) {
    const key = `${rules.indexOf(piece.rule)} ${piece.counted}`;
    if (piece.until <= (reached.get(key) ?? -NEVER)) continue;
    reached.set(key, piece.until);
    kept.add(piece);
  }
  return run.filter((piece) => kept.has(piece));
}

/** The earliest instant after `at` at which the run amounts to something else; `Infinity` for never. */
export function nextChange(run: readonly Piece[], at: Instant): Instant {
  const now = holdsAt(run, at);
  const instants = new Set<Instant>();
  for (const { since, until } of run) {
    if (since > at) instants.add(since);
    if (until > at && until !== NEVER) instants.add(until);
  }
  for (const instant of [...instants].sort((a, b) => a - b)) {
    if (!same(now, holdsAt(run, instant))) return instant;
  }
  return NEVER;
}

function same(one: readonly Hold[], other: readonly Hold[]): boolean {
  return one.length === other.length && one.every((hold, i) => sameHold(hold, other[i]!));
}

function sameHold(one: Hold, other: Hold): boolean {
  return (
    // An advisory names the clause, and a run has but one.
    (one.rule === other.rule || !one.counted) &&
    one.counted === other.counted &&
    one.since === other.since &&
    one.until === other.until
  );
}
