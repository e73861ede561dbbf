/** The `data` of each kind of record: the table of colour.md "Evidence", with every fault that it lists. */
import { COUNTRIES } from './countries.ts';
import { type Document, readDocument } from './document.ts';
import {
  faultAt,
  type Place,
  read,
  readInstant,
  readObject,
  readOneOf,
  readReference,
  readText,
} from './json.ts';
import { FOREVER, type Instant } from './time.ts';

/** "a value outside its closed list": contract.md "source". */
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

/** A region, and perhaps a place in it. */
export interface Spot {
  readonly region: string;
  readonly place: string | undefined;
}

export type Data =
  | {
      kind: 'case';
      classification: 'confirmed' | 'suspected' | 'asymptomatic';
      from: Instant;
      to: Instant;
      outcome: 'recovered' | 'excluded' | 'deceased' | undefined;
    }
  | {
      kind: 'contact';
      level: 'close' | 'secondary' | 'general';
      lastExposure: Instant;
      area: Spot | undefined;
    }
  | { kind: 'overseas'; country: string; enteredAt: Instant }
  | { kind: 'stay'; spot: Spot; from: Instant; to: Instant }
  | { kind: 'symptom'; from: Instant; to: Instant }
  | {
      kind: 'nat';
      sampledAt: Instant;
      reportedAt: Instant;
      result: 'negative' | 'positive' | 'inconclusive';
    }
  | {
      kind: 'isolation';
      form: 'hospital' | 'central' | 'home';
      from: Instant;
      until: Instant;
      endedAt: Instant | undefined;
      released: boolean;
    }
  | { kind: 'designation'; colour: 'red' | 'yellow'; from: Instant; until: Instant }
  | { kind: 'identity'; document: Document; sameAs: Document };

export type Kind = Data['kind'];

/** Every kind of record. */
export const KINDS: readonly Kind[] = [
  'case',
  'contact',
  'overseas',
  'stay',
  'symptom',
  'nat',
  'isolation',
  'designation',
  'identity',
];

/** Reads the data of one record. The result means something only if nothing was reported. */
export function readData(kind: Kind, place: Place, reasons: readonly string[]): Data | undefined {
  if (kind === 'designation') return readDesignation(place, reasons);
  return READERS[kind](place);
}

const READERS: Record<Exclude<Kind, 'designation'>, (place: Place) => Data | undefined> = {
  case: readCase,
  contact: readContact,
  overseas: readOverseas,
  stay: readStay,
  symptom: readSymptom,
  nat: readNat,
  isolation: readIsolation,
  identity: readIdentity,
};

function readCase(place: Place): Data | undefined {
  const classifications = ['confirmed', 'suspected', 'asymptomatic'] as const;
  const classification = readOneOf(place, 'classification', 'required', classifications);
  const { from, to } = readFromTo(place);
  const outcome = readOneOf(place, 'outcome', 'optional', ['recovered', 'excluded', 'deceased'] as const);
  // "`outcome` without `to`"
  if (Object.hasOwn(place.object, 'outcome') && !Object.hasOwn(place.object, 'to')) faultAt(place, 'outcome');
  if (classification === undefined || from === undefined) return undefined;
  return { kind: 'case', classification, from, to, outcome };
}

function readContact(place: Place): Data | undefined {
  const level = readOneOf(place, 'level', 'required', ['close', 'secondary', 'general'] as const);
  const lastExposure = readInstant(place, 'lastExposure', 'required');
  // "`caseRef?` {source, id}". AMBIGUOUS: whether its source is of the closed list; here it is.
  const caseRef = readObject(place, 'caseRef', 'optional');
  if (caseRef) {
    readOneOf(caseRef, 'source', 'required', SOURCES);
    readText(caseRef, 'id', 'required');
  }
  const area = readObject(place, 'area', 'optional');
  // AMBIGUOUS: "an area's place may be empty" is read of listed areas, which are no records; the place of a
  // contact's area stands in a record, where "an empty string" is a fault.
  const spot = area && readSpot(area);
  if (level === undefined || lastExposure === undefined) return undefined;
  return { kind: 'contact', level, lastExposure, area: spot };
}

function readOverseas(place: Place): Data | undefined {
  // "`country` unknown or CN"
  const known = (value: unknown) =>
    typeof value === 'string' && value !== 'CN' && COUNTRIES.has(value) ? value : undefined;
  const country = read(place, 'country', 'required', known);
  const enteredAt = readInstant(place, 'enteredAt', 'required');
  return country === undefined || enteredAt === undefined
    ? undefined
    : { kind: 'overseas', country, enteredAt };
}

function readStay(place: Place): Data | undefined {
  const spot = readSpot(place);
  const { from, to } = readFromTo(place);
  return spot === undefined || from === undefined ? undefined : { kind: 'stay', spot, from, to };
}

function readSymptom(place: Place): Data | undefined {
  read(place, 'fever', 'required', (value) => (value === true ? true : undefined));
  const { from, to } = readFromTo(place);
  return from === undefined ? undefined : { kind: 'symptom', from, to };
}

function readNat(place: Place): Data | undefined {
  const sampledAt = readInstant(place, 'sampledAt', 'required');
  const reportedAt = readInstant(place, 'reportedAt', 'required');
  const result = readOneOf(place, 'result', 'required', ['negative', 'positive', 'inconclusive'] as const);
  // AMBIGUOUS: the type of `laboratory?`; here a non-empty text.
  readText(place, 'laboratory', 'optional');
  if (sampledAt === undefined || reportedAt === undefined || result === undefined) return undefined;
  // "`reportedAt < sampledAt`"
  if (reportedAt < sampledAt) faultAt(place, 'reportedAt');
  return { kind: 'nat', sampledAt, reportedAt, result };
}

function readIsolation(place: Place): Data | undefined {
  const form = readOneOf(place, 'form', 'required', ['hospital', 'central', 'home'] as const);
  const { from, until } = readFromUntil(place);
  const endedAt = readInstant(place, 'endedAt', 'optional');
  const release = readReference(place, 'release', 'optional');
  readReference(place, 'basis', 'optional');
  // "`endedAt < from`"
  if (endedAt !== undefined && from !== undefined && endedAt < from) faultAt(place, 'endedAt');
  // "`release` without `endedAt`"
  if (Object.hasOwn(place.object, 'release') && !Object.hasOwn(place.object, 'endedAt'))
    faultAt(place, 'release');
  if (form === undefined || from === undefined || until === undefined) return undefined;
  return { kind: 'isolation', form, from, until, endedAt, released: release === true };
}

function readDesignation(place: Place, reasons: readonly string[]): Data | undefined {
  const colour = readOneOf(place, 'colour', 'required', ['red', 'yellow'] as const);
  readOneOf(place, 'reason', 'required', reasons);
  // "a `designation` or a `severe` area without `approval` or end": both are required.
  const { from, until } = readFromUntil(place);
  readReference(place, 'approval', 'required');
  if (colour === undefined || from === undefined || until === undefined) return undefined;
  return { kind: 'designation', colour, from, until };
}

function readIdentity(place: Place): Data | undefined {
  const document = readNamedDocument(place, 'document');
  const sameAs = readNamedDocument(place, 'sameAs');
  return document && sameAs && { kind: 'identity', document, sameAs };
}

/** A document that is required under this name. */
export function readNamedDocument(place: Place, name: string): Document | undefined {
  const document = readObject(place, name, 'required');
  return document && readDocument(document);
}

/** `from`; `to?`. "A missing `to` means still going on"; "`to < from`" is a fault, so an empty interval is none. */
function readFromTo(place: Place): { from: Instant | undefined; to: Instant } {
  const from = readInstant(place, 'from', 'required');
  const to = readInstant(place, 'to', 'optional');
  if (from !== undefined && to !== undefined && to < from) faultAt(place, 'to');
  return { from, to: to ?? FOREVER };
}

/** `from`; `until`. "`until ≤ from`" is a fault. */
function readFromUntil(place: Place): { from: Instant | undefined; until: Instant | undefined } {
  const from = readInstant(place, 'from', 'required');
  const until = readInstant(place, 'until', 'required');
  if (from !== undefined && until !== undefined && until <= from) faultAt(place, 'until');
  return { from, until };
}

/** `region` (and `place?` free text) of a stay or of a contact's area. */
function readSpot(place: Place): Spot | undefined {
  const region = readRegion(place);
  const text = readText(place, 'place', 'optional');
  return region === undefined ? undefined : { region, place: text };
}

/** "a region not of 6, 9 or 12 digits or with province 00" */
export function readRegion(place: Place): string | undefined {
  const isRegion = (value: unknown) =>
    typeof value === 'string' && /^(\d{6}|\d{9}|\d{12})$/.test(value) && !value.startsWith('00')
      ? value
      : undefined;
  return read(place, 'region', 'required', isRegion);
}
