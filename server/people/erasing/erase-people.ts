import type { Instant } from '../../../domain/time.ts';
import { endSlotsOf } from '../../passes/slots/add-slot.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { closedPeople, deletePeople } from './store.ts';

/** People in one transaction, which then is over in a moment. */
const TOGETHER = 100;

/** Takes away what is left of people whose data key is destroyed (D3). That their slots have ended stays known. */
export async function erasePeople(
  db: Db,
  eraser: Database,
  personIds: readonly string[],
  now: Instant,
): Promise<void> {
  if (personIds.length === 0) return;
  await endSlotsOf(db, personIds, now);
  await eraser.transaction((db) => deletePeople(db, personIds));
}

/** The same for everybody of whom something is left, because a process died after the key was destroyed. */
export async function eraseClosedPeople(db: Db, eraser: Database, now: Instant): Promise<number> {
  let erased = 0;
  for (;;) {
    const personIds = await closedPeople(db, TOGETHER);
    await erasePeople(db, eraser, personIds, now);
    erased += personIds.length;
    if (personIds.length < TOGETHER) return erased;
  }
}
