import { type Document, documentKey } from '../../domain/people/document.ts';
import type { Installation } from '../installation.ts';
import { microBatch } from '../platform/db/micro-batch.ts';
import { findPeople } from './find-or-add-people.ts';

/** The person of one document; undefined when nothing is known under it. What is asked at the same time is read together. */
export type FindPerson = (document: Document) => Promise<string | undefined>;

/** Makes the finder of a process: all of its routes share one. */
export function createFindPerson({ store, keys }: Pick<Installation, 'store' | 'keys'>): FindPerson {
  return microBatch(async (documents) => {
    const found = await findPeople(store.app, keys, documents);
    return documents.map((document) => found.get(documentKey(document)));
  });
}
