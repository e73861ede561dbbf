import { bindingProof } from '../../../api/passes/phone-proofs.ts';
import { mustBeFresh } from '../../applications/applying.ts';
import { findHolder } from '../../applications/grant-code.ts';
import { holderOf } from '../../applications/holdings/bind-person.ts';
import { tell } from '../../applications/notices/notices.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { contextOf, seal } from '../../platform/keys/envelope.ts';
import { eraseAfter } from '../../record/retention.ts';
import { addSlot } from '../slots/add-slot.ts';
import { withoutCode } from '../without-code.ts';
import { type PhoneParts, personShownBy } from './phone-parts.ts';
import { mustBeProved, readPublicKey } from './proofs.ts';
import { addPhone, livePhones, type PhoneRow } from './store.ts';

/** What a phone says of itself. */
export interface NewPhone {
  /** A compressed point on P-256, base64url. */
  readonly publicKey: string;
  readonly name: string;
  /** Its signature, base64url. */
  readonly proof: string;
}

/** Phones of one person that live at the same time (S7). */
export const MOST_PHONES = 3;

/**
 * Binds a phone to the code that an account shows, and tells the account. A key that is bound already stays as it is.
 *
 * @throws {Problem} `unauthenticated` without a fresh sign-in, `invalid` without the key, `conflict` without a code or
 *   beyond {@link MOST_PHONES}
 */
export async function bindPhone(
  parts: PhoneParts,
  session: Pick<CitizenSession, 'accountId' | 'personId' | 'signedInAt'>,
  { publicKey, name, proof }: NewPhone,
): Promise<PhoneRow> {
  const { database, clock } = parts;
  const now = clock();
  mustBeFresh(session.signedInAt, now);
  const key = readPublicKey(publicKey, '/publicKey');
  mustBeProved(key, bindingProof(publicKey), proof);
  const personId = await personShownBy(parts, session);
  return database.transaction(async (db) => {
    await lockPerson(db, personId);
    if ((await holderOf(db, personId, now))?.accountId !== session.accountId) throw withoutCode();
    const live = await livePhones(db, personId);
    const known = live.find((phone) => phone.publicKey.equals(key));
    if (known) return known;
    if (live.length >= MOST_PHONES)
      throw new Problem('conflict', 'The list of phones is full: remove one of the three first.');
    const phone = await makePhone(db, parts, personId, session.accountId, key, name);
    await tell(db, session.accountId, 'phone-bound', now);
    return phone;
  });
}

async function makePhone(
  db: Db,
  { keys, clock }: PhoneParts,
  personId: string,
  accountId: string,
  publicKey: Buffer,
  name: string,
): Promise<PhoneRow> {
  const now = clock();
  const phoneId = timeUuid(now);
  const found = await findHolder(db, keys, personId);
  if (!found) throw withoutCode();
  const sealedName = seal(found.holder.key, Buffer.from(name), contextOf('phone', personId, phoneId));
  const slot = await addSlot(db, { personId, kind: 'phone', bearerId: phoneId }, now);
  const phone = { personId, phoneId, accountId, publicKey, slot, sealedName, boundAt: now };
  await addPhone(db, phone, eraseAfter('identity', now));
  return { ...phone, lastFetchedAt: null };
}
