import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
import { mountDisk } from './small-disk.ts';

const PATIENCE_MS = 120_000;
/** Of the disk on which everything lies: an empty database needs half of it. */
const DISK_MEGABYTES = 120;

const disk = mountDisk(DISK_MEGABYTES);
after(disk.unmount);

describe('while the disk is full', { skip: disk.skip }, () => {
  const site = embeddedSite(disk.folder, () => {});
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
    disk.fill(leftBytes);
    const records = madeUpRecords({ name, records: 600, people: 200, firstPerson, now: Date.now() });
    const sending = sendAll([api], ledger, batchesOf(records, 100));
    await worsen();
    await until(() => (ledger.refusals.get('unavailable') ?? 0) > 10, PATIENCE_MS);
    assert.equal(service.child.exitCode, null);
    disk.empty();
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
    disk.fill(0);
    const said = service.said().length;
    process.kill(serverPid(disk.folder)!, 'SIGKILL');
    await until(() => /failed to start|come back/.test(service.said().slice(said)), PATIENCE_MS);
    assert.equal(await service.stop(), 0);
    disk.empty();
  });
});

const NEXT_SEGMENT = sql`select pg_switch_wal(), pg_logical_emit_message(false, 'a test', 'something')`;
