import { hash, randomBytes } from 'node:crypto';
import { type Document, documentKey } from '../../domain/people/document.ts';
import type { FindPerson } from '../people/find-person.ts';
import { createRecentMap } from '../platform/memory/recent-map.ts';

const SALT_BYTES = 16;

/**
 * Finds the person of a document, and remembers it: a document never becomes another person's (S3). It is remembered for whoever
 * asked: were it for all, an answer that comes quicker would tell one door that somebody was at another.
 */
export interface RememberingFinder {
  readonly find: (actor: string, document: Document) => string | Promise<string | undefined>;
  /** For a person about whom nothing is there: somebody who was erased, and may be somebody new by now. */
  readonly findAnew: (actor: string, document: Document) => Promise<string | undefined>;
}

/** Remembers at most so many documents, those asked last, by a digest that nobody can make without what this process holds. */
export function rememberPeople(findPerson: FindPerson, most = 100_000): RememberingFinder {
  const people = createRecentMap<string, string>(most);
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const keyOf = (actor: string, document: Document) =>
    hash('sha256', `${salt}${actor} ${documentKey(document)}`, 'base64');
  const ask = async (key: string, document: Document) => {
    const personId = await findPerson(document);
    if (personId === undefined) people.delete(key);
    else people.set(key, personId);
    return personId;
  };
  return {
    find: (actor, document) => {
      const key = keyOf(actor, document);
      return people.get(key) ?? ask(key, document);
    },
    findAnew: (actor, document) => ask(keyOf(actor, document), document),
  };
}
