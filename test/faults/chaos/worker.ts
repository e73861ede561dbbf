import { setTimeout as sleep } from 'node:timers/promises';
import { shares } from '../../../server/codes/everyone/store.ts';
import type { Database } from '../../../server/platform/db/database.ts';
import { sql } from '../../../server/platform/db/sql.ts';
import { until } from '../../until.ts';
import { startProcess } from '../service-process.ts';
import { PATIENCE_MS } from './fault.ts';
import type { Ground } from './ground.ts';

const LOOK_MS = 100;
const LOOKS = 3;

/** Kills a worker that has shares of the people under way, and waits until others have done them. */
export async function killWorker({ site }: Ground): Promise<void> {
  // So slow that the services, which share the work, have long done the rest when it has not.
  const worker = startProcess(site, ['reassess', '--all', '--rate', '1']);
  await site.onDatabase((db) => until(() => isInMidBucket(db), PATIENCE_MS)).finally(worker.kill);
  await site.onDatabase((db) => until(async () => (await shares(db)).length === 0, PATIENCE_MS));
}

/** Whether for a while there are shares left, and somebody works on each of them. */
async function isInMidBucket(db: Database): Promise<boolean> {
  for (let i = 0; i < LOOKS; i++) {
    const left = await shares(db);
    const free = await db.rows(sql`select from everyone_share for update skip locked`);
    if (left.length === 0 || free.length > 0) return false;
    await sleep(LOOK_MS);
  }
  return true;
}
