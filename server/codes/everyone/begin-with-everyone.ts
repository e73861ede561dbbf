import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { addShares, shares } from './store.ts';

/**
 * Everybody is to be looked at again, by the rules that are in force. What was broken off with the same rules goes on; with
 * others it begins anew. Whoever works shares it from then on.
 */
export async function beginWithEveryone(
  { store, rules }: Pick<Installation, 'store' | 'rules'>,
  now: Instant,
): Promise<void> {
  await rules.refresh();
  const inForce = rules.at(now).compiled.id;
  await store.app.transaction(async (db) => {
    const left = await shares(db);
    if (left.length > 0 && left.every((share) => share.rules === inForce)) return;
    await addShares(db, timeUuid(now), inForce, now);
  });
}
