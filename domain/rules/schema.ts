import { type Static, type TSchema, Type } from 'typebox';
import { COLOURS } from '../colour.ts';
import { CLASSIFICATIONS, CONTACT_LEVELS, ISOLATION_FORMS, OUTCOMES } from '../evidence/fact.ts';
import { AREA_LEVELS } from '../places/listed-area.ts';

/** An object without fields that nobody reads: a typing mistake in a rule must not pass silently. */
const closed = <T extends Record<string, TSchema>>(fields: T, description?: string) =>
  Type.Object(fields, { additionalProperties: false, ...(description ? { description } : {}) });

const oneOf = <T extends string>(values: readonly T[], options = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options });

/** Marks a value for which a package may write `{ "parameter": NAME }` instead (schema of the published file). */
export const MAY_BE_PARAMETER = 'mayBeParameter';
const tunable = { [MAY_BE_PARAMETER]: true };

const days = () => Type.Integer({ minimum: 0, maximum: 3_650, ...tunable });
const count = () => Type.Integer({ minimum: 1, maximum: 20, ...tunable });
const hours = () => Type.Integer({ minimum: 0, maximum: 8_760, ...tunable });
const clause = () => Type.String({ pattern: '^[A-Z][0-9]{1,2}[a-z]?$' });
const name = () => Type.String({ pattern: '^[a-z][a-z0-9-]*$' });
const instant = () => Type.String({ minLength: 20 });
/** Texts under names; a name of another form would be a field that nobody reads. */
const named = <T extends TSchema>(value: T) => Type.Record(name(), value, { additionalProperties: false });
const some = <T extends TSchema>(items: T) => Type.Array(items, { minItems: 1 });

const Text = closed({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) });

const form = () => oneOf(ISOLATION_FORMS, tunable);
const releasedBy = () => Type.Optional(some(oneOf(ISOLATION_FORMS)));

/** The closed vocabulary of conditions. Each is one reading of one kind of evidence (colour.md, grounds). */
export const CONDITIONS = {
  case: closed(
    { kind: Type.Literal('case'), classifications: some(oneOf(CLASSIFICATIONS)) },
    'While a case is open.',
  ),
  convalescence: closed(
    {
      kind: Type.Literal('convalescence'),
      outcomes: some(oneOf([...OUTCOMES, 'none'])),
      days: days(),
      releasedBy: releasedBy(),
    },
    'For some days after a case has ended so.',
  ),
  contact: closed(
    {
      kind: Type.Literal('contact'),
      levels: some(oneOf(CONTACT_LEVELS)),
      afterDays: days(),
      days: days(),
      releasedBy: releasedBy(),
    },
    'For `days` days, beginning `afterDays` days after the last exposure (0: at it).',
  ),
  entry: closed(
    {
      kind: Type.Literal('entry'),
      afterDays: days(),
      days: days(),
      exemptCountries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), tunable),
      releasedBy: releasedBy(),
    },
    'For `days` days, beginning `afterDays` days after entry from overseas (0: at it).',
  ),
  isolation: closed({ kind: Type.Literal('isolation') }, 'While an order to isolate runs.'),
  designation: closed(
    { kind: Type.Literal('designation') },
    'While a designation to the colour of this ground runs.',
  ),
  'positive-test': closed(
    { kind: Type.Literal('positive-test'), negatives: count(), hoursApart: hours() },
    'From a positive test until a case is opened, or so many negative tests, so far apart, are reported.',
  ),
  stay: closed(
    {
      kind: Type.Literal('stay'),
      levels: some(oneOf(AREA_LEVELS)),
      days: days(),
      liftedBy: Type.Optional(closed({ negatives: count(), hoursApart: hours(), preArrivalDays: days() })),
    },
    'From a stay in a listed area of these levels until so many days after it, or until tests lift it.',
  ),
  'contact-area': closed(
    {
      kind: Type.Literal('contact-area'),
      contactLevels: some(oneOf(CONTACT_LEVELS)),
      levels: some(oneOf(AREA_LEVELS)),
      days: days(),
    },
    'For some days after a contact that happened in a listed area of these levels.',
  ),
  fever: closed(
    { kind: Type.Literal('fever'), maxDays: days(), careDays: days(), historyDays: days() },
    'While a fever holds; `careDays` limits the wait of those with exposure history, `maxDays` that of those without any news.',
  ),
} as const;

const Measure = closed({
  form: form(),
  clause: clause(),
  /** Only for an isolation order of this form. */
  order: Type.Optional(oneOf(ISOLATION_FORMS)),
  /** Listed already while the same record holds this other clause. */
  announcedDuring: Type.Optional(clause()),
});

const Condition = Type.Union([
  CONDITIONS.case,
  CONDITIONS.convalescence,
  CONDITIONS.contact,
  CONDITIONS.entry,
  CONDITIONS.isolation,
  CONDITIONS.designation,
  CONDITIONS['positive-test'],
  CONDITIONS.stay,
  CONDITIONS['contact-area'],
  CONDITIONS.fever,
]);

const Ground = closed({
  clause: clause(),
  colour: oneOf(['red', 'yellow']),
  text: Text,
  when: Condition,
  /** Whether its interval counts as epidemiological history of a fever (M10). */
  history: Type.Optional(Type.Boolean()),
  measures: Type.Optional(Type.Array(Measure)),
});

export const ADMISSION_OUTCOMES = ['allow', 'allow-if-masked', 'deny', 'ask-staff'] as const;

const Decision = closed({ outcome: oneOf(ADMISSION_OUTCOMES), clause: clause(), reason: name() });

const VenueGroup = closed({
  venues: named(Text),
  red: Decision,
  yellow: Decision,
  green: Decision,
  /** Identity verified, and no colour on file (S10). */
  none: Decision,
});

const Admission = closed({
  reasons: named(Text),
  /** Neither a code nor a verified identity (S10). */
  unidentified: Decision,
  groups: some(VenueGroup),
});

export const AssessmentCase = closed({
  name: Text,
  clause: clause(),
  evidence: Type.Array(Type.Unknown()),
  areas: Type.Optional(Type.Array(Type.Unknown())),
  at: instant(),
  knownAt: Type.Optional(instant()),
  expect: Type.Record(Type.String(), Type.Unknown(), {
    description:
      'The fields of the printed assessment that are compared; of each ground and measure the fields named.',
  }),
});

export const AdmissionCase = closed({
  name: Text,
  clause: clause(),
  admit: closed({
    colour: oneOf([...COLOURS, 'none']),
    venue: name(),
    masked: Type.Optional(Type.Boolean()),
    identityVerified: Type.Optional(Type.Boolean()),
  }),
  expect: Type.Record(Type.String(), Type.Unknown()),
});

/** A rule package: everything that the province may decide about colours and doors, as data (S1, S2, S6). */
export const RulePackage = closed({
  $schema: Type.Optional(Type.String()),
  id: name(),
  title: Text,
  source: Text,
  /** When the package is meant to be in force; `assess` applies whichever package it is given. */
  validity: closed({ from: instant(), to: Type.Optional(instant()) }),
  parameters: Type.Object(
    {
      stayMatch: oneOf(['inside', 'possible']),
      wholeRegionTexts: Type.Array(Type.String({ minLength: 1 })),
    },
    { additionalProperties: Type.Union([Type.Integer(), Type.String(), Type.Array(Type.String())]) },
  ),
  areaLevels: some(oneOf(AREA_LEVELS)),
  designationReasons: named(Text),
  grounds: some(Ground),
  transport: closed({ clause: clause() }, 'Red people are taken from point to point (M6).'),
  admission: Admission,
  tests: some(Type.Union([AssessmentCase, AdmissionCase])),
});

export type RulePackage = Static<typeof RulePackage>;
export type GroundRule = Static<typeof Ground>;
export type Condition = Static<typeof Condition>;
export type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>;
export type MeasureRule = Static<typeof Measure>;
export type Decision = Static<typeof Decision>;
export type AdmissionOutcome = (typeof ADMISSION_OUTCOMES)[number];
export type BilingualText = Static<typeof Text>;
export type AssessmentCase = Static<typeof AssessmentCase>;
export type AdmissionCase = Static<typeof AdmissionCase>;
