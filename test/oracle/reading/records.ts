/** Lines into records: contract.md "Evidence, one record a line" and the rules on versions of colour.md "Evidence". */
import { type Data, KINDS, readData, readNamedDocument, SOURCES } from './data.ts';
import { type Document, documentKey } from './document.ts';
import {
  type JsonObject,
  type Place,
  parseObject,
  read,
  readInstant,
  readObject,
  readOneOf,
  readText,
  sameJson,
} from './json.ts';
import type { Instant } from './time.ts';

/** One record, free of faults. */
export interface Version {
  readonly source: string;
  readonly id: string;
  readonly version: number;
  readonly recordedAt: Instant;
  readonly retracted: boolean;
  readonly person: Document;
  readonly data: Data | undefined;
}

/** One line of the file, faulty or not. */
export interface Line {
  /** Counts from 1, blank lines included. */
  readonly number: number;
  readonly object: JsonObject | undefined;
  /** The paths of the fields at fault. */
  readonly faults: string[];
  /** The document of `person`, where it can be read. */
  readonly person: Document | undefined;
  /** Every document that the line names, where it can be read: `person`, and both of an identity record. */
  readonly named: readonly Document[];
  /** The record, when the line has no fault of its own. */
  readonly content: Version | undefined;
}

/** Reads every line that is not blank, and finds every fault. */
export function readLines(texts: readonly string[], reasons: readonly string[]): Line[] {
  const lines: Line[] = [];
  for (const [index, text] of texts.entries())
    if (text.trim() !== '') lines.push(readLine(text, index + 1, reasons));
  findConflicts(lines);
  return lines;
}

function readLine(text: string, number: number, reasons: readonly string[]): Line {
  const object = parseObject(text);
  // Decided: broken JSON or a line that is no object is a fault of no known person.
  if (object === undefined)
    return { number, object, faults: [''], person: undefined, named: [], content: undefined };
  const faults: string[] = [];
  const place: Place = { object, path: '', report: (field) => faults.push(field) };
  const source = readOneOf(place, 'source', 'required', SOURCES);
  const id = readText(place, 'id', 'required');
  // Decided: `version` is an integer ≥ 0. AMBIGUOUS: one beyond 2^53, which JSON.parse rounds; here it is taken.
  const version = read(place, 'version', 'required', (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined,
  );
  const recordedAt = readInstant(place, 'recordedAt', 'required');
  // "`retracted: true` (default false)"
  const retracted =
    read(place, 'retracted', 'optional', (value) => (typeof value === 'boolean' ? value : undefined)) ??
    false;
  const personPlace = readObject(place, 'person', 'required');
  const person = personPlace && readNamedDocument(personPlace, 'document');
  const kind = readOneOf(place, 'kind', 'required', KINDS);
  // "a retraction repeats `person` and `kind`, its `data` may be missing". Decided: if present it must be valid.
  const dataPlace = readObject(place, 'data', retracted ? 'optional' : 'required');
  const data = kind && dataPlace && readData(kind, dataPlace, reasons);
  const complete =
    source !== undefined &&
    id !== undefined &&
    version !== undefined &&
    recordedAt !== undefined &&
    person !== undefined &&
    kind !== undefined;
  const content =
    complete && faults.length === 0
      ? { source, id, version, recordedAt, retracted, person, data }
      : undefined;
  return { number, object, faults, person, named: namedBy(object, person), content };
}

/**
 * The documents that a line names.
 * AMBIGUOUS: whether "the persons named by that line" are only `person` or also the documents of an identity
 * record. Here also those, as far as they can be read: the line says that they belong together, and
 * contract.md wants no partial result that looks whole.
 */
function namedBy(object: JsonObject, person: Document | undefined): Document[] {
  const named = person ? [person] : [];
  if (object.kind !== 'identity') return named;
  const silent: Place = { object, path: '', report: () => undefined };
  const data = readObject(silent, 'data', 'optional');
  for (const name of ['document', 'sameAs']) {
    const document = data && readNamedDocument(data, name);
    if (document) named.push(document);
  }
  return named;
}

/**
 * "The same key and version with other content (`person`, `kind`, `retracted`, `data`, compared as JSON
 * values) is a fault; with the same content it is a redelivery".
 * AMBIGUOUS: which of the lines has the fault; here each that differs from the first in the file, in its field
 * `version`. Also: a line that is faulty already still has a key, a version and other content; here it conflicts.
 */
function findConflicts(lines: readonly Line[]): void {
  for (const line of lines) {
    const first = linesOfSameVersion(lines, line)[0];
    if (first === undefined || sameContent(first, line)) continue;
    if (!line.faults.includes('version')) line.faults.push('version');
  }
}

/** All lines with the same source, id and version as this one, in the order of the file. */
function linesOfSameVersion(lines: readonly Line[], line: Line): Line[] {
  const { source, id, version } = line.object ?? {};
  if (typeof source !== 'string' || typeof id !== 'string' || typeof version !== 'number') return [];
  return lines.filter(
    ({ object }) => object?.source === source && object.id === id && object.version === version,
  );
}

function sameContent(left: Line, right: Line): boolean {
  return (
    left.object !== undefined &&
    right.object !== undefined &&
    // AMBIGUOUS: "compared as JSON values" is taken by the letter, but for the trailing `x` of the person's number,
    // which "is `X`"; the same instant in two offsets, or an unknown extra field, are other content. Only a
    // missing `retracted` is `false`, since that is its default; missing `data` and `data: {}` differ.
    sameJson(withoutSmallX(left), withoutSmallX(right)) &&
    sameJson(left.object.kind, right.object.kind) &&
    sameJson(left.object.retracted ?? false, right.object.retracted ?? false) &&
    sameJson(left.object.data, right.object.data)
  );
}

function withoutSmallX({ object, person }: Line): unknown {
  const stated = object?.person;
  if (person === undefined || typeof stated !== 'object' || stated === null) return stated;
  return {
    ...stated,
    document: { ...('document' in stated ? (stated.document as object) : {}), number: person.number },
  };
}

/** The lines that are records, redeliveries made one: "and the first `recordedAt` stands". */
export function versionsIn(lines: readonly Line[]): Version[] {
  const versions: Version[] = [];
  for (const line of lines) {
    if (line.faults.length > 0 || line.content === undefined) continue;
    const deliveries = linesOfSameVersion(lines, line).filter(({ faults }) => faults.length === 0);
    if (deliveries[0] !== line) continue;
    // AMBIGUOUS: "first" in the file or first in time; here in time, so that the order of lines means nothing.
    const recordedAt = Math.min(...deliveries.map(({ content }) => content?.recordedAt ?? Infinity));
    versions.push({ ...line.content, recordedAt });
  }
  return versions;
}

/**
 * "The colour at instant *t* as known at instant *k* uses only the records with `recordedAt ≤ k`." "the key is
 * (`source`, `id`); the highest `version` known at *k* is the record, and `retracted: true` means that it never
 * was."
 */
export function recordsKnownAt(versions: readonly Version[], k: Instant): Version[] {
  const known = versions.filter(({ recordedAt }) => recordedAt <= k);
  const highest = known.filter(
    (one) =>
      !known.some((two) => two.source === one.source && two.id === one.id && two.version > one.version),
  );
  return highest.filter(({ retracted }) => !retracted);
}

/**
 * "Documents joined by known `identity` records (symmetric, transitive, not retracted) are one person".
 * Decided: a record joins its `person`, its `document` and its `sameAs`. Returns the keys of all documents
 * that are the same person as this one, itself among them.
 */
export function samePerson(document: Document, records: readonly Version[]): Set<string> {
  const links = records.flatMap(({ person, data }) =>
    data?.kind === 'identity' ? [[person, data.document, data.sameAs].map(documentKey)] : [],
  );
  const joined = new Set([documentKey(document)]);
  for (let size = 0; size !== joined.size; ) {
    size = joined.size;
    for (const link of links)
      if (link.some((key) => joined.has(key))) for (const key of link) joined.add(key);
  }
  return joined;
}
