import { type Document, documentKey } from '../../domain/people/document.ts';
import type { FindPerson } from '../people/find-person.ts';
import { blindIndexes } from '../platform/keys/blind-index.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';

/** Finds the person of a document, and remembers it: a document never becomes another person's (S3). */
export interface RememberingFinder {
  readonly find: (document: Document) => Promise<string | undefined>;
  /** For a person about whom nothing is there: somebody who was erased, and may be somebody new by now. */
  readonly findAnew: (document: Document) => Promise<string | undefined>;
}

/** Remembers at most so many documents, by blind index; the ones used last. */
export function rememberPeople(keys: KeyRing, findPerson: FindPerson, most = 100_000): RememberingFinder {
  const people = new Map<string, string>();
  const keyOf = (document: Document) =>
    blindIndexes(keys, 'document', documentKey(document))[0]!.toString('latin1');
  const remember = (key: string, personId: string | undefined) => {
    people.delete(key);
    if (personId === undefined) return undefined;
    people.set(key, personId);
    if (people.size > most) people.delete(people.keys().next().value!);
    return personId;
  };
  return {
    find: async (document) => {
      const key = keyOf(document);
      return remember(key, people.get(key) ?? (await findPerson(document)));
    },
    findAnew: async (document) => remember(keyOf(document), await findPerson(document)),
  };
}
