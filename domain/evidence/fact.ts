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

/** What every fact carries: the key of its record. The source owns the record. */
interface Stated {
  readonly source: Source;
  readonly id: string;
}

/** Where something happened: a region code and perhaps a free text inside it. */
export interface Location {
  readonly region: string;
  readonly place: string | undefined;
}

/** A diagnosis (R2a–c). `to` is `Infinity` while the case is open. */
export interface CaseFact extends Stated {
  readonly kind: 'case';
  readonly classification: Classification;
  readonly from: Instant;
  readonly to: Instant;
  readonly outcome: Outcome | undefined;
}

/** A contact with a case (R2d), perhaps in a known area (R6). */
export interface ContactFact extends Stated {
  readonly kind: 'contact';
  readonly level: ContactLevel;
  readonly lastExposure: Instant;
  readonly area: Location | undefined;
}

/** An entry from overseas (R2e). */
export interface OverseasFact extends Stated {
  readonly kind: 'overseas';
  readonly country: string;
  readonly enteredAt: Instant;
}

/** A stay somewhere (R3b, R6). `to` is `Infinity` while it goes on. */
export interface StayFact extends Stated, Location {
  readonly kind: 'stay';
  readonly from: Instant;
  readonly to: Instant;
}

/** A fever (R3a). `to` is `Infinity` until it is known to have gone. */
export interface SymptomFact extends Stated {
  readonly kind: 'symptom';
  readonly from: Instant;
  readonly to: Instant;
}

/** A nucleic-acid test. */
export interface NatFact extends Stated {
  readonly kind: 'nat';
  readonly sampledAt: Instant;
  readonly reportedAt: Instant;
  readonly result: TestResult;
}

/** An order to isolate (R2f). `endedAt` is `Infinity` while nobody has ended it. */
export interface IsolationFact extends Stated {
  readonly kind: 'isolation';
  readonly form: IsolationForm;
  readonly from: Instant;
  readonly until: Instant;
  readonly endedAt: Instant;
  /** Whether a decision ends the duty early (M7). */
  readonly released: boolean;
}

/** A conclusion of the two-key workflow, with its reason (R2g, R3c). No source may state one. */
export interface DesignationFact extends Stated {
  readonly kind: 'designation';
  readonly colour: (typeof DESIGNATION_COLOURS)[number];
  readonly reason: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** Two documents of one person (S3). */
export interface IdentityFact extends Stated {
  readonly kind: 'identity';
  readonly document: Document;
  readonly sameAs: Document;
}

/** One thing that an authority, or the person, has stated about a person. */
export type Fact =
  | CaseFact
  | ContactFact
  | OverseasFact
  | StayFact
  | SymptomFact
  | NatFact
  | IsolationFact
  | DesignationFact
  | IdentityFact;

export type Kind = Fact['kind'];

export type FactOf<K extends Kind> = Extract<Fact, { kind: K }>;
