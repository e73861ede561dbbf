import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { DATA, takeBackup } from '../../server/platform/db/backup/take-backup.ts';
import { packedWal, unpackWal } from '../../server/platform/db/backup/wal-files.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { type DatabaseProxy, proxyTo } from './database-proxy.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { type OwnServer, ownServer } from './own-server.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite, waitingToCommit } from './site.ts';

const PATIENCE_MS = 120_000;

/** Everything happens to one installation, so that each account is also one of all that went before. */
describe('a PostgreSQL of one’s own', () => {
  const servers: OwnServer[] = [];
  /** The one that is served from. */
  let primary: OwnServer;
  let proxy: DatabaseProxy;
  const site = databaseSite(
    () => primary.url,
    () => proxy.url,
  );
  const ledger = newLedger();
  let service: ServiceProcess;
  let api: ApiClient;

  before(async () => {
    primary = await ownServer();
    servers.push(primary);
    await primary.start();
    proxy = await proxyTo(primary.url);
    service = await startServing(site, 0);
    [api] = (await newClient(site, [service.url])) as [ApiClient];
  });
  after(async () => {
    await proxy.close();
    for (const server of servers) await server.remove();
  });

  const sendSome = (name: string, firstPerson: number) =>
    sendAll(
      [api],
      ledger,
      batchesOf(madeUpRecords({ name, records: 200, people: 60, firstPerson, now: Date.now() }), 5),
    );
  /** A server takes a setting over when it comes to it: a commit of nothing tells when it has. */
  const letCommitsWait = async () => {
    await primary.set({ synchronous_standby_names: 'nobody' });
    let isWaiting = false;
    const committing = site.onDatabase(async (db) => {
      while (!isWaiting) await db.rows(COMMIT);
    });
    committing.catch(() => {});
    await site.onDatabase((db) => until(async () => (await waitingForStandby(db)) > 0, PATIENCE_MS));
    isWaiting = true;
  };
  const toldFirst = (name: string) => ledger.told.get(`laboratory ${name}-0 1`)?.[0];

  test('that is killed between a commit and its reply has what was committed, once', async () => {
    // It has written a commit to its disk, and waits for a standby that never comes.
    await letCommitsWait();
    const sending = sendSome('mid-commit', 0);
    await site.onDatabase((db) => until(async () => (await waitingToCommit(db)) > 0, PATIENCE_MS));
    await primary.kill();
    assert.equal(toldFirst('mid-commit'), undefined);
    await primary.set({});
    await primary.start();
    await sending;
    const outcomes = [...ledger.told.values()].map(([outcome]) => outcome);
    assert.ok(outcomes.includes('unchanged'), 'something was on record that nobody was told');
    await account({ site, ledger, api });
  });

  test('that is lost gives way to its standby, and nothing that was accepted is lost', async () => {
    const standby = await standbyOf(primary);
    servers.push(standby);
    // From now on no commit is told before a standby has it, be it there yet or not.
    await letCommitsWait();
    await standby.start();
    await primary.set({ synchronous_standby_names: '*', synchronous_commit: 'remote_apply' });
    await site.onDatabase((db) => until(async () => (await standbys(db)) === 1, PATIENCE_MS));
    const people = Array.from({ length: 20 }, (_, i) => madeUpDocument(i));
    const stopLooking = keepLooking(api, service.url, people, freshFrom([...ledger.sent.values()]));
    const sending = sendSome('failover', 1_000);
    await until(() => toldFirst('failover') !== undefined, PATIENCE_MS);
    await primary.kill();
    // Until it is promoted a standby reads and does not write.
    proxy.pointTo(standby.url);
    primary = standby;
    await site.onDatabase(async (db) => {
      await until(async () => (await db.rows(SERVED)).length > 0, PATIENCE_MS);
      const refused = () => ledger.refusals.get('unavailable') ?? 0;
      const before = refused();
      await until(() => refused() > before, PATIENCE_MS);
      await db.rows(sql`select pg_promote()`);
    });
    await sending;
    const seen = await stopLooking();
    assert.equal(seen.broken, 0);
    assert.equal(service.child.exitCode, null);
    await account({ site, ledger, api });
  });
});

/** The connections of the service. */
const SERVED = sql`select from pg_stat_activity where application_name = 'healthcode' and pid <> pg_backend_pid()`;
const COMMIT = sql`select pg_logical_emit_message(true, 'a test', 'something')`;

async function waitingForStandby(db: Db): Promise<number> {
  return (await db.rows(sql`select from pg_stat_activity where wait_event = 'SyncRep'`)).length;
}

async function standbys(db: Db): Promise<number> {
  const rows = await db.rows(sql`select from pg_stat_replication where sync_state = 'sync'`);
  return rows.length;
}

/** A standby, made from a backup of a server that runs (PostgreSQL, "Setting Up a Standby Server"). */
async function standbyOf(primary: OwnServer): Promise<OwnServer> {
  const backup = join(mkdtempSync(join(tmpdir(), 'healthcode-')), 'base');
  const { data, account: owner, run } = primary.cluster;
  const manifest = await takeBackup({ url: primary.url, data, clock: Date.now }, backup);
  const fill = async (folder: string) => {
    const to = join(folder, DATA);
    cpSync(join(backup, DATA), to, { recursive: true });
    const { firstSegment, segmentBytes } = manifest;
    await unpackWal(packedWal([join(backup, 'wal')]), firstSegment, segmentBytes, join(to, 'pg_wal'));
    writeFileSync(join(to, 'standby.signal'), '');
    writeFileSync(join(to, 'postgresql.auto.conf'), `primary_conninfo = 'host=${run} user=postgres'\n`);
    if (owner.isOther) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, to]);
  };
  const server = await ownServer({ fill });
  rmSync(join(backup, '..'), { recursive: true });
  return server;
}
