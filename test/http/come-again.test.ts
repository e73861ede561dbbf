import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Type } from 'typebox';
import type { CallError } from '../../api/call.ts';
import { createClient } from '../../api/client.ts';
import { comeAgainAfterMs } from '../../api/come-again.ts';
import { route } from '../../api/route.ts';
import { closed } from '../../api/shape.ts';

const Nothing = closed({}, 'Nothing.');
const getThing = route({ method: 'GET', path: '/thing', name: 'getThing', summary: 'A.', reply: Nothing });
const postThing = route({
  ...{ method: 'POST', path: '/thing', name: 'postThing', summary: 'B.' },
  body: closed({ id: Type.String() }, 'A thing.'),
  reply: Nothing,
});

describe('a client that is told to come again', () => {
  /** What the next requests are told; afterwards, what they asked for. */
  let refusals: { readonly status: number; readonly retryAfter?: string }[] = [];
  let cameAt: number[] = [];
  let server: Server;
  let origin: string;
  before(async () => {
    server = createServer((request, response) => {
      request.resume();
      cameAt.push(performance.now());
      const refusal = refusals.shift();
      if (!refusal) return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      const headers = refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter };
      return response.writeHead(refusal.status, headers).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const told = (...next: typeof refusals) => {
    refusals = next;
    cameAt = [];
  };
  const BUSY = { status: 503, retryAfter: '1' };

  test('waits for as long as it is asked to, and then succeeds', async () => {
    told(BUSY, { status: 429, retryAfter: '0' });
    await createClient({ origin }).call(getThing, {});
    assert.equal(cameAt.length, 3);
    assert.ok(cameAt[1]! - cameAt[0]! >= 990, `it came after ${cameAt[1]! - cameAt[0]!} ms`);
  });

  test('gives up after a few times, or when it is asked to wait for long, and says what it was told', async () => {
    told(...Array.from({ length: 9 }, () => ({ status: 503, retryAfter: '0' })));
    const client = createClient({ origin, tries: 3 });
    await assert.rejects(client.call(getThing, {}), { name: 'CallError', status: 503 });
    assert.equal(cameAt.length, 3);
    told({ status: 503, retryAfter: '600' });
    await assert.rejects(client.call(getThing, {}), { status: 503, retryAfterSeconds: 600 });
    assert.equal(cameAt.length, 1);
  });

  test('reads a date, and takes nothing that it cannot read for no wait at all', async () => {
    const client = createClient({ origin, tries: 1 });
    const heard = async (retryAfter: string) => {
      told({ status: 503, retryAfter });
      const error = await client.call(getThing, {}).catch((thrown: unknown) => thrown);
      return (error as CallError).retryAfterSeconds;
    };
    for (const unreadable of ['-5', 'soon', '1.5', '1e3', 'Infinity', '2021-01-05'])
      assert.equal(await heard(unreadable), undefined, unreadable);
    const seconds = (await heard(new Date(Date.now() + 30_000).toUTCString())) ?? 0;
    assert.ok(seconds > 20 && seconds <= 30, String(seconds));
    assert.equal(await heard(new Date(0).toUTCString()), 0);
    const longest = await heard('9'.repeat(40));
    assert.ok(
      comeAgainAfterMs(longest, 9, 1) < 2 ** 31,
      'a timer that waits for longer does not wait at all',
    );
  });

  test('does not send twice what might be done twice, unless it has a key', async () => {
    const client = createClient({ origin });
    told(BUSY);
    await assert.rejects(client.call(postThing, { body: { id: 'a' } }), { status: 503 });
    assert.equal(cameAt.length, 1);
    told({ status: 503, retryAfter: '0' });
    await client.call(postThing, { body: { id: 'a' } }, { idempotencyKey: 'one' });
    assert.equal(cameAt.length, 2);
  });

  test('does not come again after any other refusal', async () => {
    for (const status of [400, 401, 404, 500, 502]) {
      told({ status });
      await assert.rejects(createClient({ origin }).call(getThing, {}), { status });
      assert.equal(cameAt.length, 1);
    }
  });

  test('stops waiting when nobody waits for it any more', async () => {
    told({ status: 503, retryAfter: '30' });
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    const call = createClient({ origin }).call(getThing, {}, { signal: leaving.signal });
    await assert.rejects(call, { name: 'AbortError' });
    assert.equal(cameAt.length, 1);
  });

  test('comes at another time than all the others', () => {
    const waits = Array.from({ length: 1_000 }, (_, i) => comeAgainAfterMs(2, 3, i / 1_000));
    assert.ok(Math.min(...waits) >= 2_000 && Math.max(...waits) <= 6_000);
    assert.ok(new Set(waits).size === 1_000);
    const spans = [1, 2, 3, 10, 50].map((tried) => comeAgainAfterMs(undefined, tried, 1));
    assert.deepEqual(spans, [1_000, 2_000, 4_000, 30_000, 30_000]);
  });
});
