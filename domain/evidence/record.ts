import { type Fault, fault } from '../fault.ts';
import { type Document, documentKey, readDocument } from '../people/document.ts';
import type { Instant } from '../time.ts';
import { type Fact, KINDS, type Kind, SOURCES, type Source } from './fact.ts';
import { type Input, isObject, readObject, readOneOf, readText, readTime, reject } from './fields.ts';
import { type ClosedLists, readFact } from './kinds.ts';

/** One version of one record, as its source stated it. `(source, id)` is the key that the source owns. */
export interface EvidenceRecord {
  readonly source: Source;
  readonly id: string;
  readonly version: number;
  /** When the system learned it. */
  readonly recordedAt: Instant;
  /** That the record never was. */
  readonly retracted: boolean;
  readonly person: Document;
  readonly kind: Kind;
  /** Missing on a retraction without data. */
  readonly fact: Fact | undefined;
}

/** What a line states under which key and version, even when it has a fault elsewhere. */
export interface Statement {
  readonly source: Source;
  readonly id: string;
  readonly version: number;
  /** What must be equal for another delivery of the same version to be the same, as JSON values. */
  readonly content: readonly [person: unknown, kind: unknown, retracted: unknown, data: unknown];
}

/** A record, or all that is wrong with it; in either case the keys of the documents that it names. */
export type Reading = { readonly statement?: Statement; readonly names: readonly string[] } & (
  | { readonly record: EvidenceRecord; readonly faults?: undefined }
  | { readonly record?: undefined; readonly faults: readonly Fault[] }
);

/** Reads one evidence record from its JSON value (contract.md, evidence). */
export function readRecord(value: unknown, lists: ClosedLists): Reading {
  if (!isObject(value)) return { faults: [fault('', 'must be a JSON object')], names: [] };
  const faults: Fault[] = [];
  const input: Input = { json: value, path: '', faults };
  const source = readOneOf(input, 'source', SOURCES);
  const id = readText(input, 'id');
  const version = readVersion(input);
  const keyed = faults.length === 0;
  const recordedAt = readTime(input, 'recordedAt');
  const retracted = readRetracted(input);
  const stated = readObject(input, 'person');
  const person = readDocument(stated.json.document, 'person.document', stated.faults);
  const before = faults.length;
  const kind = readOneOf(input, 'kind', KINDS);
  // Of an unknown kind nobody can say what its data should be.
  const hasData = faults.length === before && (value.data !== undefined || !retracted);
  const fact = hasData ? readFact(kind, readObject(input, 'data'), source, id, lists) : undefined;
  const names = namesOf(person, fact);
  if (!keyed) return { faults, names };
  const content = [
    canonicalPerson(value.person, person),
    value.kind,
    value.retracted ?? false,
    value.data,
  ] as const;
  const statement = { source, id, version, content };
  if (faults.length > 0 || !person) return { statement, faults, names };
  return { statement, record: { source, id, version, recordedAt, retracted, person, kind, fact }, names };
}

/** A key that is equal for equal `(source, id)`. */
export function recordKey({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source} ${id}`;
}

function readVersion(input: Input): number {
  const { version } = input.json;
  if (Number.isSafeInteger(version) && (version as number) >= 0) return version as number;
  reject(input, 'version', 'must be a whole number that is not negative');
  return 0;
}

function readRetracted(input: Input): boolean {
  const { retracted = false } = input.json;
  if (typeof retracted === 'boolean') return retracted;
  reject(input, 'retracted', 'must be true or false');
  return false;
}

function namesOf(person: Document | undefined, fact: Fact | undefined): string[] {
  const names = person ? [documentKey(person)] : [];
  if (fact?.kind !== 'identity') return names;
  for (const document of [fact.data.document, fact.data.sameAs]) {
    if (document.number !== '') names.push(documentKey(document));
  }
  return names;
}

/** The person as stated, but for the check digit `x`, which is `X`. */
function canonicalPerson(stated: unknown, person: Document | undefined): unknown {
  if (!person || !isObject(stated) || !isObject(stated.document)) return stated;
  const { document } = stated;
  return document.number === person.number
    ? stated
    : { ...stated, document: { ...document, number: person.number } };
}

/** Whether two deliveries of one version say the same. */
export function sameContent(one: Statement, other: Statement): boolean {
  return sameJson(one.content, other.content);
}

/** Equality of JSON values: the order of an object's names does not count. Any depth, without recursion. */
export function sameJson(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) pairs.push([a[i], b[i]]);
    } else if (isObject(a) && isObject(b)) {
      const names = Object.keys(a);
      if (names.length !== Object.keys(b).length) return false;
      for (const name of names) {
        if (!Object.hasOwn(b, name)) return false;
        pairs.push([a[name], b[name]]);
      }
    } else return false;
  }
  return true;
}
