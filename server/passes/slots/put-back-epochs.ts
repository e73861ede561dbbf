import { epochAt } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import type { EpochKeys } from '../../record/removals/epoch-keys.ts';
import { addCardKey, addEpoch, lastEpoch } from './store.ts';

/**
 * Puts the keys of the epochs that were made after the instant to which a database was restored back on record: passes of them
 * are about. Where nobody has kept them, those epochs stay closed, since by another key a pass would name somebody else.
 * Returns how many do.
 */
export async function putBackEpochs(
  db: Db,
  kept: EpochKeys | undefined,
  parameters: TrustParameters,
  now: Instant,
): Promise<number> {
  if (kept) {
    for (const row of kept.epochs) await addEpoch(db, row, now);
    if (kept.cardKey) await addCardKey(db, kept.cardKey, now);
    return 0;
  }
  const current = epochAt(now, parameters);
  const last = current + parameters.epochsAhead + 1;
  const first = Math.max(current, ((await lastEpoch(db)) ?? -1) + 1);
  for (let epoch = first; epoch <= last; epoch++)
    await addEpoch(db, { epoch, capacity: 1, cardCapacity: 1, sealedKey: null }, now);
  return Math.max(0, last - first + 1);
}
