import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../api/client.ts';
import { freshDatabase } from '../database.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { type DatabaseProxy, proxyTo } from './database-proxy.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking, look } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { newClient, newLedger, send, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite } from './site.ts';

const PATIENCE_MS = 120_000;
/** Of each of the two directions. */
const DELAY_MS = 1_000;
const SLOW_MS = 2_500;

describe('a network on which each answer of the database takes 2 s', () => {
  const database = freshDatabase();
  let proxy: DatabaseProxy;
  const site = databaseSite(
    () => database.url,
    () => proxy.url,
  );
  const ledger = newLedger();
  let service: ServiceProcess;
  let api: ApiClient;

  before(async () => {
    proxy = await proxyTo(database.url);
    service = await startServing(site, 0);
    [api] = (await newClient(site, [service.url])) as [ApiClient];
  });
  after(() => proxy.close());

  test('loses nothing, gives no wrong colour, and is forgotten as soon as it is over', async () => {
    const records = (name: string, firstPerson: number) =>
      madeUpRecords({ name, records: 100, people: 40, firstPerson, now: Date.now() });
    await sendAll([api], ledger, batchesOf(records('before', 0), 20));
    const people = Array.from({ length: 20 }, (_, i) => madeUpDocument(i));
    const fresh = freshFrom([...ledger.sent.values()]);
    const stopLooking = keepLooking(api, service.url, people, fresh);
    const sending = sendAll([api], ledger, batchesOf(records('slowly', 1_000), 5));
    await until(() => ledger.told.has('laboratory slowly-0 1'), PATIENCE_MS);
    proxy.delay(DELAY_MS);
    await sleep(SLOW_MS);
    proxy.delay(0);
    await sending;
    await until(async () => (await fetch(`${service.url}/readyz`)).status === 200, PATIENCE_MS);
    assert.equal((await stopLooking()).broken, 0);
    await account({ site, ledger, api });
  });

  test('a source that sends ten times its quota is told when to come again, and keeps nobody waiting', async () => {
    const QUOTA = 10;
    const [greedy] = (await newClient(site, [service.url], { quotaPerSecond: QUOTA })) as [ApiClient];
    const batches = batchesOf(
      madeUpRecords({ name: 'greedy', records: 300, people: 100, firstPerson: 2_000, now: Date.now() }),
      3,
    );
    const begunAt = Date.now();
    const greedyLedger = newLedger();
    const offered = batches.slice(0, 10 * QUOTA);
    let longestMs = 0;
    const sending = Promise.all(
      offered.map(async (batch, i) => {
        await sleep((i * 1_000) / (10 * QUOTA));
        return send(greedy, greedyLedger, batch);
      }),
    );
    const others = (async () => {
      while (Date.now() - begunAt < 1_000) {
        const asked = Date.now();
        await look(api, madeUpDocument(1));
        longestMs = Math.max(longestMs, Date.now() - asked);
      }
    })();
    const taken = (await sending).filter(Boolean).length;
    await others;
    const seconds = (Date.now() - begunAt) / 1_000;
    assert.ok(taken >= QUOTA && taken <= QUOTA * (seconds + 1), `${taken} in ${seconds} s`);
    assert.equal(greedyLedger.refusals.get('rate-limited'), offered.length - taken);
    assert.ok(longestMs < PATIENCE_MS, `another one waits for ${longestMs} ms`);
    await sendAll([api], ledger, batches);
    await account({ site, ledger, api, isRepeated: true });
  });
});
