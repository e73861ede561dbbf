import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../api/client.ts';
import { DAY_MS, parseInstant, printInstant } from '../../domain/time.ts';
import { serverPid } from '../embedded.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { freshFrom } from './fresh.ts';
import { look } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords, type Stated } from './made-up-evidence.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { freePort, type ServiceProcess, startServing } from './service-process.ts';
import { embeddedSite, holdTable, waitingForLocks } from './site.ts';
import { coloursOf } from './stored.ts';

const PATIENCE_MS = 120_000;

describe('a service that is stopped', () => {
  const site = embeddedSite();
  const ledger = newLedger();
  const ports: number[] = [];
  let first: ServiceProcess;
  let ways: ApiClient[];

  before(async () => {
    ports.push(await freePort(), await freePort());
    first = await startServing(site, ports[0]!);
    ways = await newClient(
      site,
      ports.map((port) => `http://127.0.0.1:${port}`),
    );
  });

  test('answers what is under way, ends with 0 and takes its database with it', async () => {
    const records = madeUpRecords({ name: 'under-way', records: 120, people: 40, now: Date.now() });
    const batches = batchesOf(records, 20);
    const release = await holdTable(site, 'batch');
    const sending = sendAll([ways[0]!], ledger, batches, { atOnce: batches.length });
    await until(async () => (await requestsRunning(first.url)) === batches.length, PATIENCE_MS);
    await site.onDatabase((db) => until(async () => (await waitingForLocks(db)) > 0, PATIENCE_MS));
    const stopped = first.stop();
    await until(async () => !(await isListening(first.url)), PATIENCE_MS);
    assert.equal(ledger.told.size, 0);
    await release();
    await sending;
    assert.equal(await stopped, 0);
    assert.deepEqual([ledger.broken, ledger.refusals.size], [0, 0], 'every request was answered');
    assert.equal(serverPid(site.dataFolder!), undefined);
  });

  test('goes on when it is started again', async () => {
    first = await startServing(site, ports[0]!);
    await account({ site, ledger, api: ways[0]! });
  });

  test('shares the work with another one on the same data, and each may go first', async () => {
    const second = await startServing(site, ports[1]!);
    const sendAndStop = async (name: string, firstPerson: number, leaving: ServiceProcess) => {
      const records = madeUpRecords({ name, records: 160, people: 40, firstPerson, now: Date.now() });
      const sending = sendAll(ways, ledger, batchesOf(records, 4));
      await until(() => ledger.told.has(`laboratory ${name}-0 1`), PATIENCE_MS);
      const database = serverPid(site.dataFolder!);
      assert.equal(await leaving.stop(), 0);
      assert.equal(serverPid(site.dataFolder!), database, 'the other one keeps the database');
      await sending;
    };
    await bothSeeItsDeath(second);
    await sendAndStop('first-leaves', 1_000, first);
    await account({ site, ledger, api: ways[1]! });
    first = await startServing(site, ports[0]!);
    await sendAndStop('second-leaves', 2_000, second);
    await account({ site, ledger, api: ways[0]! });
  });

  test('shows every colour rightly at once after an instant at which a thousand turned', async () => {
    const { orders, turnsAt } = await redUntilSoon(4_000);
    assert.equal(await first.stop(), 0);
    assert.equal(serverPid(site.dataFolder!), undefined, 'the last one takes the database along');
    await sleep(Math.max(0, turnsAt - Date.now()));
    first = await startServing(site, ports[0]!);
    const fresh = freshFrom([...ledger.sent.values()]);
    for (const { person } of orders.slice(0, 20)) {
      const shown = await look(ways[0]!, person.document);
      assert.deepEqual(shown, fresh(person.document, parseInstant(shown.at)));
      assert.equal(shown.colour, 'green');
    }
    await until(async () => (await redUnder(orders)) === 0, PATIENCE_MS);
    await account({ site, ledger, api: ways[0]! });
  });

  /** Kills the database that two services use; each brings it back, or finds that the other one has. */
  const bothSeeItsDeath = async (second: ServiceProcess) => {
    const records = madeUpRecords({
      name: 'both',
      records: 80,
      people: 40,
      firstPerson: 4_000,
      now: Date.now(),
    });
    const sending = sendAll(ways, ledger, batchesOf(records, 4));
    await until(() => ledger.told.has('laboratory both-0 1'), PATIENCE_MS);
    process.kill(serverPid(site.dataFolder!)!, 'SIGKILL');
    await sending;
    for (const { said } of [first, second]) await until(() => /has come back/.test(said()), PATIENCE_MS);
  };

  /** Orders for a thousand people, all of whom are red by them before the instant at which they end. */
  const redUntilSoon = async (
    leadMs: number,
  ): Promise<{ readonly orders: readonly Stated[]; readonly turnsAt: number }> => {
    const turnsAt = Date.now() + leadMs;
    const orders = ordersUntil(turnsAt, 1_000);
    await sendAll([ways[0]!], ledger, batchesOf(orders, 250));
    await until(async () => (await redUnder(orders)) === orders.length || Date.now() > turnsAt, PATIENCE_MS);
    // Where the machine has much else to do, the instant comes too soon.
    return Date.now() < turnsAt ? { orders, turnsAt } : redUntilSoon(4 * leadMs);
  };
  /** How many are red by the newest stored conclusion. */
  const redUnder = ([order]: readonly Stated[]) =>
    site.onDatabase((db) => coloursOf(db, order!.id.replace(/-0$/, '-'), 'red'));
});

const TURNING = 10_000;

/** Orders to stay at home that end at one instant, each for a person of its own. */
function ordersUntil(until: number, count: number): Stated[] {
  const data = { form: 'home', from: printInstant(until - DAY_MS), until: printInstant(until) };
  return Array.from({ length: count }, (_, i) => ({
    source: 'community',
    id: `order-${until}-${i}`,
    version: 1,
    person: { document: madeUpDocument(TURNING + i) },
    kind: 'isolation',
    data,
  }));
}

async function requestsRunning(origin: string): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  return Number(/^http_requests_running (\d+)$/m.exec(text)?.[1]);
}

async function isListening(origin: string): Promise<boolean> {
  try {
    const reply = await fetch(`${origin}/readyz`, { headers: { connection: 'close' } });
    await reply.text();
    return true;
  } catch {
    return false;
  }
}
