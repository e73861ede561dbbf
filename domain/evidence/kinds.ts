import { readDocument } from '../people/document.ts';
import { isOverseas } from '../places/countries.ts';
import {
  CLASSIFICATIONS,
  CONTACT_LEVELS,
  DESIGNATION_COLOURS,
  type Fact,
  type FactOf,
  ISOLATION_FORMS,
  type Kind,
  type Location,
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

type Read<K extends Kind> = (data: Input, source: Source, id: string, lists: ClosedLists) => FactOf<K>;

/** How the `data` of each kind of evidence is read (colour.md, evidence). */
export const READ: { readonly [K in Kind]: Read<K> } = {
  case: (data, source, id) => {
    const from = readTime(data, 'from');
    const to = readTimeIfAny(data, 'to');
    const outcome = readOneOfIfAny(data, 'outcome', OUTCOMES);
    if (to < from) reject(data, 'to', 'must not lie before from');
    if (outcome && data.json.to === undefined) reject(data, 'to', 'is missing');
    return {
      kind: 'case',
      source,
      id,
      classification: readOneOf(data, 'classification', CLASSIFICATIONS),
      from,
      to,
      outcome,
    };
  },

  contact: (data, source, id) => {
    if (data.json.caseRef !== undefined) {
      const reference = readObject(data, 'caseRef');
      readOneOf(reference, 'source', SOURCES);
      readText(reference, 'id');
    }
    const area = data.json.area === undefined ? undefined : readLocation(readObject(data, 'area'));
    const level = readOneOf(data, 'level', CONTACT_LEVELS);
    return { kind: 'contact', source, id, level, lastExposure: readTime(data, 'lastExposure'), area };
  },

  overseas: (data, source, id) => {
    const country = readText(data, 'country');
    if (country !== '' && !isOverseas(country))
      reject(data, 'country', 'must be an ISO 3166-1 alpha-2 code other than CN');
    return { kind: 'overseas', source, id, country, enteredAt: readTime(data, 'enteredAt') };
  },

  stay: (data, source, id) => {
    const { region, place } = readLocation(data);
    const from = readTime(data, 'from');
    const to = readTimeIfAny(data, 'to');
    if (to < from) reject(data, 'to', 'must not lie before from');
    return { kind: 'stay', source, id, region, place, from, to };
  },

  symptom: (data, source, id) => {
    if (data.json.fever !== true) reject(data, 'fever', 'must be true');
    const from = readTime(data, 'from');
    const to = readTimeIfAny(data, 'to');
    if (to < from) reject(data, 'to', 'must not lie before from');
    return { kind: 'symptom', source, id, from, to };
  },

  nat: (data, source, id) => {
    const sampledAt = readTime(data, 'sampledAt');
    const reportedAt = readTime(data, 'reportedAt');
    if (reportedAt < sampledAt) reject(data, 'reportedAt', 'must not lie before sampledAt');
    readTextIfAny(data, 'laboratory');
    return {
      kind: 'nat',
      source,
      id,
      sampledAt,
      reportedAt,
      result: readOneOf(data, 'result', TEST_RESULTS),
    };
  },

  isolation: (data, source, id) => {
    const from = readTime(data, 'from');
    const until = readTime(data, 'until');
    const endedAt = readTimeIfAny(data, 'endedAt');
    const released = readReferenceIfAny(data, 'release');
    if (until <= from) reject(data, 'until', 'must lie after from');
    if (endedAt < from) reject(data, 'endedAt', 'must not lie before from');
    if (released && data.json.endedAt === undefined) reject(data, 'endedAt', 'is missing');
    readReferenceIfAny(data, 'basis');
    return {
      kind: 'isolation',
      source,
      id,
      form: readOneOf(data, 'form', ISOLATION_FORMS),
      from,
      until,
      endedAt,
      released,
    };
  },

  designation: (data, source, id, lists) => {
    const from = readTime(data, 'from');
    const until = readTime(data, 'until');
    if (until <= from) reject(data, 'until', 'must lie after from');
    if (!readReferenceIfAny(data, 'approval') && data.json.approval === undefined)
      reject(data, 'approval', 'is missing');
    const colour = readOneOf(data, 'colour', DESIGNATION_COLOURS);
    const reason = readText(data, 'reason');
    if (reason !== '' && !lists.designationReasons.includes(reason)) {
      reject(data, 'reason', `must be one of ${lists.designationReasons.join(', ')}`);
    }
    return { kind: 'designation', source, id, colour, reason, from, until };
  },

  identity: (data, source, id) => {
    const document = readDocument(data.json.document, `${data.path}document`, data.faults);
    const sameAs = readDocument(data.json.sameAs, `${data.path}sameAs`, data.faults);
    // A stand-in after a fault, like those of the readers of fields: nobody uses it.
    const none = { type: 'passport', number: '' } as const;
    return { kind: 'identity', source, id, document: document ?? none, sameAs: sameAs ?? none };
  },
};

export const KINDS = Object.keys(READ) as readonly Kind[];

/** Reads the data of one kind; the fact is whole only when no fault was added. */
export function readFact(kind: Kind, data: Input, source: Source, id: string, lists: ClosedLists): Fact {
  return READ[kind](data, source, id, lists);
}

function readLocation(input: Input): Location {
  return { region: readRegion(input, 'region'), place: readTextIfAny(input, 'place') };
}
