import { assess } from '../../domain/codes/assess.ts';
import type { Assessment } from '../../domain/codes/assessment.ts';
import { printAssessment } from '../../domain/codes/print.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossiers.ts';

/** A conclusion as it is kept: the colour, what holds until when, and the same from the next change on (M7). */
export interface Conclusion {
  readonly colour: string;
  readonly nextChangeAt: Instant;
  /** JSON: `nextChangeAt`, `grounds`, `measures`, `advisories` as printed. */
  readonly result: string;
  readonly nextColour: string | null;
  readonly nextResult: string | null;
}

/** Concludes what follows at an instant from what is known, and what will follow next if nothing new arrives. */
export function conclude({ facts }: Dossier, { rules, areas }: Decision, at: Instant): Conclusion {
  const now = assess(facts, rules, areas, at);
  const { colour, nextChangeAt } = now;
  const next = nextChangeAt === NEVER ? undefined : assess(facts, rules, areas, nextChangeAt);
  return {
    colour,
    nextChangeAt,
    result: printResult(now),
    nextColour: next?.colour ?? null,
    nextResult: next ? printResult(next) : null,
  };
}

/** The conclusions about several people. One that fails is told and stands in nobody else's way. */
export function concludeEach(
  dossiers: readonly Dossier[],
  decision: Decision,
  at: Instant,
): { readonly conclusions: ReadonlyMap<string, Conclusion>; readonly failed: ReadonlyMap<string, unknown> } {
  const conclusions = new Map<string, Conclusion>();
  const failed = new Map<string, unknown>();
  for (const dossier of dossiers) {
    try {
      conclusions.set(dossier.personId, conclude(dossier, decision, at));
    } catch (error) {
      failed.set(dossier.personId, error);
    }
  }
  return { conclusions, failed };
}

const NOBODY = { type: 'passport', number: '' } as const;

/** What is kept of an assessment: not whose it is, nor the instant at which it was asked for. */
export function printResult(assessment: Assessment): string {
  const { nextChangeAt, grounds, measures, advisories } = printAssessment(NOBODY, assessment);
  return JSON.stringify({ nextChangeAt, grounds, measures, advisories });
}
