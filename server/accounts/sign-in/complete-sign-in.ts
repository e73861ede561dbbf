import type { ClosedLists } from '../../../domain/evidence/kinds.ts';
import { type Document, documentKey } from '../../../domain/people/document.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import { releaseCode } from '../../applications/holdings/bind-person.ts';
import { readDossiers, withKin } from '../../codes/dossiers.ts';
import type { SignIn } from '../../config.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { lockPerson } from '../../people/store.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import type { Session, VerifiedIdentity } from '../../platform/http/rules.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { eraseAfter } from '../../record/retention.ts';
import { type Account, findOrAddAccount } from '../find-or-add-account.ts';
import { COUNTS_ALONE_MS, SESSION_MS, type SealedSession } from '../session-cookie.ts';
import { addSession, endSession, noteSignIn, setPersonOfAccount } from '../store.ts';
import { readStaff, readVerification } from './claims.ts';
import type { SignedIn } from './identity-provider.ts';

/** What completing a sign-in needs. */
export interface CompletionParts {
  readonly db: Database;
  readonly keys: KeyRing;
  readonly lists: () => ClosedLists;
  readonly settings: Pick<SignIn, 'trustFrameworks' | 'twoFactorAcr'>;
  /** Told of a verified document, in the transaction that begins the session; the account is locked. */
  readonly onVerified: OnVerified;
}

export type OnVerified = (db: Db, accountId: string, document: Document, now: Instant) => Promise<void>;

/** The session that begins, or why none does. */
export type Completed =
  | { readonly sealed: SealedSession; readonly unreadable: string | undefined }
  | { readonly refusal: 'refused' | 'unverified' };

/** Who comes back from the provider, and the session that the browser has had until now. */
export interface Return {
  readonly as: 'citizen' | 'staff';
  readonly signedIn: SignedIn;
  readonly before: string | undefined;
}

/**
 * Begins the session of somebody whom the provider has recognised: always a new one, so that nobody can have planted it;
 * the one before ends. An account whose verified document is another person's now has passed to somebody else, as
 * telephone numbers do: it loses the code and all its sessions.
 */
export async function completeSignIn(
  { db, keys, lists, settings, onVerified }: CompletionParts,
  { as, signedIn, before }: Return,
  now: Instant,
): Promise<Completed> {
  const staff = as === 'staff' ? readStaff(signedIn.claims, settings.twoFactorAcr) : undefined;
  if (as === 'staff' && !staff) return { refusal: 'refused' };
  const verification = readVerification(signedIn.claims, settings.trustFrameworks);
  const verified = as === 'citizen' && verification.kind === 'verified' ? verification.identity : undefined;
  const unreadable = as === 'citizen' && verification.kind === 'unreadable' ? verification.why : undefined;
  return db.transaction(async (transaction) => {
    const account = await findOrAddAccount(transaction, keys, signedIn, now);
    if (as === 'citizen' && !verified && account.verifiedAt !== null) return { refusal: 'unverified' };
    const personId = verified
      ? await personLeft({ db: transaction, keys, lists }, account, verified, now)
      : account.personId;
    if (verified) await onVerified(transaction, account.accountId, verified.document, now);
    await noteSignIn(
      transaction,
      account.accountId,
      verified !== undefined,
      now,
      eraseAfter('identity', now),
    );
    if (before !== undefined) await endSession(transaction, before, now);
    const sealed = await beginSession(transaction, account.accountId, now);
    const common = { ...sealed.ids, signedInAt: Math.min(signedIn.shownAt ?? now, now) };
    const session: Session = staff
      ? { kind: 'staff', ...common, ...staff }
      : {
          kind: 'citizen',
          ...common,
          ...(personId !== null && { personId }),
          ...(verified && { verified }),
        };
    return { sealed: { session, endsAt: sealed.endsAt, renewAfter: now + COUNTS_ALONE_MS }, unreadable };
  });
}

async function beginSession(db: Db, accountId: string, now: Instant) {
  const ids = { sessionId: timeUuid(now), accountId };
  const endsAt = now + SESSION_MS;
  await addSession(db, { ...ids, startedAt: now, endsAt, eraseAfter: eraseAfter('working', now) });
  return { ids, endsAt };
}

/** What it takes to find out whose a document is. */
type Finding = Pick<CompletionParts, 'keys' | 'lists'> & { readonly db: Db };

/** Whose code the account goes on to show: null when the verified document is not that person's. */
async function personLeft(
  finding: Finding,
  { accountId, personId }: Account,
  verified: VerifiedIdentity,
  now: Instant,
): Promise<string | null> {
  if (personId === null || (await isDocumentOf(finding, verified, personId))) return personId;
  const { db } = finding;
  await lockPerson(db, personId);
  await releaseCode(db, accountId, personId, 'other-document', now);
  await setPersonOfAccount(db, accountId, null, now);
  return null;
}

/** Whether a document is the person's, or one that an identity record joins to theirs now (S3). */
async function isDocumentOf(
  { db, keys, lists }: Finding,
  { document }: VerifiedIdentity,
  personId: string,
): Promise<boolean> {
  const found = (await findPeople(db, keys, [document])).get(documentKey(document));
  if (found === undefined || found === personId) return found === personId;
  const kin = await withKin(db, [personId]);
  if (!kin.has(found)) return false;
  const { dossiers, unreadable } = await readDossiers(db, keys, lists(), kin, NEVER);
  // Nobody loses a code because something cannot be read.
  if (unreadable.has(personId)) throw unreadable.get(personId);
  return dossiers.some((dossier) => dossier.personId === personId && dossier.joined.includes(found));
}
