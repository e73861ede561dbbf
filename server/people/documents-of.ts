import type { Document } from '../../domain/people/document.ts';
import type { Db } from '../platform/db/database.ts';
import { open, openDataKey } from '../platform/keys/envelope.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { documentContext } from './find-or-add-people.ts';
import { peopleById } from './store.ts';

/** The documents of some people, by person; of those who were erased there is none. */
export async function documentsOf(
  db: Db,
  keys: KeyRing,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, Document>> {
  const documents = new Map<string, Document>();
  for (const { personId, wrappedKey, sealedDocument } of await peopleById(db, personIds)) {
    if (!wrappedKey) continue;
    const key = openDataKey(keys, personId, wrappedKey);
    const text = open(key, sealedDocument, documentContext(personId)).toString('utf8');
    documents.set(personId, JSON.parse(text) as Document);
  }
  return documents;
}
