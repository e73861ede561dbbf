import { type Document, documentKey } from '../../../domain/people/document.ts';
import type { Instant } from '../../../domain/time.ts';
import { acceptDeliveries } from '../../evidence/accept-deliveries.ts';
import { readDelivery } from '../../evidence/read-delivery.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import type { Applying } from '../applying.ts';
import { findHolder, lockHolderOf } from '../grant-code.ts';
import { holderOf, takeCode } from '../holdings/bind-person.ts';
import { tell } from '../notices/notices.ts';
import type { Application } from '../read-application.ts';
import { takeStep, writeApplication } from '../write-application.ts';
import { putOnRecord } from './put-on-record.ts';
import { type Clerk, noMatch } from './use-reference.ts';

/** Under which source and client the decision of two members of staff is on record. */
const SOURCE = 'province-office';
const CLIENT = 'counter';

/**
 * A further document of somebody who shows a code already. That two documents are of one person is decided by two (S3):
 * the first member of staff is written down, the second makes it evidence.
 */
export async function joinDocuments(
  db: Db,
  applying: Applying,
  clerk: Clerk,
  application: Application,
  { personId, document }: { readonly personId: string; readonly document: Document },
  now: Instant,
): Promise<'confirmed' | 'waits-for-second'> {
  const { actor, authority } = { actor: clerk.accountId, authority: clerk.authority };
  const further = await lockHolderOf(db, applying.keys, document, now);
  await putOnRecord(db, clerk, further.personId, now);
  const isSecond = application.steps.some(
    (one) =>
      one.step === 'document-seen' && one.personId === further.personId && one.actor !== clerk.accountId,
  );
  if (!isSecond) {
    await takeStep(db, application, 'document-seen', now, { personId: further.personId, actor, authority });
    return 'waits-for-second';
  }
  const holding = await holderOf(db, further.personId, now);
  if (holding && holding.accountId !== application.accountId) await takeCode(db, holding, now);
  await stateIdentity(db, applying, application.applicationId, personId, document, now);
  await takeStep(db, application, 'documents-joined', now, { personId: further.personId, actor, authority });
  await forgetFurther(db, applying, application, now);
  await tell(db, application.accountId, 'application-confirmed', now);
  return 'confirmed';
}

/**
 * States that two documents are of one person. The contract of no source but those of colour.md holds the kind; this is
 * the decision of two at a counter, which colour.md names beside them, and which reaches intake by this way alone.
 */
async function stateIdentity(
  db: Db,
  { keys, lists }: Applying,
  applicationId: string,
  personId: string,
  sameAs: Document,
  now: Instant,
): Promise<void> {
  const found = await findHolder(db, keys, personId);
  if (!found) throw passingProblem('unavailable', 'The document is still being erased.', 5);
  const { document } = found;
  if (documentKey(document) === documentKey(sameAs)) throw noMatch();
  const id = `${applicationId}-documents-${timeUuid(now)}`;
  const record = { source: SOURCE, id, version: 1, kind: 'identity', person: { document } };
  const terms = {
    ...{ batchId: timeUuid(now), clientId: CLIENT, receivedAt: now, keepsTimes: false, lists: lists() },
    ...{ sources: [SOURCE], contracts: new Map([[SOURCE, ['identity']]]), approved: true },
  };
  const incoming = [{ position: 1, value: { ...record, data: { document, sameAs } } }];
  await acceptDeliveries(db, keys, [readDelivery(keys, terms, incoming)], now);
}

async function forgetFurther(db: Db, { keys }: Applying, application: Application, now: Instant) {
  const { further: _, ...content } = application.opened!.content;
  const { accountId, endsAt } = application;
  await writeApplication(db, keys, accountId, application, content, endsAt, now);
}
