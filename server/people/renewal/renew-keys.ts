import { type Document, documentKey } from '../../../domain/people/document.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { blindIndexes } from '../../platform/keys/blind-index.ts';
import { open, openDataKey, rewrap } from '../../platform/keys/envelope.ts';
import { KeyError } from '../../platform/keys/key-error.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { versionOf } from '../../platform/keys/version-number.ts';
import { documentContext } from '../find-or-add-people.ts';
import {
  addFurtherIndexes,
  type FurtherIndex,
  indexesOf,
  type KeyedPerson,
  peopleAfter,
  type Rewrapped,
  replaceWrappedKeys,
} from './store.ts';

/** What was written anew about people. */
export interface Renewed {
  /** Whom it looked at. */
  readonly people: number;
  /** Blind indexes of documents that were missing. */
  readonly indexes: number;
  /** Data keys that a former version had wrapped. */
  readonly rewrapped: number;
  /** People whose key or document does not open. They stay as they are, and need what they needed. */
  readonly unreadable: number;
}

/** People in one transaction, which then is over in a moment. */
const TOGETHER = 500;
const BEFORE_EVERYONE = '00000000-0000-0000-0000-000000000000';

/**
 * Writes what a rotation leaves to be written: for each person the blind indexes of every version that is not
 * retired, and the data key wrapped by the current version. It may run beside intake and beside itself, and be broken
 * off and begun again: what is written already is left alone, and the rows say what is.
 *
 * @throws {KeyError} when a key file is wrong: with old keys it would undo what others have done
 */
export async function renewKeys(
  database: Database,
  keys: KeyRing,
  clock: () => Instant,
  onPeople: (people: number) => void = () => {},
): Promise<Renewed> {
  let total: Renewed = { people: 0, indexes: 0, rewrapped: 0, unreadable: 0 };
  for (let last: string | undefined = BEFORE_EVERYONE; last !== undefined; ) {
    const after: string = last;
    keys.refresh();
    const page = await database.transaction((db) => renewPage(db, keys, after, clock()));
    total = sum(total, page.renewed);
    last = page.last;
    onPeople(total.people);
  }
  return total;
}

async function renewPage(
  db: Db,
  keys: KeyRing,
  after: string,
  now: Instant,
): Promise<{ readonly renewed: Renewed; readonly last: string | undefined }> {
  const people = await peopleAfter(db, after, TOGETHER);
  const { renewals, unreadable } = renewalsOf(keys, people, await versionsByPerson(db, people));
  // Also those whose wrapped key stays: their rows are locked then, and nobody erases them before their indexes are written.
  const there = new Set(
    await replaceWrappedKeys(
      db,
      renewals.map(({ wrapping }) => wrapping),
    ),
  );
  const done = renewals.filter(({ wrapping }) => there.has(wrapping.personId));
  const indexes = await addFurtherIndexes(
    db,
    done.flatMap((renewal) => renewal.indexes),
    now,
  );
  const rewrapped = done.filter(({ wrapping: { before, after } }) => before !== after).length;
  const last = people.at(-1)?.personId;
  return { renewed: { people: people.length, indexes, rewrapped, unreadable }, last };
}

/** The versions of the index key by which each of some people is found. */
async function versionsByPerson(
  db: Db,
  people: readonly KeyedPerson[],
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const versions = new Map(people.map(({ personId }) => [personId, new Set<number>()]));
  const rows = await indexesOf(db, [...versions.keys()]);
  for (const { index, personId } of rows) versions.get(personId)!.add(versionOf(index) ?? 0);
  return versions;
}

/** What is to be written about one person. */
interface Renewal {
  readonly wrapping: Rewrapped;
  readonly indexes: readonly FurtherIndex[];
}

/** What is to be written about those who lack something. */
function renewalsOf(
  keys: KeyRing,
  people: readonly KeyedPerson[],
  versions: ReadonlyMap<string, ReadonlySet<number>>,
): { readonly renewals: readonly Renewal[]; readonly unreadable: number } {
  const renewals: Renewal[] = [];
  let unreadable = 0;
  for (const person of people) {
    try {
      const renewal = renewalOf(keys, person, versions.get(person.personId)!);
      if (renewal) renewals.push(renewal);
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      unreadable++;
    }
  }
  return { renewals, unreadable };
}

function renewalOf(keys: KeyRing, person: KeyedPerson, versions: ReadonlySet<number>): Renewal | undefined {
  const { personId, wrappedKey } = person;
  const state = keys.find('envelope', versionOf(wrappedKey) ?? 0)?.state;
  const isMissing = keys.live('document').some(({ version }) => !versions.has(version));
  // A process that is a step behind takes the newest version for a coming one, and must not wrap with an older one.
  const isFresh = state === 'current' || state === 'coming';
  if (isFresh && !isMissing) return undefined;
  const after = isFresh ? wrappedKey : rewrap(keys, personId, wrappedKey)!;
  const indexes = isMissing ? missingIndexes(keys, person, versions) : [];
  return { wrapping: { personId, before: wrappedKey, after }, indexes };
}

function missingIndexes(
  keys: KeyRing,
  { personId, wrappedKey, sealedDocument, eraseAfter }: KeyedPerson,
  versions: ReadonlySet<number>,
): FurtherIndex[] {
  const key = openDataKey(keys, personId, wrappedKey);
  const text = open(key, sealedDocument, documentContext(personId)).toString('utf8');
  return blindIndexes(keys, 'document', documentKey(JSON.parse(text) as Document))
    .filter((index) => !versions.has(versionOf(index)!))
    .map((index) => ({ index, personId, eraseAfter }));
}

function sum(one: Renewed, other: Renewed): Renewed {
  return {
    people: one.people + other.people,
    indexes: one.indexes + other.indexes,
    rewrapped: one.rewrapped + other.rewrapped,
    unreadable: one.unreadable + other.unreadable,
  };
}
