import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { behindProxy } from './behind-proxy.ts';
import { madeUpRecords } from './made-up-evidence.ts';
import { send } from './sending.ts';

const AWAY_MS = Number(process.env.HEALTHCODE_TEST_AWAY_MS ?? 1_500);
/** Each side gives the other up sooner than in service: the client a statement, the server a transaction. */
const IMPATIENCE = { query_timeout: '1000', idle_in_transaction_session_timeout: '1000' };
const PATIENCE_MS = 120_000;
/** Far more than the service needs, and less than it would need for all that is sent. */
const MOST_MEMORY_MB = 700;

describe('while the database is away', () => {
  const { site, proxy, service, api, ledger, readiness, inUse } = behindProxy(impatient);

  /** The database is away for a while, in one way or the other. */
  const whileAway = async (name: string, firstPerson: number, leave: () => Promise<void> | void) => {
    const seen = await inUse(name, firstPerson, async () => {
      await leave();
      await sleep(AWAY_MS);
      // Whoever looks is told so, too; the account afterwards finds what was accepted without a database.
      await until(async () => (await readiness()) === 503, PATIENCE_MS);
      await until(() => (ledger.refusals.get('unavailable') ?? 0) > 0, PATIENCE_MS);
      await proxy.restore();
    });
    assert.ok([...seen.ready].every((status) => status === 200 || status === 503));
    ledger.refusals.clear();
  };

  test('as a server that is down, nothing is lost', () => whileAway('refused', 1_000, () => proxy.refuse()));
  test('as behind a lost network, nothing is lost, nor does anything hang', () =>
    whileAway('held', 2_000, () => proxy.hold()));

  test('by half, on the connections that are open, nothing is lost, and others are made', async () => {
    await inUse('halved', 2_500, () => {
      proxy.halve();
      assert.ok(proxy.held() > 0);
    });
  });

  test('what waits is bounded, everybody is answered, and the measures can be read', async () => {
    const batch = madeUpRecords({
      name: 'flood',
      records: 850,
      people: 100,
      firstPerson: 3_000,
      now: Date.now(),
    });
    proxy.hold();
    const memory = watchMemory(service.child.pid!);
    const flood = Array.from({ length: 30 }, () => send(api, ledger, batch));
    await sleep(500);
    const [metrics] = await Promise.all([fetch(`${service.url}/metrics`), fetch(`${service.url}/livez`)]);
    assert.ok((await metrics.text()).includes('codes_due_waiting'));
    const taken = await Promise.all(flood);
    assert.ok(!taken.includes(true));
    const mostMegabytes = memory();
    assert.ok(mostMegabytes < MOST_MEMORY_MB, `${mostMegabytes} MB`);
  });

  test('the service can be stopped', async () => {
    assert.equal(await service.stop(), 0);
    await account({ site, ledger });
  });
});

function impatient(url: string): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(IMPATIENCE)) address.searchParams.set(name, value);
  return address.href;
}

/** Watches the memory of a process; the returned function gives the most of it, in megabytes. */
function watchMemory(pid: number): () => number {
  let most = 0;
  const timer = setInterval(() => {
    const status = `/proc/${pid}/status`;
    if (!existsSync(status)) return;
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8')) ?? [];
    most = Math.max(most, Number(kilobytes) / 1_024);
  }, 50).unref();
  return () => {
    clearInterval(timer);
    return most;
  };
}
