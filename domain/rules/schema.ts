import { type Static, Type } from 'typebox';
import { COLOURS } from '../colour.ts';
import { ISOLATION_FORMS } from '../evidence/fact.ts';
import { AREA_LEVELS } from '../places/listed-area.ts';
import { Condition } from './conditions.ts';
import { clause, closed, instant, name, oneOf, some, text, texts, tunableOneOf } from './terms.ts';

const Measure = closed(
  {
    form: tunableOneOf(ISOLATION_FORMS, 'Where the person is: in hospital, in central isolation, at home.'),
    clause: clause('The clause that the measure cites.'),
    order: Type.Optional(
      oneOf(
        ISOLATION_FORMS,
        'Only for an isolation order of this form; only where the condition is isolation.',
      ),
    ),
    announcedDuring: Type.Optional(
      clause(
        'The clause of an earlier ground over the same record, during which this measure is listed already.',
      ),
    ),
  },
  'What follows for the person, from the beginning of the ground to its end (M1 to M5).',
);

const Ground = closed(
  {
    clause: clause(
      'The clause of the notice that gives the colour; grounds may share one if their colour is the same.',
    ),
    colour: oneOf(['red', 'yellow'], 'The colour that the ground gives; green is what remains (R4).'),
    text: text('What the person reads as the reason.'),
    when: Condition,
    history: Type.Optional(
      Type.Boolean({
        description: 'Whether the ground counts as exposure history of a fever (M10); missing: no.',
      }),
    ),
    measures: Type.Optional(
      Type.Array(Measure, { description: 'What the ground brings with it; missing: nothing.' }),
    ),
  },
  'A reason for a colour. It holds for one record, from one instant to another.',
);

export const ADMISSION_OUTCOMES = ['allow', 'allow-if-masked', 'deny', 'ask-staff'] as const;

const decision = (description: string) =>
  closed(
    {
      outcome: oneOf(ADMISSION_OUTCOMES, 'What the door does.'),
      clause: clause('The clause that the decision cites.'),
      reason: name('Which of admission.reasons the visitor reads.'),
    },
    description,
  );

const VenueGroup = closed(
  {
    venues: texts('The venue categories that are treated alike.', 'How the category is called.'),
    red: decision('For a red code.'),
    yellow: decision('For a yellow code.'),
    green: decision('For a green code.'),
    none: decision('Identity verified, and no colour on file (S10).'),
  },
  'Venue categories, and what each colour opens there.',
);

const Admission = closed(
  {
    reasons: texts('Every reason that a decision may give.', 'What the visitor reads.'),
    unidentified: decision('Neither a code nor a verified identity (S10).'),
    groups: some(VenueGroup, 'Every venue category stands in one group.'),
  },
  'What a colour opens (M6, M8, M9, M12, S10).',
);

/** A test of the package: evidence in, assessment out. */
export const AssessmentCase = closed(
  {
    name: text('What the test shows, as a sentence.'),
    clause: clause('The clause that the test is about.'),
    evidence: Type.Array(Type.Unknown(), { description: 'Records of one person, as `assess` reads them.' }),
    areas: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'Listed areas, as `assess --areas` reads them.' }),
    ),
    at: instant('The instant asked about.'),
    knownAt: Type.Optional(instant('The instant of knowledge; missing: the instant asked about.')),
    expect: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'The fields of the printed assessment that are compared; of a list every item, of an item the fields named.',
    }),
  },
  'A test of the colour: evidence in, assessment out.',
);

/** A test of the package: a visitor at a door. */
export const AdmissionCase = closed(
  {
    name: text('What the test shows, as a sentence.'),
    clause: clause('The clause that the test is about.'),
    admit: closed(
      {
        colour: oneOf([...COLOURS, 'none'], 'The colour; none: no code.'),
        venue: name('The venue category.'),
        masked: Type.Optional(Type.Boolean({ description: 'Whether a mask is worn; missing: no.' })),
        identityVerified: Type.Optional(
          Type.Boolean({ description: 'Whether the identity was checked; missing: no.' }),
        ),
      },
      'The visitor.',
    ),
    expect: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The fields of the answer that are compared: outcome, clause, reason.',
    }),
  },
  'A test of the admission table: a visitor in, an outcome out.',
);

const Parameters = Type.Object(
  {
    stayMatch: oneOf(
      ['inside', 'possible'],
      'Whether a stay that is only possibly inside an area counts (possible) or gives an advisory (inside).',
    ),
    wholeRegionTexts: Type.Array(Type.String({ minLength: 1 }), {
      description: 'The texts that, as the place of an area or a stay, mean the whole region.',
    }),
  },
  {
    additionalProperties: Type.Union([Type.Integer(), Type.String(), Type.Array(Type.String())]),
    description:
      'Values with a name, so that one number stands in one place. A ground takes one by { "parameter": NAME }.',
  },
);

/** A rule package: everything that the province may decide about colours and doors, as data (S1, S2, S6). */
export const RulePackage = closed(
  {
    $schema: Type.Optional(Type.String({ description: 'Where this schema lies, for an editor.' })),
    id: name('The name under which every assessment cites the package; a change gets a new one.'),
    title: text('What the package is.'),
    source: text('The document that the package puts into force.'),
    validity: closed(
      { from: instant('From when.'), to: Type.Optional(instant('Until when; missing: until replaced.')) },
      'When the package is meant to be in force; `assess` applies whichever package it is given.',
    ),
    parameters: Parameters,
    areaLevels: some(oneOf(AREA_LEVELS, 'A level.'), 'The levels of listed areas that the package knows.'),
    designationReasons: texts(
      'Why a person may be designated red or yellow (R2g, R3c).',
      'The reason in words.',
    ),
    grounds: some(Ground, 'Every reason for a colour. The heaviest that holds is the colour.'),
    transport: closed(
      { clause: clause('The clause that the transport cites.') },
      'Red people are taken from point to point (M6).',
    ),
    admission: Admission,
    tests: some(
      Type.Union([AssessmentCase, AdmissionCase]),
      'The tests that the package must pass before it can be loaded.',
    ),
  },
  'Everything that the province decides about colours and doors, as data (S1, S2, S6).',
);

export type RulePackage = Static<typeof RulePackage>;
export type GroundRule = Static<typeof Ground>;
export type MeasureRule = Static<typeof Measure>;
export type Decision = Static<ReturnType<typeof decision>>;
export type AdmissionOutcome = (typeof ADMISSION_OUTCOMES)[number];
export type BilingualText = Static<ReturnType<typeof text>>;
export type AssessmentCase = Static<typeof AssessmentCase>;
export type AdmissionCase = Static<typeof AdmissionCase>;
