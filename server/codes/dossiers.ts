import { createHash } from 'node:crypto';
import { type Fact, KINDS, type Kind, SOURCES, type Source } from '../../domain/evidence/fact.ts';
import { isObject } from '../../domain/evidence/fields.ts';
import { type ClosedLists, readFact } from '../../domain/evidence/kinds.ts';
import type { EvidenceRecord } from '../../domain/evidence/record.ts';
import type { Fault } from '../../domain/fault.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { newestOf, personsOf } from '../../domain/people/persons.ts';
import type { Instant } from '../../domain/time.ts';
import { type EvidenceRow, evidenceAbout } from '../evidence/store.ts';
import { evidenceContext } from '../evidence/write-evidence.ts';
import { documentContext } from '../people/find-or-add-people.ts';
import { kinOf, type PersonRow, peopleById } from '../people/store.ts';
import type { Db } from '../platform/db/database.ts';
import { type DataKey, open, openDataKey } from '../platform/keys/envelope.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';

/** What is known about a person: the facts under all documents that are joined, and what they rest on. */
export interface Dossier {
  readonly personId: string;
  readonly facts: readonly Fact[];
  /** Whoever is the same person by what joins documents now, themselves among them (S3). */
  readonly joined: readonly string[];
  /** Which versions of which records counted. */
  readonly inputsDigest: Buffer;
}

/** The dossiers of some people and of all whose documents were ever joined to theirs. */
export interface Dossiers {
  readonly dossiers: readonly Dossier[];
  /** Those about whom something cannot be read. Nothing is concluded about them: an error is never a colour. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/** All that was ever stated about some people, opened. */
export interface OpenRecord {
  /** Their dossiers as they were known at an instant. */
  readonly knownAt: (instant: Instant) => readonly Dossier[];
  readonly unreadable: Dossiers['unreadable'];
}

/** Whoever is or was joined to some people, themselves among them. */
export async function withKin(
  db: Db,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const kin = new Map<string, string[]>();
  let open = [...new Set(personIds)];
  while (open.length > 0) {
    for (const personId of open) kin.set(personId, []);
    for (const { personId, kinId } of await kinOf(db, open)) kin.get(personId)!.push(kinId);
    open = [...new Set(open.flatMap((personId) => kin.get(personId)!))].filter((kinId) => !kin.has(kinId));
  }
  return kin;
}

/** Reads what was known at an instant about some people. `kin` is what `withKin` gave for them. */
export async function readDossiers(
  db: Db,
  keys: KeyRing,
  lists: ClosedLists,
  kin: ReadonlyMap<string, readonly string[]>,
  knownAt: Instant,
): Promise<Dossiers> {
  const { knownAt: dossiers, unreadable } = await openRecord(db, keys, lists, kin);
  return { dossiers: dossiers(knownAt), unreadable };
}

/** Reads all that was ever stated about some people. `kin` is what `withKin` gave for them. */
export async function openRecord(
  db: Db,
  keys: KeyRing,
  lists: ClosedLists,
  kin: ReadonlyMap<string, readonly string[]>,
): Promise<OpenRecord> {
  const personIds = [...kin.keys()];
  const people = await peopleById(db, personIds);
  const rows = groupRows(await evidenceAbout(db, personIds));
  const unreadable = new Map<string, unknown>();
  const readable: OpenPerson[] = [];
  for (const person of people) {
    try {
      const own = rows.get(person.personId) ?? [];
      readable.push(openPerson(keys, lists, person, own, kin.get(person.personId)!.length > 0));
    } catch (error) {
      unreadable.set(person.personId, error);
    }
  }
  spread(unreadable, kin);
  const known = readable.filter(({ personId }) => !unreadable.has(personId));
  return { knownAt: (instant) => dossiersOf(known, instant), unreadable };
}

/** A person with everything opened; the document only where it matters. */
interface OpenPerson {
  readonly personId: string;
  readonly document: Document | undefined;
  readonly records: readonly EvidenceRecord[];
  /** Versions by which a record went to somebody else. */
  readonly left: readonly EvidenceRecord[];
}

/** Stands for the document of a person who is joined to nobody: there it is compared with nothing. */
const NO_DOCUMENT: Document = { type: 'passport', number: '' };

function openPerson(
  keys: KeyRing,
  lists: ClosedLists,
  { personId, wrappedKey, sealedDocument }: PersonRow,
  rows: readonly EvidenceRow[],
  isJoined: boolean,
): OpenPerson {
  if (!wrappedKey) return { personId, document: undefined, records: [], left: [] };
  const key = openDataKey(keys, personId, wrappedKey);
  const document = isJoined
    ? (JSON.parse(open(key, sealedDocument, documentContext(personId)).toString()) as Document)
    : undefined;
  const read = (row: EvidenceRow) => readRow(key, lists, row, document ?? NO_DOCUMENT);
  return {
    personId,
    document,
    records: rows.filter(({ standing }) => standing !== 'left').map(read),
    left: rows.filter(({ standing }) => standing === 'left').map(read),
  };
}

function readRow(key: DataKey, lists: ClosedLists, row: EvidenceRow, person: Document): EvidenceRecord {
  const { recordId: id, version, recordedAt, standing } = row;
  const source = oneOf(SOURCES, row.source);
  const kind = oneOf(KINDS, row.kind);
  const retracted = standing !== 'stated';
  const fact = retracted ? undefined : openFact(key, lists, row, kind, source);
  return { source, id, version, recordedAt, retracted, person, kind, fact };
}

function openFact(key: DataKey, lists: ClosedLists, row: EvidenceRow, kind: Kind, source: Source): Fact {
  const { personId, recordId: id, version, sealedData } = row;
  if (!sealedData) throw new Error('stored evidence has no data');
  const text = open(key, sealedData, evidenceContext(personId, source, id, version)).toString();
  const json: unknown = JSON.parse(text);
  const faults: Fault[] = [];
  const fact = readFact(kind, { json: isObject(json) ? json : {}, path: 'data.', faults }, source, id, lists);
  if (faults[0]) throw new Error(`stored evidence cannot be read: ${faults[0].field} ${faults[0].message}`);
  return fact;
}

function oneOf<T extends string>(list: readonly T[], text: string): T {
  const found = list.find((item) => item === text);
  if (found === undefined) throw new Error('stored evidence is of a source or kind that is not known');
  return found;
}

/** Whoever is joined to somebody unreadable cannot be judged either. */
function spread(unreadable: Map<string, unknown>, kin: ReadonlyMap<string, readonly string[]>): void {
  for (const [personId, error] of unreadable)
    for (const kinId of kin.get(personId) ?? []) if (!unreadable.has(kinId)) unreadable.set(kinId, error);
}

function dossiersOf(people: readonly OpenPerson[], knownAt: Instant): Dossier[] {
  const joined: OpenPerson[] = [];
  const dossiers: Dossier[] = [];
  for (const person of people) {
    if (person.document) joined.push(person);
    else {
      const { personId, records, left } = person;
      dossiers.push(dossierOf(personId, newest([...records, ...left], knownAt), [personId]));
    }
  }
  return joined.length === 0 ? dossiers : [...dossiers, ...joinedDossiers(joined, knownAt)];
}

/** The facts of people whose documents may be joined, found as everywhere else: by the documents (S3). */
function joinedDossiers(people: readonly OpenPerson[], knownAt: Instant): Dossier[] {
  const stated = people.flatMap((person) => person.records);
  const known = new Set(stated.map(versionKey));
  // A record that went from one of them to another is here once, as it is stated.
  const gone = people.flatMap(({ left }) => left).filter((record) => !known.has(versionKey(record)));
  const records = [...stated, ...gone];
  const entries = records.map((record, line) => ({
    line,
    reading: { record, names: [], statement: { ...record, content: [null, null, null, null] as const } },
  }));
  const byDocument = new Map<string, readonly Fact[]>();
  const versions = new Map(newestRecords(records, knownAt).map((record) => [record.fact, record]));
  for (const { document, joined, facts } of personsOf(entries, knownAt).persons)
    for (const key of [documentKey(document), ...joined]) byDocument.set(key, facts);
  const found = people.map(({ personId, document }) => ({
    personId,
    facts: byDocument.get(documentKey(document!)),
  }));
  return found.map(({ personId, facts }) => {
    const records = (facts ?? []).map((fact) => versions.get(fact)!);
    // The documents of one person lead to one list.
    const same = found.filter((other) => other.personId === personId || (facts && other.facts === facts));
    return dossierOf(
      personId,
      records,
      same.map((other) => other.personId),
    );
  });
}

function versionKey({ source, id, version }: EvidenceRecord): string {
  return JSON.stringify([source, id, version]);
}

function newestRecords(records: readonly EvidenceRecord[], knownAt: Instant): EvidenceRecord[] {
  return [...newestOf(records, knownAt)];
}

function newest(records: readonly EvidenceRecord[], knownAt: Instant): EvidenceRecord[] {
  return newestRecords(records, knownAt).filter(({ fact }) => fact);
}

function dossierOf(personId: string, records: readonly EvidenceRecord[], joined: readonly string[]): Dossier {
  const facts: Fact[] = [];
  const inputs: string[] = [];
  for (const record of records) {
    if (record.fact) facts.push(record.fact);
    inputs.push(versionKey(record));
  }
  const inputsDigest = createHash('sha256').update(inputs.sort().join('\n')).digest().subarray(0, 16);
  return { personId, facts, joined, inputsDigest };
}

function groupRows(rows: readonly EvidenceRow[]): ReadonlyMap<string, EvidenceRow[]> {
  const groups = new Map<string, EvidenceRow[]>();
  for (const row of rows) {
    const group = groups.get(row.personId);
    if (group) group.push(row);
    else groups.set(row.personId, [row]);
  }
  return groups;
}
