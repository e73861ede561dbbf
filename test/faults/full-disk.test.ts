import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { serverPid } from '../embedded.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { embeddedSite } from './site.ts';

const PATIENCE_MS = 60_000;
/** Of the disk on which everything lies: an empty database needs half of it. */
const DISK_MEGABYTES = 120;

const disk = mountDisk();

describe('while the disk is full', { skip: disk.skip }, () => {
  const site = embeddedSite(disk.folder, disk.unmount);
  const ledger = newLedger();
  let service: ServiceProcess;
  let api: ApiClient;

  before(async () => {
    service = await startServing(site, 0);
    [api] = (await newClient(site, [service.url])) as [ApiClient];
    const records = madeUpRecords({ name: 'before', records: 60, people: 20, now: Date.now() });
    await sendAll([api], ledger, batchesOf(records, 20));
    await account({ site, ledger, api });
  });

  /** Sends on a disk with so little room left, until it has been refused for a while, and then with room again. */
  const whileFull = async (name: string, firstPerson: number, leftBytes: number, worsen = async () => {}) => {
    const people = Array.from({ length: 20 }, (_, i) => madeUpDocument(i));
    const stopLooking = keepLooking(api, service.url, people, freshFrom([...ledger.sent.values()]));
    const free = fill(disk.folder, leftBytes);
    const records = madeUpRecords({ name, records: 600, people: 200, firstPerson, now: Date.now() });
    const sending = sendAll([api], ledger, batchesOf(records, 100));
    await worsen();
    await until(() => (ledger.refusals.get('unavailable') ?? 0) > 10, PATIENCE_MS);
    assert.equal(service.child.exitCode, null);
    free();
    await sending;
    const seen = await stopLooking();
    assert.equal(seen.broken, 0);
    await account({ site, ledger, api });
    ledger.refusals.clear();
  };

  test('for tables, nothing that was accepted is lost, and all goes on when there is room again', () =>
    whileFull('tables', 1_000, 1 << 18));

  test('for the journal, nothing that was accepted is lost, and all goes on when there is room again', () =>
    whileFull('journal', 2_000, 8 << 20, () =>
      site.onDatabase(async (db) => {
        for (let i = 0; i < 4; i++) await db.rows(NEXT_SEGMENT).catch(() => {});
      }),
    ));

  test('and the database dies, the service can be stopped', async () => {
    const free = fill(disk.folder, 0);
    const said = service.said().length;
    process.kill(serverPid(disk.folder)!, 'SIGKILL');
    await until(() => /failed to start|come back/.test(service.said().slice(said)), PATIENCE_MS);
    assert.equal(await service.stop(), 0);
    free();
  });
});

const NEXT_SEGMENT = sql`select pg_switch_wal(), pg_logical_emit_message(false, 'a test', 'something')`;

interface Disk {
  readonly folder: string;
  readonly skip: string | false;
  readonly unmount: () => void;
}

/** A small disk in memory, where this may be mounted. */
function mountDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    remove();
    return { folder, skip: 'only where a disk can be mounted', unmount: () => {} };
  }
  return {
    folder,
    skip: false,
    unmount: () => {
      spawnSync('umount', ['-l', folder]);
      remove();
    },
  };
}

/** Fills the disk of a folder but for so many bytes. The returned function makes room again. */
function fill(folder: string, leftBytes: number): () => void {
  const file = join(folder, 'filling');
  const handle = openSync(file, 'w');
  const { bavail, bsize } = statfsSync(folder);
  const block = Buffer.alloc(1 << 20);
  for (let left = bavail * bsize - leftBytes; left > 0; left -= block.length)
    writeSync(handle, block, 0, Math.min(left, block.length));
  closeSync(handle);
  return () => rmSync(file);
}
