import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import type { AreaIndex } from '../../domain/places/area-index.ts';
import type { CompiledRules } from '../../domain/rules/compile.ts';
import type { Instant } from '../../domain/time.ts';

/** What decides at a moment, besides evidence: the rule package in force and the listed areas (S1, R5). */
export interface Decision {
  readonly rules: CompiledRules;
  readonly lists: ClosedLists;
  /** Tells the state of the listed areas from every other. */
  readonly areasVersion: string;
  readonly areas: AreaIndex;
}

/**
 * Which rules decide: of all that are known and whose instant has come, those with the latest instant, and of two for one
 * instant those with the higher number (S1). So as time goes by, and as more become known, it is only ever later ones.
 */
export interface InForce {
  readonly from: Instant;
  readonly number: number;
  /** When the next ones decide of those that are known; missing, or `NEVER`, when none are. */
  readonly until?: Instant;
}

/** A decision by rules that are in force, by which something may be concluded and kept. */
export interface DecisionInForce extends Decision {
  readonly inForce: InForce;
}
