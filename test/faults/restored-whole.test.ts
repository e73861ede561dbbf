import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Instant, printInstant } from '../../domain/time.ts';
import { countDue } from '../../server/codes/store.ts';
import { ADMINISTRATOR } from '../../server/platform/db/embedded/cluster.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { until } from '../until.ts';
import { doEverything, STAY_EMPTY } from './everything.ts';
import { newClient } from './sending.ts';
import { startProcess, startServing } from './service-process.ts';
import { embeddedSite } from './site.ts';
import { everyRow } from './stored.ts';

const PATIENCE_MS = 120_000;
/** What a restore writes on purpose: that it was, that nobody publishes, that everybody signs in again. */
const WRITTEN = ['restoration', 'session', 'status_turn'];

/** Under load it is restored by `restored.test.ts`; here everything that is ever written is there to be compared. */
describe('a database in which every table holds something', () => {
  const [site, other] = [embeddedSite(), embeddedSite()];
  const lost = site.dataFolder!;
  const backups = mkdtempSync(join(tmpdir(), 'healthcode-'));
  chmodSync(backups, 0o711);
  site.onEnd(() => rmSync(backups, { recursive: true, force: true }));
  let rows: ReadonlyMap<string, readonly string[]>;
  let to: Instant;

  before(async () => {
    const service = await startServing(site, 0, ['--archive', backups]);
    const databaseUrl = `postgres://${ADMINISTRATOR}@localhost/healthcode?host=${encodeURIComponent(join(lost, 'run'))}`;
    const published = () => fetch(`${service.url}/api/v1/trust/status/head`);
    await until(async () => (await published()).ok, PATIENCE_MS);
    const backup = startProcess(site, ['backup', backups]);
    assert.equal(await backup.ended, 0, backup.said());
    await doEverything(site, databaseUrl, service.url);
    await site.onDatabase((db) =>
      until(async () => (await countDue(db, Date.now())) === 0, PATIENCE_MS).then(() => sleep(1_500)),
    );
    assert.equal(await service.stop(), 0);
    const resting = await startServing(site, 0, ['--archive', backups]);
    await site.onDatabase(async (db) => {
      // The service publishes at its own pace: the instant is one at which it did not.
      for (let isStill = false; !isStill; isStill = isDeepStrictEqual(await everyRow(db), rows)) {
        rows = await everyRow(db);
        to = Date.now();
        await sleep(5);
      }
      // What comes later must not be there, and the journal has to reach beyond the instant.
      await newClient(site, []);
      const [segment] = await db.rows<{ name: string }>(sql`select pg_walfile_name(pg_switch_wal()) as name`);
      await until(() => readdirSync(join(backups, 'wal')).includes(`${segment!.name}.gz`), PATIENCE_MS);
    });
    await resting.kill();
  });

  test('has no table that nothing was written to, but those of which it is said why', () => {
    // The parts of a table are one.
    const tables = new Map<string, number>();
    for (const [part, texts] of rows) {
      const table = part.replace(/_\d+$/, '');
      tables.set(table, (tables.get(table) ?? 0) + texts.length);
    }
    const empty = [...tables].filter(([, count]) => count === 0).map(([table]) => table);
    assert.deepEqual(empty, Object.keys(STAY_EMPTY));
  });

  test('is restored with every row of every table, and no other', async () => {
    cpSync(join(lost, 'keys'), join(other.dataFolder!, 'keys'), { recursive: true });
    const command = startProcess(other, ['restore', backups, '--to', printInstant(to)]);
    assert.equal(await command.ended, 0, command.said());
    const service = await startServing(other, 0);
    const restored = await other.onDatabase(everyRow);
    await service.kill();
    assert.deepEqual([...restored.keys()], [...rows.keys()]);
    for (const [table, texts] of restored)
      if (!WRITTEN.includes(table)) assert.deepEqual(texts, rows.get(table), table);
  });
});
