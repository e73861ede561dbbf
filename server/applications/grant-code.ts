import { type Document, documentKey } from '../../domain/people/document.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { addDue } from '../codes/store.ts';
import { documentsOf } from '../people/documents-of.ts';
import { findOrAddPeople, type Holder } from '../people/find-or-add-people.ts';
import { lockPerson, peopleById } from '../people/store.ts';
import type { Db } from '../platform/db/database.ts';
import { bucketOf, timeUuid } from '../platform/db/uuid.ts';
import { passingProblem } from '../platform/http/problem.ts';
import { openDataKey } from '../platform/keys/envelope.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import type { Applying } from './applying.ts';
import type { Content } from './content.ts';
import { bindPerson } from './holdings/bind-person.ts';
import type { Way } from './holdings/store.ts';
import { readDeclaration } from './read-declaration.ts';
import { settleRecoveries } from './recoveries/recoveries.ts';
import { stateDeclaration } from './state-declaration.ts';
import type { ApplicationKey } from './store.ts';
import { takeStep } from './write-application.ts';

/** By what right an application is confirmed, and by whom. */
export interface Granting {
  readonly way: Way;
  /** Who decides: an account, a member of staff, or `time`. */
  readonly actor: string;
  readonly authority?: string;
}

const ERASING_SECONDS = 5;

/**
 * The person of a document, locked until the transaction ends; whom nobody knew is added (S3).
 *
 * @throws {Problem} `unavailable` while the one who had the document is being erased
 */
export async function lockHolderOf(db: Db, keys: KeyRing, document: Document, now: Instant): Promise<Holder> {
  const holder = (await findOrAddPeople(db, keys, [document], now)).get(documentKey(document));
  if (!holder) throw passingProblem('unavailable', 'The document is still being erased.', ERASING_SECONDS);
  await lockPerson(db, holder.personId);
  return holder;
}

/** A person on record with document and key; undefined once they are erased. */
export async function findHolder(
  db: Db,
  keys: KeyRing,
  personId: string,
): Promise<{ readonly holder: Holder; readonly document: Document } | undefined> {
  const [row] = await peopleById(db, [personId]);
  const document = (await documentsOf(db, keys, [personId])).get(personId);
  if (!row?.wrappedKey || !document) return undefined;
  return { holder: { personId, key: openDataKey(keys, personId, row.wrappedKey) }, document };
}

/** Confirms an application: the account shows the code of the person from now on. Account and person must be locked, and nobody else may hold the person. */
export async function grantCode(
  db: Db,
  { accountId, applicationId }: ApplicationKey,
  personId: string,
  { way, actor, authority }: Granting,
  now: Instant,
): Promise<void> {
  await bindPerson(db, { accountId, personId, way }, now);
  const by = { personId, actor, authority: authority ?? null };
  await takeStep(db, { accountId, applicationId }, 'confirmed', now, by);
  await settleRecoveries(db, personId, accountId, actor, now);
  await makeDue(db, personId, now);
}

/** Also about whom nobody has stated anything there is to be a conclusion. */
export async function makeDue(db: Db, personId: string, now: Instant): Promise<void> {
  const dueId = timeUuid(now);
  const bucket = bucketOf(personId);
  await addDue(db, [{ personId, dueId, bucket, dueAt: -NEVER, cause: 'evidence' }]);
}

/** States the declaration of an application about the person whose code its account shows. */
export async function stateAbout(
  db: Db,
  applying: Applying,
  { applicationId }: ApplicationKey,
  personId: string,
  { declaration, declaredAt }: Pick<Content, 'declaration' | 'declaredAt'>,
  now: Instant,
): Promise<void> {
  const found = await findHolder(db, applying.keys, personId);
  if (!found) throw passingProblem('unavailable', 'The document is still being erased.', ERASING_SECONDS);
  const declared = readDeclaration(declaration, '', declaredAt);
  await stateDeclaration(db, applying, { ...found, applicationId }, declared, now);
}
