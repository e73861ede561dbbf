import { tell } from '../../applications/notices/notices.ts';
import { lockPerson } from '../../people/store.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { endPhone } from './end-phones.ts';
import { type PhoneParts, personShownBy } from './phone-parts.ts';
import { livePhones } from './store.ts';

/**
 * Removes a phone of whoever asks, and tells the account.
 *
 * @throws {Problem} `not-found` for every other phone, `conflict` without a code
 */
export async function removePhone(
  parts: PhoneParts,
  session: Pick<CitizenSession, 'accountId' | 'personId'>,
  phoneId: string,
): Promise<void> {
  const { database, clock } = parts;
  const personId = await personShownBy(parts, session);
  await database.transaction(async (db) => {
    const now = clock();
    await lockPerson(db, personId);
    const phone = (await livePhones(db, personId)).find((one) => one.phoneId === phoneId);
    if (phone?.accountId !== session.accountId) throw noSuchPhone();
    await endPhone(db, phone, 'removed', now);
    await tell(db, session.accountId, 'phone-removed', now);
  });
}

/** The same whether there is no such phone, it has ended, or it is another's. */
export function noSuchPhone(): Problem {
  return new Problem('not-found', 'This account has no such phone.');
}
