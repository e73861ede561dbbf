import { hash, randomBytes } from 'node:crypto';
import { type Document, documentKey } from '../../domain/people/document.ts';
import type { FindPerson } from '../people/find-person.ts';

const SALT_BYTES = 32;

/** Finds the person of a document, and remembers it: a document never becomes another person's (S3). */
export interface RememberingFinder {
  readonly find: (document: Document) => Promise<string | undefined>;
  /** For a person about whom nothing is there: somebody who was erased, and may be somebody new by now. */
  readonly findAnew: (document: Document) => Promise<string | undefined>;
}

/** Remembers at most so many documents, the ones used last, by a digest that nobody can make without what this process holds. */
export function rememberPeople(findPerson: FindPerson, most = 100_000): RememberingFinder {
  const people = new Map<string, string>();
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const keyOf = (document: Document) => hash('sha256', salt + documentKey(document), 'base64');
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
