import type { Phone } from '../../../api/passes/phones.ts';
import { printInstant } from '../../../domain/time.ts';
import { findHolder } from '../../applications/grant-code.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { contextOf, type DataKey, open } from '../../platform/keys/envelope.ts';
import type { PhoneParts } from './phone-parts.ts';
import { livePhones, type PhoneRow } from './store.ts';

/** The phones that show the code of an account; none for an account without a code. */
export async function listPhones(
  { database, keys }: PhoneParts,
  { accountId, personId }: Pick<CitizenSession, 'accountId' | 'personId'>,
): Promise<Phone[]> {
  if (personId === undefined) return [];
  const phones = (await livePhones(database, personId)).filter((phone) => phone.accountId === accountId);
  const found = phones.length > 0 && (await findHolder(database, keys, personId));
  return found ? phones.map((phone) => printPhone(found.holder.key, phone)) : [];
}

/** A phone as its owner sees it. */
export async function showPhone({ database, keys }: PhoneParts, phone: PhoneRow): Promise<Phone> {
  const found = await findHolder(database, keys, phone.personId);
  return printPhone(found!.holder.key, phone);
}

function printPhone(key: DataKey, phone: PhoneRow): Phone {
  const { personId, phoneId, sealedName, boundAt, lastFetchedAt } = phone;
  return {
    phoneId,
    name: open(key, sealedName, contextOf('phone', personId, phoneId)).toString('utf8'),
    boundAt: printInstant(boundAt),
    lastFetchedAt: lastFetchedAt === null ? null : printInstant(lastFetchedAt),
  };
}
