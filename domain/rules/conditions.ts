import { type Static, Type } from 'typebox';
import { CLASSIFICATIONS, CONTACT_LEVELS, ISOLATION_FORMS, OUTCOMES } from '../evidence/fact.ts';
import { AREA_LEVELS } from '../places/listed-area.ts';
import { closed, count, countries, days, hours, oneOf, some } from './terms.ts';

const kind = <K extends string>(value: K) =>
  Type.Literal(value, { description: 'Which condition this is; a new kind needs a release.' });

const afterDays = () =>
  days('How many days after its cause the ground begins: 0 at the very instant, N when N days have ended.');

const daysAfterCause = () =>
  days('How many days the ground lasts; the day on which it is caused is not counted.');

const releasedBy = () =>
  Type.Optional(
    some(
      oneOf(ISOLATION_FORMS, 'A form of isolation.'),
      'The isolations whose early end by a decision ends this ground too (M7); missing: none.',
    ),
  );

const contactLevels = () => some(oneOf(CONTACT_LEVELS, 'A level of contact.'), 'Contacts of these levels.');

const areaLevels = () =>
  some(oneOf(AREA_LEVELS, 'A level among the areaLevels of the package.'), 'Areas listed at these levels.');

const daysAfterArea = () =>
  days('How many days the ground lasts after the stay has ended or the area was taken off the list.');

const liftedBy = closed(
  {
    negatives: count('How many negative tests are needed.'),
    hoursApart: hours(
      'How many hours their samplings lie apart at least; says nothing when one test is enough.',
    ),
    preArrivalDays: days(
      'How many days before the day on which the exposure ended a sample may have been taken; 0: on that day or later.',
    ),
  },
  'The negative tests that end the ground early (M11); missing: none do.',
);

/** The closed vocabulary of conditions. Each is one reading of one kind of evidence (colour.md, grounds). */
export const CONDITIONS = {
  case: closed(
    {
      kind: kind('case'),
      classifications: some(oneOf(CLASSIFICATIONS, 'A classification.'), 'Cases classified so.'),
    },
    'While a case is open.',
  ),
  convalescence: closed(
    {
      kind: kind('convalescence'),
      outcomes: some(
        oneOf([...OUTCOMES, 'none'], 'An outcome; none: the case ended without one on record.'),
        'Cases that ended so.',
      ),
      days: daysAfterCause(),
      releasedBy: releasedBy(),
    },
    'For some days after a case has ended so.',
  ),
  contact: closed(
    {
      kind: kind('contact'),
      levels: contactLevels(),
      afterDays: afterDays(),
      days: daysAfterCause(),
      releasedBy: releasedBy(),
    },
    'For `days` days, beginning `afterDays` days after the last exposure (0: at it).',
  ),
  entry: closed(
    {
      kind: kind('entry'),
      afterDays: afterDays(),
      days: daysAfterCause(),
      exemptCountries: countries('ISO 3166-1 codes of the countries from which entry gives no ground.'),
      releasedBy: releasedBy(),
    },
    'For `days` days, beginning `afterDays` days after entry from overseas (0: at it).',
  ),
  isolation: closed({ kind: kind('isolation') }, 'While an order to isolate runs.'),
  designation: closed(
    { kind: kind('designation') },
    'While a designation to the colour of this ground runs.',
  ),
  'positive-test': closed(
    {
      kind: kind('positive-test'),
      negatives: count('How many negative tests, sampled after the positive one, end the ground.'),
      hoursApart: hours('How many hours their samplings lie apart at least.'),
    },
    'From a positive test until a case is opened, or so many negative tests, so far apart, are reported.',
  ),
  stay: closed(
    {
      kind: kind('stay'),
      levels: areaLevels(),
      days: daysAfterArea(),
      liftedBy: Type.Optional(liftedBy),
    },
    'From a stay in a listed area of these levels until so many days after it, or until tests lift it.',
  ),
  'contact-area': closed(
    {
      kind: kind('contact-area'),
      contactLevels: contactLevels(),
      levels: areaLevels(),
      days: days('How many days the ground lasts after the last exposure.'),
    },
    'For some days after a contact that happened in a listed area of these levels.',
  ),
  fever: closed(
    {
      kind: kind('fever'),
      maxDays: days('How many days after it began a fever ends of which nothing more is heard.'),
      careDays: days(
        'With exposure history: how many days after the negative test, or the end of the fever, the wait for the other of the two is over.',
      ),
      historyDays: days('How many days before it began an exposure still counts as its history.'),
    },
    'While a fever holds (M10): until a negative test or its end; with exposure history until both.',
  ),
} as const;

/** A condition of any kind. */
export const Condition = Type.Union(
  [
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
  ],
  { description: 'When the ground holds: one condition on one record.' },
);

export type Condition = Static<typeof Condition>;
export type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>;
