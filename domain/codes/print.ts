import type { Document } from '../people/document.ts';
import { type Instant, NEVER, printInstant } from '../time.ts';
import type { Advisory, Assessment, EvidenceKey, Measure } from './assessment.ts';

/** An assessment as it is printed (contract.md, assessment): instants as texts in +08:00, no end as null. */
export interface PrintedAssessment {
  readonly person: { readonly document: Document };
  readonly at: string;
  readonly rules: string;
  readonly colour: string;
  readonly nextChangeAt: string | null;
  readonly grounds: readonly PrintedGround[];
  readonly measures: readonly PrintedMeasure[];
  readonly advisories: readonly PrintedAdvisory[];
}

export interface PrintedAdvisory {
  readonly clause: string;
  readonly since: string;
  readonly until: string | null;
  readonly evidence: readonly EvidenceKey[];
}

export interface PrintedGround extends PrintedAdvisory {
  readonly colour: string;
}

export interface PrintedMeasure {
  readonly form: string;
  readonly from: string;
  readonly until: string | null;
  readonly clause: string;
}

/** Makes the printable form of a person's assessment. */
export function printAssessment(document: Document, assessment: Assessment): PrintedAssessment {
  const { at, rules, colour, nextChangeAt, grounds, measures, advisories } = assessment;
  return {
    person: { document },
    at: printInstant(at),
    rules,
    colour,
    nextChangeAt: printEnd(nextChangeAt),
    grounds: grounds.map(({ clause, colour: given, since, until, evidence }) => ({
      clause,
      colour: given,
      since: printInstant(since),
      until: printEnd(until),
      evidence,
    })),
    measures: measures.map(printMeasure),
    advisories: advisories.map(printAdvisory),
  };
}

function printEnd(instant: Instant): string | null {
  return instant === NEVER ? null : printInstant(instant);
}

function printMeasure({ form, from, until, clause }: Measure): PrintedMeasure {
  return { form, from: printInstant(from), until: printEnd(until), clause };
}

function printAdvisory({ clause, since, until, evidence }: Advisory): PrintedAdvisory {
  return { clause, since: printInstant(since), until: printEnd(until), evidence };
}
