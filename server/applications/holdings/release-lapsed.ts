import { lockAccount, personOfAccount, setPersonOfAccount } from '../../accounts/store.ts';
import { lockPerson } from '../../people/store.ts';
import type { Applying } from '../applying.ts';
import { readApplication } from '../read-application.ts';
import { accountsPastVisits } from '../store.ts';
import { releaseCode } from './bind-person.ts';

/**
 * Takes the code from the accounts of visitors who have left, for the work of each hour: what says when they left is
 * erased three weeks later, and no account is to show a code then because nothing says otherwise. Returns how many.
 */
export async function releaseLapsed({ database, keys, clock }: Applying): Promise<number> {
  let released = 0;
  for (const accountId of await accountsPastVisits(database, clock())) {
    const isReleased = await database.transaction(async (db) => {
      const now = clock();
      await lockAccount(db, accountId);
      const personId = await personOfAccount(db, accountId);
      const application = await readApplication(db, keys, accountId, now);
      if (personId === undefined || application?.status === 'active') return false;
      await lockPerson(db, personId);
      await releaseCode(db, accountId, personId, 'lapsed', now);
      await setPersonOfAccount(db, accountId, null, now);
      return true;
    });
    if (isReleased) released++;
  }
  return released;
}
