import { type Document, documentKey } from '../../domain/people/document.ts';
import { birthYearOf, registeredRegionOf } from '../../domain/people/number-tells.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { bucketOf, timeUuid } from '../platform/db/uuid.ts';
import { blindIndexes } from '../platform/keys/blind-index.ts';
import { contextOf, createDataKey, type DataKey, openDataKey, seal } from '../platform/keys/envelope.ts';
import { KeyError } from '../platform/keys/key-error.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import {
  addDocuments,
  addPeople,
  type DocumentRow,
  type NewPerson,
  peopleById,
  personsByDocument,
} from './store.ts';

/** A person who is on record, with the key that seals what is kept about them. */
export interface Holder {
  readonly personId: string;
  readonly key: DataKey;
}

/** A document and its keyed indexes, that of the current key first. */
interface Indexed {
  readonly document: Document;
  readonly indexes: readonly Buffer[];
}

/**
 * The people of some documents, by `documentKey`; a document that nobody had stated before gets a person of its own (S3).
 * Nobody is in the answer whose key is destroyed or does not open. To be called in the transaction that writes about them.
 */
export async function findOrAddPeople(
  db: Db,
  keys: KeyRing,
  documents: readonly Document[],
  now: Instant,
): Promise<ReadonlyMap<string, Holder>> {
  const wanted = indexed(keys, documents);
  const persons = await find(db, wanted);
  const added = await addMissing(db, keys, wanted, persons, now);
  return open(db, keys, persons, added);
}

/** The person of each document that has one, by document key. */
export async function findPeople(
  db: Db,
  keys: KeyRing,
  documents: readonly Document[],
): Promise<ReadonlyMap<string, string>> {
  return find(db, indexed(keys, documents));
}

function indexed(keys: KeyRing, documents: readonly Document[]): ReadonlyMap<string, Indexed> {
  const wanted = new Map<string, Indexed>();
  for (const document of documents) {
    const key = documentKey(document);
    if (!wanted.has(key)) wanted.set(key, { document, indexes: blindIndexes(keys, 'document', key) });
  }
  return wanted;
}

async function find(db: Db, wanted: ReadonlyMap<string, Indexed>): Promise<Map<string, string>> {
  const rows = await personsByDocument(
    db,
    [...wanted.values()].flatMap(({ indexes }) => indexes),
  );
  const byIndex = new Map(rows.map(({ index, personId }) => [index.toString('hex'), personId]));
  const persons = new Map<string, string>();
  for (const [key, { indexes }] of wanted) {
    const index = indexes.find((index) => byIndex.has(index.toString('hex')));
    if (index) persons.set(key, byIndex.get(index.toString('hex'))!);
  }
  return persons;
}

/** Adds the documents that nobody has; `persons` gets those of all. Returns the data keys of those who are new. */
async function addMissing(
  db: Db,
  keys: KeyRing,
  wanted: ReadonlyMap<string, Indexed>,
  persons: Map<string, string>,
  now: Instant,
): Promise<ReadonlyMap<string, DataKey>> {
  const claimed = new Map<string, string>();
  for (const key of wanted.keys()) if (!persons.has(key)) claimed.set(key, timeUuid(now));
  const added = new Map<string, DataKey>();
  if (claimed.size === 0) return added;
  const erase = eraseAfter('identity', now);
  const rows = [...claimed].flatMap(([key, personId]): DocumentRow[] =>
    wanted.get(key)!.indexes.map((index) => ({ index, personId })),
  );
  const won = new Set((await addDocuments(db, rows, now, erase)).map((index) => index.toString('hex')));
  const people: NewPerson[] = [];
  const lost = new Map<string, Indexed>();
  for (const [key, personId] of claimed) {
    const one = wanted.get(key)!;
    if (isOurs(one, won)) {
      const { person, dataKey } = newPerson(keys, personId, one.document);
      people.push(person);
      persons.set(key, personId);
      added.set(personId, dataKey);
    } else lost.set(key, one);
  }
  await addPeople(db, people, now, erase);
  // Somebody else added these in the meantime; that has been committed, or we would still be waiting.
  for (const [key, personId] of await find(db, lost)) persons.set(key, personId);
  return added;
}

/**
 * Whether a document became ours, under all its indexes. Under some of them only, while others are somebody else's, it
 * was added in this moment by a process that knows other versions of the index key: then all is done once more, and
 * finds that person. Otherwise a number would become two persons (S3).
 */
function isOurs({ indexes }: Indexed, won: ReadonlySet<string>): boolean {
  const ours = indexes.filter((index) => won.has(index.toString('hex'))).length;
  if (ours > 0 && ours < indexes.length)
    throw new DatabaseError('conflict', '40001', 'a document is added by two at once');
  return ours > 0;
}

function newPerson(
  keys: KeyRing,
  personId: string,
  document: Document,
): { readonly person: NewPerson; readonly dataKey: DataKey } {
  const { wrapped, key: dataKey } = createDataKey(keys, personId);
  const sealedDocument = seal(dataKey, JSON.stringify(document), documentContext(personId));
  const person = {
    personId,
    bucket: bucketOf(personId),
    wrappedKey: wrapped,
    sealedDocument,
    birthYear: birthYearOf(document),
    registeredRegion: registeredRegionOf(document),
  };
  return { person, dataKey };
}

async function open(
  db: Db,
  keys: KeyRing,
  persons: ReadonlyMap<string, string>,
  added: ReadonlyMap<string, DataKey>,
): Promise<ReadonlyMap<string, Holder>> {
  const others = [...new Set(persons.values())].filter((personId) => !added.has(personId));
  const opened = new Map(added);
  const people = others.length > 0 ? await peopleById(db, others) : [];
  for (const { personId, wrappedKey } of people) {
    const key = wrappedKey && openIfPossible(keys, personId, wrappedKey);
    if (key) opened.set(personId, key);
  }
  const holders = new Map<string, Holder>();
  for (const [documentKey, personId] of persons) {
    const key = opened.get(personId);
    if (key) holders.set(documentKey, { personId, key });
  }
  return holders;
}

/** One damaged key must not stand in the way of everybody else's evidence. */
function openIfPossible(keys: KeyRing, personId: string, wrappedKey: Buffer): DataKey | undefined {
  try {
    return openDataKey(keys, personId, wrappedKey);
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

/** What a sealed document is bound to. */
export function documentContext(personId: string): string {
  return contextOf('document', personId);
}
