import type { Fact } from '../evidence/fact.ts';
import type { Listing } from '../places/area-index.ts';
import type { Rule } from '../rules/compile.ts';
import { dayOf, type Instant, NEVER } from '../time.ts';
import { areaLifted, areaSince, areaUntil, type Exposure, exposureOf } from './area-bounds.ts';
import type { Dossier } from './dossier.ts';
import { feverReleased } from './fever.ts';
import { since, until } from './periods.ts';

/**
 * An interval in which a rule holds for a record. A record in several listed areas has a piece for
 * each; a possible match that does not count has one too, for the advisory.
 */
export interface Piece {
  readonly rule: Rule;
  readonly fact: Fact;
  readonly since: Instant;
  readonly until: Instant;
  readonly counted: boolean;
}

/** Every piece that has not ended by `at`, those of one record and clause next to each other. */
export function piecesOf(dossier: Dossier, at: Instant): Piece[] {
  const pieces: Piece[] = [];
  const { byKind, reachDays } = dossier.rules;
  const today = dayOf(at);
  for (const fact of dossier.facts) {
    if (fact.lastDay + reachDays[fact.kindIndex]! <= today) continue;
    for (const rule of byKind[fact.kindIndex]!) {
      if (rule.dependsOnAreas) {
        addAreaPieces(pieces, rule, fact, dossier, at);
        continue;
      }
      const begin = since(rule, fact);
      if (begin === NEVER) continue;
      const end = endOf(rule, fact, begin, dossier);
      if (end > at && begin < end) pieces.push({ rule, fact, since: begin, until: end, counted: true });
    }
  }
  return pieces;
}

/** When a rule that does not depend on areas stops holding for a record, if it begins at `begin`. */
export function endOf(rule: Rule, fact: Fact, begin: Instant, dossier: Dossier): Instant {
  return rule.kind === 'fever' && fact.kind === 'symptom'
    ? feverReleased(rule.when, fact.data, dossier)
    : until(rule, fact, begin, dossier);
}

function addAreaPieces(pieces: Piece[], rule: Rule, fact: Fact, dossier: Dossier, at: Instant): void {
  const exposure = exposureOf(rule, fact, dossier);
  if (!exposure) return;
  for (const listing of exposure.matches.inside)
    addAreaPiece(pieces, rule, fact, exposure, listing, true, dossier, at);
  for (const listing of exposure.matches.possible)
    addAreaPiece(pieces, rule, fact, exposure, listing, false, dossier, at);
}

function addAreaPiece(
  pieces: Piece[],
  rule: Rule,
  fact: Fact,
  exposure: Exposure,
  listing: Listing,
  counted: boolean,
  dossier: Dossier,
  at: Instant,
): void {
  const begin = areaSince(rule, exposure, listing);
  const held = areaUntil(rule, exposure, listing);
  if (begin >= held || held <= at) return;
  const end = Math.min(held, areaLifted(rule, exposure, listing, dossier));
  if (begin < end && end > at) pieces.push({ rule, fact, since: begin, until: end, counted });
}

/** Whether a rule holds for a record at an instant, possible matches not counted. */
export function holds(rule: Rule, fact: Fact, dossier: Dossier, at: Instant): boolean {
  if (!rule.dependsOnAreas) {
    const begin = since(rule, fact);
    return begin <= at && at < endOf(rule, fact, begin, dossier);
  }
  const exposure = exposureOf(rule, fact, dossier);
  if (!exposure) return false;
  for (const listing of exposure.matches.inside) {
    if (areaSince(rule, exposure, listing) > at || areaUntil(rule, exposure, listing) <= at) continue;
    if (areaLifted(rule, exposure, listing, dossier) > at) return true;
  }
  return false;
}
