import type { Database, Db } from '../../platform/db/database.ts';
import { closedPeople, deletePeople } from './store.ts';

/** People in one transaction, which then is over in a moment. */
const TOGETHER = 100;

/** Takes away what is left of people whose data key is destroyed (D3). */
export async function erasePeople(eraser: Database, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  await eraser.transaction((db) => deletePeople(db, personIds));
}

/** The same for everybody of whom something is left, because a process died after the key was destroyed. */
export async function eraseClosedPeople(db: Db, eraser: Database): Promise<number> {
  let erased = 0;
  for (;;) {
    const personIds = await closedPeople(db, TOGETHER);
    await erasePeople(eraser, personIds);
    erased += personIds.length;
    if (personIds.length < TOGETHER) return erased;
  }
}
