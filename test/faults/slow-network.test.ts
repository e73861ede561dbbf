import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../api/client.ts';
import { openStore } from '../../server/platform/db/open-store.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { leastOf } from '../durations.ts';
import { account } from './accounting.ts';
import { behindProxy } from './behind-proxy.ts';
import { look } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { newClient, newLedger, send, sendAll } from './sending.ts';

/** Of each of the two directions. */
const DELAY_MS = 1_000;
const SLOW_MS = 2_500;
/** Of somebody whom the quota of another does not concern, beyond what they wait for when there is no other. */
const LONG_WAIT_MS = 1_000;

describe('a network on which each answer of the database takes 2 s', () => {
  const { site, proxy, service, api, ledger, inUse } = behindProxy();

  test('loses nothing, gives no wrong colour, and is forgotten as soon as it is over', async () => {
    await inUse('slowly', 1_000, async () => {
      proxy.delay(DELAY_MS);
      await sleep(SLOW_MS);
      proxy.delay(0);
    });
  });

  test('a source that sends ten times its quota is told when to come again, and keeps nobody waiting', async () => {
    const QUOTA = 10;
    const batches = batchesOf(
      madeUpRecords({ name: 'greedy', records: 300, people: 100, firstPerson: 2_000, now: Date.now() }),
      3,
    );
    /** How long somebody who asks for a second has to wait, as often more as less. */
    const waitMs = async () => {
      const waits: number[] = [];
      const begunAt = Date.now();
      while (Date.now() - begunAt < 1_000) {
        const asked = Date.now();
        await look(api, madeUpDocument(1));
        waits.push(Date.now() - asked);
      }
      return waits.sort((one, other) => one - other)[waits.length >> 1]!;
    };
    /** Offers it all within a second; returns how much longer another one had to wait than before. */
    const offer = async () => {
      const usualMs = await waitMs();
      const [greedy] = (await newClient(site, [service.url], { quotaPerSecond: QUOTA })) as [ApiClient];
      const begunAt = Date.now();
      const greedyLedger = newLedger();
      const offered = batches.slice(0, 10 * QUOTA);
      const sending = Promise.all(
        offered.map(async (batch, i) => {
          await sleep((i * 1_000) / (10 * QUOTA));
          return send(greedy, greedyLedger, batch);
        }),
      );
      const waiting = waitMs();
      const taken = (await sending).filter(Boolean).length;
      const besideMs = await waiting;
      const seconds = (Date.now() - begunAt) / 1_000;
      assert.ok(taken >= QUOTA && taken <= QUOTA * (seconds + 1), `${taken} in ${seconds} s`);
      assert.equal(greedyLedger.refusals.get('rate-limited'), offered.length - taken);
      return besideMs - usualMs;
    };
    const waitedMs = await leastOf(LONG_WAIT_MS, offer);
    assert.ok(waitedMs < LONG_WAIT_MS, `another one waits ${waitedMs} ms longer`);
    await sendAll([api], ledger, batches);
    await account({ site, ledger, api, isRepeated: true });
  });

  test('is no reason for the service to give up a transaction', async (t) => {
    const store = await openStore({ url: proxy.url });
    t.after(store.stop);
    await store.app.rows(ONE);
    proxy.delay(DELAY_MS);
    const rows = store.app.transaction((db) => db.rows(ONE)).finally(() => proxy.delay(0));
    assert.deepEqual(await rows, [{ one: 1 }]);
  });
});

const ONE = sql`select 1 as one`;
