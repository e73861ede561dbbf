import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import type { AreaIndex } from '../../domain/places/area-index.ts';
import type { CompiledRules } from '../../domain/rules/compile.ts';

/** What decides at a moment, besides evidence: the rule package in force and the listed areas (S1, R5). */
export interface Decision {
  readonly rules: CompiledRules;
  readonly lists: ClosedLists;
  /** Tells the state of the listed areas from every other. */
  readonly areasVersion: string;
  readonly areas: AreaIndex;
}
