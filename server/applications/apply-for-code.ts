import type { Application as Body } from '../../api/applications/applications.ts';
import type { Fault } from '../../domain/fault.ts';
import { type Document, documentKey, readDocument } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import { lockAccount, personOfAccount } from '../accounts/store.ts';
import { withKin } from '../codes/dossiers.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import type { CitizenSession } from '../platform/http/rules.ts';
import { type Applying, mustBeFresh } from './applying.ts';
import type { Content } from './content.ts';
import { grantCode, lockHolderOf, stateAbout } from './grant-code.ts';
import { holderOf } from './holdings/bind-person.ts';
import {
  type Application,
  applicationOf,
  isLive,
  readApplication,
  type ShownApplication,
} from './read-application.ts';
import { checkRegion, endOfVisit, readDeclaration } from './read-declaration.ts';
import { openRecovery } from './recoveries/recoveries.ts';
import { ensureReference } from './references.ts';
import type { ApplicationKey } from './store.ts';
import { takeStep, writeApplication } from './write-application.ts';

/** Who applies, as far as applying asks. */
export type Applicant = Pick<CitizenSession, 'accountId' | 'signedInAt' | 'verified'>;

/**
 * Applies for a code, or states anew what was stated before (E1, R7, S3). With a verified document the account shows the
 * code at once, unless another one does. A document that is typed is written down for a counter and looked up nowhere: what
 * is known about it changes neither the answer, nor what is stored, nor how long it takes.
 *
 * @throws {Problem} `invalid`, `unauthenticated` where a fresh sign-in is needed, `rate-limited`
 */
export async function applyForCode(
  applying: Applying,
  applicant: Applicant,
  body: Body,
): Promise<ShownApplication> {
  const { database, keys, clock, onAccepted } = applying;
  const typed = body.document && readTyped(body.document, '/document');
  const now = clock();
  readDeclaration(body.declaration, '/declaration', now);
  checkRegion(body.region, '/region');
  const endsAt = endOfVisit(body.until, now);
  const shown = await database.transaction(async (db) => {
    const before = await lockApplication(db, applying, applicant.accountId, now);
    const content = contentOf(applicant, before, body, typed, now);
    if (before?.status === 'active' && isReachedOtherwise(before, content))
      mustBeFresh(applicant.signedInAt, now);
    const at = await writeApplication(db, keys, applicant.accountId, before, content, endsAt, now);
    const isActive = applicant.verified
      ? await useVerified(db, applying, applicant, at, content, now)
      : await restate(db, applying, at, before, content, now);
    if (!isActive || content.further) {
      const application = await readApplication(db, keys, applicant.accountId, now);
      await ensureReference(db, application!, at, now);
    }
    return applicationOf(db, keys, applicant.accountId, now);
  });
  onAccepted();
  return shown;
}

/**
 * Locks an account and reads its application.
 *
 * @throws {Problem} `unauthenticated` when the account was erased
 */
export async function lockApplication(
  db: Db,
  { keys }: Applying,
  accountId: string,
  now: Instant,
): Promise<Application | undefined> {
  if (!(await lockAccount(db, accountId))) throw new Problem('unauthenticated', 'The account is gone.');
  return readApplication(db, keys, accountId, now);
}

/**
 * A document as somebody typed it or read it from paper.
 *
 * @throws {Problem} `invalid`
 */
export function readTyped(body: unknown, path: string): Document {
  const faults: Fault[] = [];
  const document = readDocument(body, '', faults);
  if (document) return document;
  const errors = faults.map(({ field, message }) => {
    return { in: 'body' as const, path: `${path}${field.replaceAll('.', '/')}`, message };
  });
  throw new Problem('invalid', 'The document is wrong.', { errors });
}

/** What an application says from now on. */
function contentOf(
  { verified }: Applicant,
  before: Application | undefined,
  body: Body,
  typed: Document | undefined,
  now: Instant,
): Content {
  const { phone, region, address, declaration } = body;
  const former = isLive(before) ? before.opened?.content : undefined;
  // A document that is verified, or that a counter has seen, does not give way to one that is typed.
  const proven = verified
    ? { ...verified, proof: 'claims' as const }
    : former && former.proof !== 'none'
      ? former
      : undefined;
  const { name, document, proof } = proven ?? typedIdentity(body, typed, former);
  const isFurther = typed !== undefined && documentKey(typed) !== documentKey(document);
  const further = isFurther ? typed : former?.further;
  const isKnown = further === undefined || documentKey(further) === documentKey(document);
  const stated = { phone, region, address, declaration, declaredAt: now };
  return { name, document, proof, ...(!isKnown && { further }), ...stated };
}

function typedIdentity(
  body: Body,
  typed: Document | undefined,
  former: Content | undefined,
): Pick<Content, 'name' | 'document' | 'proof'> {
  const name = body.name ?? former?.name;
  const document = typed ?? former?.document;
  const missing = [
    ...(document === undefined ? ['/document'] : []),
    ...(name === undefined ? ['/name'] : []),
  ];
  if (name !== undefined && document !== undefined) return { name, document, proof: 'none' };
  throw new Problem('invalid', 'Nobody has verified who you are, so a document is needed.', {
    errors: missing.map((path) => ({ in: 'body', path, message: 'is missing' })),
  });
}

function isReachedOtherwise({ opened }: Application, { phone, region, address }: Content): boolean {
  if (!opened) return true;
  const { content } = opened;
  return content.phone !== phone || content.region !== region || content.address !== address;
}

/** Says whether the account shows the code of the person of the verified document now; a claim waits where another account does. */
async function useVerified(
  db: Db,
  applying: Applying,
  { accountId, signedInAt }: Applicant,
  at: ApplicationKey,
  content: Content,
  now: Instant,
): Promise<boolean> {
  const { personId } = await lockHolderOf(db, applying.keys, content.document, now);
  const shown = await shownPerson(db, applying, accountId, personId, now);
  if (shown !== undefined) {
    await stateAbout(db, applying, at, shown, content, now);
    return true;
  }
  const holding = await holderOf(db, personId, now);
  if (holding && holding.accountId !== accountId) {
    mustBeFresh(signedInAt, now);
    const { caseId, isNew } = await openRecovery(db, at, holding, now);
    if (isNew) await takeStep(db, at, 'recovery-opened', now, { personId, caseId });
    return false;
  }
  await grantCode(db, at, personId, { way: 'claims', actor: accountId }, now);
  await stateAbout(db, applying, at, personId, content, now);
  return true;
}

/** Whose code the account shows already, if that is the person or one whose documents are joined to theirs (S3). */
async function shownPerson(
  db: Db,
  { keys }: Applying,
  accountId: string,
  personId: string,
  now: Instant,
): Promise<string | undefined> {
  const application = await readApplication(db, keys, accountId, now);
  if (application?.status !== 'active') return undefined;
  const shown = await personOfAccount(db, accountId);
  return shown !== undefined && (await withKin(db, [personId])).has(shown) ? shown : undefined;
}

/** Without anything verified, what a confirmed application says is stated anew, and another one goes on waiting. */
async function restate(
  db: Db,
  applying: Applying,
  at: ApplicationKey,
  before: Application | undefined,
  content: Content,
  now: Instant,
): Promise<boolean> {
  if (before?.status !== 'active') return false;
  const personId = await personOfAccount(db, at.accountId);
  await stateAbout(db, applying, at, personId!, content, now);
  return true;
}
