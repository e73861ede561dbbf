import { readDocument } from '../people/document.ts';
import { isOverseas } from '../places/countries.ts';
import { dayOf, EARLIEST, type Instant, NEVER } from '../time.ts';
import {
  CLASSIFICATIONS,
  CONTACT_LEVELS,
  type DataOf,
  DESIGNATION_COLOURS,
  type Fact,
  ISOLATION_FORMS,
  KINDS,
  type Kind,
  type Location,
  OPEN_DAY,
  OUTCOMES,
  SOURCES,
  type Source,
  TEST_RESULTS,
} from './fact.ts';
import {
  type Input,
  readObject,
  readOneOf,
  readOneOfIfAny,
  readReferenceIfAny,
  readRegion,
  readText,
  readTextIfAny,
  readTime,
  readTimeIfAny,
  reject,
} from './fields.ts';

/** The closed lists that a rule package sets. */
export interface ClosedLists {
  readonly designationReasons: readonly string[];
}

type Read<K extends Kind> = (data: Input, lists: ClosedLists) => DataOf[K];

/** How the `data` of each kind of evidence is read (colour.md, evidence). */
const READ: { readonly [K in Kind]: Read<K> } = {
  case: (data) => {
    const { from, to } = readStretch(data);
    const outcome = readOneOfIfAny(data, 'outcome', OUTCOMES);
    if (outcome && data.json.to === undefined) reject(data, 'to', 'is missing');
    return { classification: readOneOf(data, 'classification', CLASSIFICATIONS), from, to, outcome };
  },

  contact: (data) => {
    if (data.json.caseRef !== undefined) {
      const reference = readObject(data, 'caseRef');
      readOneOf(reference, 'source', SOURCES);
      readText(reference, 'id');
    }
    const area = data.json.area === undefined ? undefined : readLocation(readObject(data, 'area'));
    const level = readOneOf(data, 'level', CONTACT_LEVELS);
    return { level, lastExposure: readTime(data, 'lastExposure'), area };
  },

  overseas: (data) => {
    const country = readText(data, 'country');
    if (country !== '' && !isOverseas(country))
      reject(data, 'country', 'must be an ISO 3166-1 alpha-2 code other than CN');
    return { country, enteredAt: readTime(data, 'enteredAt') };
  },

  stay: (data) => {
    const { region, place } = readLocation(data);
    const { from, to } = readStretch(data);
    return { region, place, from, to };
  },

  symptom: (data) => {
    if (data.json.fever !== true) reject(data, 'fever', 'must be true');
    return readStretch(data);
  },

  nat: (data) => {
    const sampledAt = readTime(data, 'sampledAt');
    const reportedAt = readTime(data, 'reportedAt');
    if (reportedAt < sampledAt) reject(data, 'reportedAt', 'must not lie before sampledAt');
    readTextIfAny(data, 'laboratory');
    return { sampledAt, reportedAt, result: readOneOf(data, 'result', TEST_RESULTS) };
  },

  isolation: (data) => {
    const { from, until } = readTerm(data);
    const endedAt = readTimeIfAny(data, 'endedAt');
    const released = readReferenceIfAny(data, 'release');
    if (endedAt < from) reject(data, 'endedAt', 'must not lie before from');
    if (released && data.json.endedAt === undefined) reject(data, 'endedAt', 'is missing');
    readReferenceIfAny(data, 'basis');
    return { form: readOneOf(data, 'form', ISOLATION_FORMS), from, until, endedAt, released };
  },

  designation: (data, lists) => {
    const { from, until } = readTerm(data);
    if (!readReferenceIfAny(data, 'approval') && data.json.approval === undefined)
      reject(data, 'approval', 'is missing');
    const colour = readOneOf(data, 'colour', DESIGNATION_COLOURS);
    const reason = readText(data, 'reason');
    if (reason !== '' && !lists.designationReasons.includes(reason)) {
      reject(data, 'reason', `must be one of ${lists.designationReasons.join(', ')}`);
    }
    return { colour, reason, from, until };
  },

  identity: (data) => {
    const document = readDocument(data.json.document, `${data.path}document`, data.faults);
    const sameAs = readDocument(data.json.sameAs, `${data.path}sameAs`, data.faults);
    // A stand-in after a fault, like those of the readers of fields: nobody uses it.
    const none = { type: 'passport', number: '' } as const;
    return { document: document ?? none, sameAs: sameAs ?? none };
  },
};

/** The last instant of which each kind of evidence speaks. */
const LAST: { readonly [K in Kind]: (data: DataOf[K]) => Instant } = {
  case: ({ to }) => to,
  contact: ({ lastExposure }) => lastExposure,
  overseas: ({ enteredAt }) => enteredAt,
  stay: ({ to }) => to,
  symptom: ({ to }) => to,
  // A positive test waits for negative ones.
  nat: ({ result, reportedAt }) => (result === 'positive' ? NEVER : reportedAt),
  isolation: ({ until, endedAt }) => (endedAt === NEVER ? until : endedAt),
  designation: ({ until }) => until,
  identity: () => EARLIEST,
};

/** Reads the data of one kind; the fact is whole only when no fault was added. */
export function readFact(kind: Kind, input: Input, source: Source, id: string, lists: ClosedLists): Fact {
  // The table has an entry for each kind, which the compiler cannot follow through a union.
  return factOf(kind, READ[kind](input, lists) as never, source, id);
}

/** Makes a fact of what a record of one kind says. */
export function factOf<K extends Kind>(kind: K, data: DataOf[K], source: Source, id: string): Fact {
  const last = LAST[kind](data);
  const lastDay = last === NEVER ? OPEN_DAY : dayOf(last);
  return { kind, kindIndex: KINDS.indexOf(kind), source, id, lastDay, data } as Fact;
}

function readLocation(input: Input): Location {
  return { region: readRegion(input, 'region'), place: readTextIfAny(input, 'place') };
}

/** `from` and perhaps `to`, which may be the same instant. */
function readStretch(input: Input): { from: Instant; to: Instant } {
  const from = readTime(input, 'from');
  const to = readTimeIfAny(input, 'to');
  if (to < from) reject(input, 'to', 'must not lie before from');
  return { from, to };
}

/** `from` and `until`, which lies after it. */
function readTerm(input: Input): { from: Instant; until: Instant } {
  const from = readTime(input, 'from');
  const until = readTime(input, 'until');
  if (until <= from) reject(input, 'until', 'must lie after from');
  return { from, until };
}
