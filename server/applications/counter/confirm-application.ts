import { type Document, documentKey } from '../../../domain/people/document.ts';
import type { Instant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import type { Db } from '../../platform/db/database.ts';
import type { Applying } from '../applying.ts';
import { grantCode, lockHolderOf, stateAbout } from '../grant-code.ts';
import { holderOf, takeCode } from '../holdings/bind-person.ts';
import { tell } from '../notices/notices.ts';
import { writeApplication } from '../write-application.ts';
import { joinDocuments } from './join-documents.ts';
import { putOnRecord } from './put-on-record.ts';
import { type Clerk, lockReferred, noMatch, useReference } from './use-reference.ts';

/** What a counter has seen. */
export interface Seen {
  readonly reference: string;
  readonly document: Document;
  /** As the document has it. */
  readonly name: string;
}

/** What came of it. */
export type Confirmed = 'confirmed' | 'recovered' | 'waits-for-second';

/**
 * Confirms an application by a document that lies on the counter, which must be the one that was typed. Whoever showed
 * the code until then loses it. A counter works for everybody, wherever they stay (S3), and is on record.
 *
 * @throws {Problem} `conflict` when anything does not fit, without telling what; `rate-limited`
 */
export async function confirmApplication(applying: Applying, clerk: Clerk, seen: Seen): Promise<Confirmed> {
  const now = applying.clock();
  const outcome = await useReference(applying, clerk, now, (db) => confirm(db, applying, clerk, seen, now));
  applying.onAccepted();
  return outcome;
}

async function confirm(
  db: Db,
  applying: Applying,
  clerk: Clerk,
  { reference, document, name }: Seen,
  now: Instant,
): Promise<Confirmed> {
  const application = await lockReferred(db, applying, clerk, reference, 'document', now);
  const { content } = application.opened;
  const expected = application.status === 'pending' ? content.document : content.further;
  if (!expected || documentKey(expected) !== documentKey(document)) throw noMatch();
  if (application.status === 'active') {
    const own = (await personOfAccount(db, application.accountId))!;
    return joinDocuments(db, applying, clerk, application, { personId: own, document }, now);
  }
  const { personId } = await lockHolderOf(db, applying.keys, document, now);
  await putOnRecord(db, clerk, personId, now);
  const holding = await holderOf(db, personId, now);
  const isTaken = holding !== undefined && holding.accountId !== application.accountId;
  if (isTaken || holding?.way === 'ward') await takeCode(db, holding!, now);
  const confirmed = { ...content, name, proof: 'counter' as const };
  const { accountId, endsAt } = application;
  const at = await writeApplication(db, applying.keys, accountId, application, confirmed, endsAt, now);
  const { accountId: actor, authority } = clerk;
  await grantCode(db, at, personId, { way: isTaken ? 'recovery' : 'counter', actor, authority }, now);
  await tell(db, accountId, 'application-confirmed', now);
  await stateAbout(db, applying, at, personId, confirmed, now);
  return isTaken ? 'recovered' : 'confirmed';
}
