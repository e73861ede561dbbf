import type { Document } from '../people/document.ts';
import type { Instant } from '../time.ts';

/** Who states evidence (S4, S5). Which source may state which kind is a contract, checked at intake. */
export const SOURCES = [
  'health',
  'public-security',
  'telecom',
  'customs',
  'border',
  'transport',
  'aviation',
  'railway',
  'laboratory',
  'isolation-site',
  'community',
  'national-platform',
  'verified-report',
  'province-office',
  'self',
] as const;

export type Source = (typeof SOURCES)[number];

export const CLASSIFICATIONS = ['confirmed', 'suspected', 'asymptomatic'] as const;
export const OUTCOMES = ['recovered', 'excluded', 'deceased'] as const;
export const CONTACT_LEVELS = ['close', 'secondary', 'general'] as const;
export const TEST_RESULTS = ['negative', 'positive', 'inconclusive'] as const;
export const ISOLATION_FORMS = ['hospital', 'central', 'home'] as const;
export const DESIGNATION_COLOURS = ['red', 'yellow'] as const;

export type Classification = (typeof CLASSIFICATIONS)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type ContactLevel = (typeof CONTACT_LEVELS)[number];
export type TestResult = (typeof TEST_RESULTS)[number];
export type IsolationForm = (typeof ISOLATION_FORMS)[number];

/** Where something happened: a region code and perhaps a free text inside it. */
export interface Location {
  readonly region: string;
  readonly place: string | undefined;
}

/** What each kind of evidence says (colour.md, evidence). A missing end is `NEVER`. */
export interface DataOf {
  /** A diagnosis (R2a–c); open while it has no `to`. */
  readonly case: {
    readonly classification: Classification;
    readonly from: Instant;
    readonly to: Instant;
    readonly outcome: Outcome | undefined;
  };
  /** A contact with a case (R2d), perhaps in a known area (R6). */
  readonly contact: {
    readonly level: ContactLevel;
    readonly lastExposure: Instant;
    readonly area: Location | undefined;
  };
  /** An entry from overseas (R2e). */
  readonly overseas: { readonly country: string; readonly enteredAt: Instant };
  /** A stay somewhere (R3b, R6); it goes on while it has no `to`. */
  readonly stay: Location & { readonly from: Instant; readonly to: Instant };
  /** A fever (R3a); without `to` it is not known to have gone. */
  readonly symptom: { readonly from: Instant; readonly to: Instant };
  /** A nucleic-acid test. */
  readonly nat: { readonly sampledAt: Instant; readonly reportedAt: Instant; readonly result: TestResult };
  /** An order to isolate (R2f); `released`: a decision ends the duty early, at `endedAt` (M7). */
  readonly isolation: {
    readonly form: IsolationForm;
    readonly from: Instant;
    readonly until: Instant;
    readonly endedAt: Instant;
    readonly released: boolean;
  };
  /** A conclusion of the two-key workflow, with its reason (R2g, R3c). No source may state one. */
  readonly designation: {
    readonly colour: (typeof DESIGNATION_COLOURS)[number];
    readonly reason: string;
    readonly from: Instant;
    readonly until: Instant;
  };
  /** Two documents of one person (S3). */
  readonly identity: { readonly document: Document; readonly sameAs: Document };
}

export type Kind = keyof DataOf;

/** Every kind of evidence. A fact carries its place in this list, a quicker key for tables than its name. */
export const KINDS = [
  'case',
  'contact',
  'overseas',
  'stay',
  'symptom',
  'nat',
  'isolation',
  'designation',
  'identity',
] as const satisfies readonly Kind[];

/** The `lastDay` of a fact without an end: a small integer, which is quicker to compare than infinity. */
export const OPEN_DAY = 2 ** 30;

/**
 * One thing that an authority, or the person, has stated about a person; `(source, id)` is the key of
 * its record. All facts have one shape, so that a loop over mixed kinds stays fast.
 */
export type FactOf<K extends Kind> = {
  readonly kind: K;
  readonly kindIndex: number;
  readonly source: Source;
  readonly id: string;
  /** The last civil day of which it speaks: what a rule makes of it ends so many days after that; `OPEN_DAY` when nothing bounds it. */
  readonly lastDay: number;
  readonly data: DataOf[K];
};

export type Fact = { [K in Kind]: FactOf<K> }[Kind];
