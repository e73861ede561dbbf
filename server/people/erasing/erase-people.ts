import type { Instant } from '../../../domain/time.ts';
import { waitForBuckets } from '../../codes/buckets/store.ts';
import { endSlotsOf } from '../../passes/slots/add-slot.ts';
import type { Database } from '../../platform/db/database.ts';
import { bucketOf } from '../../platform/db/uuid.ts';
import { closedPeople, deletePeople } from './store.ts';

/** People in one transaction, which then is over in a moment. */
const TOGETHER = 100;

/**
 * Takes away what is left of people whose data key is destroyed (D3). That their slots have ended stays known, by an instant of
 * its own transaction: gates are told of what ended lately. Whoever has their evidence in hand is waited for, or what they
 * conclude from it would be written after everything has gone.
 */
export async function erasePeople(
  database: Database,
  eraser: Database,
  personIds: readonly string[],
  clock: () => Instant,
): Promise<void> {
  if (personIds.length === 0) return;
  await database.transaction((db) => endSlotsOf(db, personIds, clock()));
  await database.transaction(async (db) => {
    await waitForBuckets(db, [...new Set(personIds.map(bucketOf))]);
    await eraser.transaction((one) => deletePeople(one, personIds));
  });
}

/** The same for everybody of whom something is left, because a process died after the key was destroyed. */
export async function eraseClosedPeople(
  database: Database,
  eraser: Database,
  clock: () => Instant,
): Promise<number> {
  let erased = 0;
  for (;;) {
    const personIds = await closedPeople(database, TOGETHER);
    await erasePeople(database, eraser, personIds, clock);
    erased += personIds.length;
    if (personIds.length < TOGETHER) return erased;
  }
}
