import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { until } from '../../../../test/until.ts';
import { archiveFailure } from '../backup/archive-failure.ts';
import { type Database, openDatabase } from '../database.ts';
import { startEmbedded } from '../embedded.ts';
import { sql } from '../sql.ts';
import { archiveIn } from './archive.ts';
import { ADMINISTRATOR } from './cluster.ts';

/** A server on a folder, and a way into it. */
async function started(t: TestContext, folder: string, archive?: string) {
  const embedded = await startEmbedded({ folder, fast: true, ...(archive !== undefined && { archive }) });
  const database = openDatabase({ url: embedded.url(ADMINISTRATOR, ADMINISTRATOR), connections: 1 });
  const stop = async () => {
    await database.close();
    await embedded.stop();
  };
  t.after(stop);
  return { database, stop };
}

/** Ends the file of the journal that is written to, and says which it is. */
async function nextSegment(database: Database): Promise<string> {
  await database.rows(sql`select pg_logical_emit_message(false, 'a test', 'something')`);
  const [row] = await database.rows<{ name: string }>(sql`select pg_walfile_name(pg_switch_wal()) as name`);
  return row!.name;
}

describe('the journal of the embedded server', () => {
  const folder = temporaryFolder();
  // A name that a shell and PostgreSQL would each read otherwise.
  const archive = join(temporaryFolder(), `it's 100 %f`);
  chmodSync(join(archive, '..'), 0o711);
  const archived = (segment: string) => join(archive, 'wal', `${segment}.gz`);

  test('is archived as it is, also by whoever starts the server without being told', async (t) => {
    for (const told of [archive, undefined]) {
      const { database, stop } = await started(t, folder, told);
      const segment = await nextSegment(database);
      await until(() => existsSync(archived(segment)));
      assert.ok(gunzipSync(readFileSync(archived(segment))).includes('something'));
      assert.equal(await archiveFailure(database), undefined);
      await stop();
    }
  });

  test('never replaces a file of another content, and its failure is seen', async (t) => {
    const { database, stop } = await started(t, folder);
    const [row] = await database.rows<{ name: string }>(
      sql`select pg_walfile_name(pg_current_wal_lsn()) as name`,
    );
    writeFileSync(archived(row!.name), 'another', { mode: 0o644 });
    assert.equal(await nextSegment(database), row!.name);
    await until(async () => (await archiveFailure(database)) === row!.name);
    assert.equal(readFileSync(archived(row!.name), 'utf8'), 'another');
    await stop();
  });

  test('cannot be sent elsewhere while the server runs, and no longer goes anywhere when that is said', async (t) => {
    const { stop } = await started(t, folder);
    await assert.rejects(
      startEmbedded({ folder, archive: 'none' }),
      /runs already, and archives its journal/,
    );
    await stop();
    await (await started(t, folder, 'none')).stop();
    assert.equal(archiveIn(folder), undefined);
  });

  test('does not go where that of another database is', async () => {
    await assert.rejects(
      startEmbedded({ folder: temporaryFolder(), fast: true, archive }),
      /holds the backups of another database/,
    );
  });
});
