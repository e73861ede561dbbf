import type { Advisory, Assessment, Measure } from '../../domain/codes/assessment.ts';
import type { Fact } from '../../domain/evidence/fact.ts';
import { maskNumber } from '../../domain/people/mask.ts';
import type { Person } from '../../domain/people/persons.ts';
import type { BilingualText } from '../../domain/rules/schema.ts';
import { type Instant, NEVER, printInstant } from '../../domain/time.ts';
import type { LoadedRules } from '../input/rules-file.ts';
import { type Assessed, cityOf, factOf, ruleOf } from './tally.ts';
import {
  CITY_WORDS,
  CLASSIFICATION_WORDS,
  COLOUR_WORDS,
  CONTACT_WORDS,
  DOCUMENT_WORDS,
  ELSEWHERE,
  fill,
  MEASURE_WORDS,
  PHRASES,
  RESULT_WORDS,
  SOURCE_WORDS,
} from './words.ts';

/** What is needed to explain a person beside the person. */
export interface Explaining {
  readonly loaded: LoadedRules;
  /** What would be concluded at a later instant if nothing new arrived. */
  readonly assessAt: (person: Person, at: Instant) => Assessment;
  /** The name of a region. */
  readonly nameOf: (code: string) => string;
}

/** A line of an explanation, and how deep it stands. */
export interface Said {
  readonly depth: number;
  readonly text: BilingualText;
}

/** A person's colour in words: who (masked), why, what follows, until when. */
export function explain({ person, assessment }: Assessed, explaining: Explaining): Said[] {
  const { colour, grounds, measures, advisories } = assessment;
  const { type, number } = person.document;
  const where = CITY_WORDS[cityOf(person)] ?? ELSEWHERE;
  const who = fill(WHO, {
    colour: COLOUR_WORDS[colour],
    document: DOCUMENT_WORDS[type],
    number: maskNumber(number),
    where,
  });
  return [
    { depth: 0, text: who },
    ...grounds.flatMap((ground) => explainGround(ground, person, explaining)),
    ...(grounds.length === 0 ? [{ depth: 1, text: PHRASES.noGround }] : []),
    ...measures.flatMap(explainMeasure),
    ...advisories.flatMap((advisory) => explainAdvisory(advisory, person, explaining)),
    { depth: 1, text: explainFuture(person, assessment, explaining) },
  ];
}

const WHO: BilingualText = {
  zh: '● {colour}  {document} {number}  {where}',
  en: '● {colour}  {document} {number}  {where}',
};

function explainGround(ground: Advisory, person: Person, explaining: Explaining): Said[] {
  const text = ruleOf(explaining.loaded, ground, person)?.text ?? { zh: '', en: '' };
  return [
    {
      depth: 1,
      text: fill({ zh: '{clause} {text}', en: '{clause} {text}' }, { clause: ground.clause, text }),
    },
    { depth: 2, text: explainPeriod(ground.since, ground.until) },
    ...explainEvidence(ground, person, explaining),
  ];
}

function explainPeriod(since: Instant, until: Instant): BilingualText {
  return fill(until === NEVER ? PHRASES.lastsOn : PHRASES.lasts, {
    since: minute(since),
    until: minute(until),
  });
}

function explainEvidence({ evidence }: Advisory, person: Person, explaining: Explaining): Said[] {
  return evidence.flatMap((key) => {
    const fact = factOf(person, key);
    if (!fact) return [];
    const said = explainFact(fact, explaining);
    const source = SOURCE_WORDS[fact.source];
    const text = fill({ zh: '{source}：{said}', en: '{source}: {said}' }, { source, said });
    return [{ depth: 2, text }];
  });
}

/** A fact in words. */
function explainFact(fact: Fact, { loaded, nameOf }: Explaining): BilingualText {
  const phrase = PHRASES[fact.kind];
  switch (fact.kind) {
    case 'case':
      return fill(phrase, {
        what: CLASSIFICATION_WORDS[fact.data.classification],
        from: minute(fact.data.from),
      });
    case 'contact':
      return fill(phrase, { what: CONTACT_WORDS[fact.data.level], from: minute(fact.data.lastExposure) });
    case 'overseas':
      return fill(phrase, { what: fact.data.country, from: minute(fact.data.enteredAt) });
    case 'stay':
      return fill(phrase, {
        what: `${regionName(fact.data.region, nameOf)}${fact.data.place ?? ''}`,
        from: minute(fact.data.from),
      });
    case 'nat':
      return fill(phrase, { what: RESULT_WORDS[fact.data.result], from: minute(fact.data.sampledAt) });
    case 'isolation':
      return fill(phrase, { what: MEASURE_WORDS[fact.data.form], from: minute(fact.data.from) });
    case 'designation':
      return fill(phrase, {
        what: loaded.rules.designationReasons[fact.data.reason] ?? fact.data.reason,
        from: minute(fact.data.from),
      });
    case 'symptom':
      return fill(phrase, { from: minute(fact.data.from) });
    case 'identity':
      return phrase;
  }
}

/** County, street and community of a code, as far as it goes. */
function regionName(code: string, nameOf: Explaining['nameOf']): string {
  return [6, 9, 12]
    .filter((length) => length <= code.length)
    .map((length) => nameOf(code.slice(0, length)))
    .join('');
}

function explainMeasure({ form, clause, from, until }: Measure): Said[] {
  return [
    { depth: 1, text: fill(PHRASES.ordered, { clause, form: MEASURE_WORDS[form] }) },
    { depth: 2, text: explainPeriod(from, until) },
  ];
}

function explainAdvisory(advisory: Advisory, person: Person, explaining: Explaining): Said[] {
  return [
    { depth: 1, text: fill(PHRASES.advisory, { clause: advisory.clause }) },
    ...explainEvidence(advisory, person, explaining),
  ];
}

/** How many changes are looked through for the next colour. */
const MOST_CHANGES = 50;

/** When and to what the colour turns by itself (M7). */
function explainFuture(person: Person, assessment: Assessment, { assessAt }: Explaining): BilingualText {
  let later = assessment;
  for (let change = 0; change < MOST_CHANGES && later.nextChangeAt !== NEVER; change++) {
    later = assessAt(person, later.nextChangeAt);
    if (later.colour !== assessment.colour)
      return fill(PHRASES.turns, { at: minute(later.at), colour: COLOUR_WORDS[later.colour] });
  }
  return PHRASES.stays;
}

/** `2021-01-20 12:00`. */
function minute(instant: Instant): string {
  return printInstant(instant).slice(0, 16).replace('T', ' ');
}
