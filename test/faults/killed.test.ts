import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { serverPid } from '../embedded.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords, type Stated } from './made-up-evidence.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { freePort, type ServiceProcess, startProcess, startServing } from './service-process.ts';
import { embeddedSite, holdTable, waitingForLocks, waitingToCommit } from './site.ts';

const PATIENCE_MS = 120_000;

/** Everything happens to one installation, so that each account is also one of all that went before. */
describe('kill -9', () => {
  const site = embeddedSite();
  const ledger = newLedger();
  let port = 0;
  let service: ServiceProcess;
  let clients: ApiClient[];
  const api = () => clients[0]!;

  before(async () => {
    port = await freePort();
    service = await startServing(site, port);
    clients = [...(await newClient(site, [service.url])), ...(await newClient(site, [service.url]))];
  });

  const again = async () => {
    service = await startServing(site, port);
  };
  const records = (name: string, firstPerson: number): Stated[] =>
    madeUpRecords({ name, records: 240, people: 80, firstPerson, now: Date.now() });
  /** Each client has lanes of its own. */
  const sendByAll = (batches: readonly (readonly Stated[])[], keys?: string) =>
    Promise.all(
      clients.map((client, i) =>
        sendAll(
          [client],
          ledger,
          batches.filter((_, j) => j % clients.length === i),
          keys === undefined ? {} : { keys: `${keys}-${i}` },
        ),
      ),
    );
  const blocked = (db: Db, least: number) =>
    until(async () => (await waitingForLocks(db)) >= least, PATIENCE_MS);

  test('of the service in the middle of a batch', async () => {
    const release = await holdTable(site, 'batch');
    const sending = sendByAll(batchesOf(records('in-the-middle', 0), 10));
    await site.onDatabase((db) => blocked(db, 2));
    await service.kill();
    await release();
    await again();
    await sending;
    assert.ok(ledger.broken > 0);
    await account({ site, ledger, api: api() });
  });

  test('of the service and its database, when a batch is on record and its reply is not given yet', async () => {
    const batches = batchesOf(records('untold', 1_000), 40);
    const told = ledger.told.size;
    const releaseWork = await holdTable(site, 'batch');
    const sending = sendByAll(batches, 'untold');
    await site.onDatabase((db) => blocked(db, 2));
    const releaseReplies = await holdTable(site, 'idempotent_reply');
    await releaseWork();
    await site.onDatabase((db) => until(async () => (await evidenceOf(db, 'untold-')) >= 80, PATIENCE_MS));
    assert.equal(ledger.told.size, told);
    process.kill(serverPid(site.dataFolder!)!, 'SIGKILL');
    await service.kill();
    await assert.rejects(releaseReplies, { kind: 'unavailable' });
    await again();
    await sending;
    const outcomes = [...ledger.told].filter(([key]) => key.includes(' untold-')).map(([, [one]]) => one);
    assert.ok(outcomes.filter((outcome) => outcome === 'unchanged').length >= 70);
    await account({ site, ledger, api: api() });
  });

  /** Does something that ends with all who write conclusions killed, while one of them is in the middle of a bucket. */
  const inMidBucket = async (work: () => Promise<() => Promise<void>>) => {
    const release = await holdTable(site, 'assessment');
    const kill = await work();
    // Nobody else is there who could wait.
    await site.onDatabase((db) => blocked(db, 1));
    await kill();
    await release();
    await site.onDatabase((db) => until(async () => (await waitingForLocks(db)) === 0, PATIENCE_MS));
  };

  test('of the service in the middle of a bucket, and of a worker in the middle of what is left of it', async () => {
    await inMidBucket(async () => {
      await sendByAll(batchesOf(records('assessed', 0), 20));
      return service.kill;
    });
    await inMidBucket(async () => startProcess(site, ['reassess', '--all']).kill);
    const second = startProcess(site, ['reassess', '--all']);
    assert.equal(await second.ended, 0, second.said());
    assert.ok(JSON.parse(second.said()).due > 0);
    await again();
    await account({ site, ledger, api: api() });
  });

  /** Kills something of the database while clients send and somebody looks, and waits until all is told. */
  const whileTheDatabaseDies = async (
    name: string,
    firstPerson: number,
    kill: () => Promise<void> | void,
  ) => {
    const fresh = freshFrom([...ledger.sent.values()]);
    const { pid } = service.child;
    const people = Array.from({ length: 20 }, (_, i) => madeUpDocument(1_000 + i));
    ledger.refusals.clear();
    const stopLooking = keepLooking(api(), service.url, people, fresh);
    const sending = sendByAll(batchesOf(records(name, firstPerson), 5));
    await until(() => ledger.told.size > 0 && ledger.told.has(`laboratory ${name}-0 1`), PATIENCE_MS);
    await kill();
    await sending;
    const seen = await stopLooking();
    assert.equal(service.child.pid, pid);
    assert.equal(service.child.exitCode, null);
    const refusals = [seen, ledger].map((one) => one.refusals.get('unavailable') ?? 0);
    assert.ok(Math.max(...refusals) > 0, 'somebody was told to come again');
    assert.equal(seen.broken, 0);
    assert.ok([...seen.ready].every((status) => status === 200 || status === 503));
    await account({ site, ledger, api: api() });
  };

  test('of PostgreSQL in the middle of a batch', () =>
    whileTheDatabaseDies('postmaster', 2_000, () => {
      process.kill(serverPid(site.dataFolder!)!, 'SIGKILL');
    }));

  test('of PostgreSQL between a commit and its reply', async () => {
    await whileTheDatabaseDies('mid-commit', 4_000, async () => {
      // It has written a commit to its disk, and waits for a standby that never comes.
      await site.onDatabase(async (db) => {
        for (const statement of COMMITS_WAIT) await db.rows(statement);
        await until(async () => (await waitingToCommit(db)) > 0, PATIENCE_MS);
        process.kill(serverPid(site.dataFolder!)!, 'SIGKILL');
      });
      const again = () =>
        site.onDatabase(async (db) => {
          for (const statement of COMMITS_DO_NOT_WAIT) await db.rows(statement);
          return true;
        });
      await until(() => again().catch(() => false), PATIENCE_MS);
    });
    const outcomes = [...ledger.told].filter(([key]) => key.includes(' mid-commit-')).map(([, [one]]) => one);
    assert.ok(outcomes.includes('unchanged'), 'something was on record that nobody was told');
  });

  test('of one process of PostgreSQL in the middle of a batch', () =>
    whileTheDatabaseDies('backend', 3_000, () =>
      site.onDatabase(async (db) => {
        const [backend] = await db.rows<{ pid: number }>(BUSY);
        process.kill(backend!.pid, 'SIGKILL');
      }),
    ));
});

const COMMITS_WAIT = [
  sql`alter system set synchronous_standby_names = 'nobody'`,
  sql`select pg_reload_conf()`,
];
const COMMITS_DO_NOT_WAIT = [sql`alter system reset synchronous_standby_names`, sql`select pg_reload_conf()`];

/** The connection of the service that was used last. */
const BUSY = sql`
  select pid
    from pg_stat_activity
   where application_name = 'healthcode' and usename = 'healthcode_app'
   order by state_change desc
   limit 1
`;

/** How many records with ids that begin so are evidence. */
async function evidenceOf(db: Db, start: string): Promise<number> {
  const rows = await db.rows(sql`select record_id from evidence where starts_with(record_id, ${start})`);
  return rows.length;
}
