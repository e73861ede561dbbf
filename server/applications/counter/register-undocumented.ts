import { randomInt } from 'node:crypto';
import { type Document, documentKey, registrationOf } from '../../../domain/people/document.ts';
import { dayOf, type Instant, parseInstant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import type { Db } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { eraseAfter } from '../../record/retention.ts';
import type { Applying } from '../applying.ts';
import { lockHolderOf, makeDue } from '../grant-code.ts';
import { bindPerson } from '../holdings/bind-person.ts';
import { addWard } from '../holdings/store.ts';
import { sealWard } from '../holdings/wards.ts';
import { putOnRecord } from './put-on-record.ts';
import { type Clerk, lockReferred, noMatch, useReference } from './use-reference.ts';

/** Somebody without a document, and what was shown instead. */
export interface Undocumented {
  readonly reference: string;
  readonly name: string;
  readonly bornOn: string;
  readonly shown: string;
}

/** Nobody is older. */
const MOST_DAYS = 130 * 366;

/**
 * Registers somebody who has no document, such as a child, under a number of the province (S3, S9). Whoever asked for the
 * reference answers for them and shows their code.
 *
 * @throws {Problem} `invalid`; `conflict` for a reference that does not fit; `rate-limited`
 */
export async function registerUndocumented(
  applying: Applying,
  clerk: Clerk,
  undocumented: Undocumented,
): Promise<Document> {
  const now = applying.clock();
  checkBirth(undocumented.bornOn, now);
  const document = await useReference(applying, clerk, now, (db) =>
    register(db, applying, clerk, undocumented, now),
  );
  applying.onAccepted();
  return document;
}

async function register(
  db: Db,
  applying: Applying,
  clerk: Clerk,
  { reference, name, bornOn, shown }: Undocumented,
  now: Instant,
): Promise<Document> {
  const { accountId, status } = await lockReferred(db, applying, clerk, reference, 'ward', now);
  const guardianId = await personOfAccount(db, accountId);
  if (status !== 'active' || guardianId === undefined) throw noMatch();
  const document = await freeNumber(db, applying.keys);
  const { personId, key } = await lockHolderOf(db, applying.keys, document, now);
  await putOnRecord(db, clerk, personId, now);
  await bindPerson(db, { accountId, personId, way: 'ward' }, now);
  await makeDue(db, personId, now);
  const sealedWard = sealWard(key, personId, { name, bornOn, shown });
  const { accountId: actor, authority } = clerk;
  const ward = { guardianId, personId, sealedWard, actor, authority, registeredAt: now };
  await addWard(db, ward, eraseAfter('identity', now));
  return document;
}

async function freeNumber(db: Db, keys: KeyRing): Promise<Document> {
  for (;;) {
    const digits = String(randomInt(100_000)).padStart(5, '0') + String(randomInt(100_000)).padStart(5, '0');
    const document = registrationOf(digits);
    if (!(await findPeople(db, keys, [document])).has(documentKey(document))) return document;
  }
}

function checkBirth(bornOn: string, now: Instant): void {
  const age = dayOf(now) - dayOf(parseInstant(`${bornOn}T00:00:00+08:00`));
  if (age >= 0 && age <= MOST_DAYS) return;
  const errors = [{ in: 'body' as const, path: '/bornOn', message: 'must be a day that has come' }];
  throw new Problem('invalid', 'The birthday is wrong.', { errors });
}
