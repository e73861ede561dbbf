import assert from 'node:assert/strict';
import { LANES } from '../../../server/codes/everyone/help-with-everyone.ts';
import { shares } from '../../../server/codes/everyone/store.ts';
import { until } from '../../until.ts';
import { startProcess } from '../service-process.ts';
import { holdTable, waitingForLocks } from '../site.ts';
import { PATIENCE_MS } from './fault.ts';
import type { Ground } from './ground.ts';

/** Kills a worker that has a share of the people under way, and has another one do what is left. */
export async function killWorker({ site, services }: Ground): Promise<void> {
  // So slow that nobody is done before it is killed.
  const worker = startProcess(site, ['reassess', '--all', '--rate', '1']);
  try {
    await site.onDatabase((db) => until(async () => (await shares(db)).length > 0, PATIENCE_MS));
    // Whoever has locked a share waits, until so many do that the worker is among them.
    const release = await holdTable(site, 'everyone_pace');
    const others = services.length * LANES;
    await site
      .onDatabase((db) => until(async () => (await waitingForLocks(db)) > others, PATIENCE_MS))
      .finally(worker.kill)
      .finally(release);
  } finally {
    await worker.kill();
  }
  const other = startProcess(site, ['reassess', '--all']);
  assert.equal(await other.ended, 0, other.said());
  await site.onDatabase((db) => until(async () => (await shares(db)).length === 0, PATIENCE_MS));
}
