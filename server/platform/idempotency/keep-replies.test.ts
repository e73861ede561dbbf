import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Type } from 'typebox';
import { route } from '../../../api/route.ts';
import { closed } from '../../../api/shape.ts';
import { freshDatabase } from '../../../test/database.ts';
import { listeningApp, testClock, testKeys } from '../../../test/http/http-app.ts';
import { sql } from '../db/sql.ts';
import { takeNdjson } from '../http/load/bodies.ts';
import { Problem } from '../http/problem.ts';
import { accepts } from '../http/rules.ts';
import { serve } from '../http/serve.ts';
import type { VersionedKeys } from '../keys/versioned-keys.ts';
import { eraseReplies } from './store.ts';

const HOUR_MS = 3_600_000;

const postThing = route({
  method: 'POST',
  path: '/things/:kind',
  name: 'postThing',
  summary: 'For tests.',
  params: closed({ kind: Type.String() }, 'Which.'),
  body: closed({ name: Type.String(), weight: Type.Optional(Type.Number()) }, 'A thing.'),
  reply: closed({ number: Type.Integer(), name: Type.String() }, 'The thing.'),
  status: 201,
});

describe('a request with an idempotency key', () => {
  const db = freshDatabase();
  const clock = testClock();
  const all = testKeys(2);
  let version = 1;
  const tokenKeys: VersionedKeys = {
    current: () => ({ version, key: all.find(version)! }),
    find: (asked) => (asked <= version ? all.find(asked) : undefined),
  };
  let done = 0;
  let work: () => Promise<void> = async () => {};
  const rules = { ...accepts('evidence:write'), idempotent: true };
  const served = listeningApp(db.app, {
    deps: { clock: clock.now, tokenKeys },
    authenticate: ({ headers }) => ({
      clientId: String(headers['x-client'] ?? 'a'),
      name: 'A system',
      scopes: ['evidence:write'],
      sources: [],
    }),
    routes: [
      (app) =>
        serve(app, postThing, rules, async ({ body, params }, reply) => {
          await work();
          reply.header('location', `/things/${params.kind}/${done}`);
          return { number: ++done, name: body.name };
        }),
      (app) => {
        takeNdjson(app);
        app.post('/lines', { config: { rules } }, async ({ body }) => {
          let bytes = 0;
          for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
          done++;
          return { bytes };
        });
      },
    ],
  });
  let keys = 0;
  const newKey = () => `key-${++keys}`;
  const post = (
    key: string | undefined,
    body: object,
    path = '/things/a',
    headers: Record<string, string> = {},
  ) =>
    fetch(`${served.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const told = async (response: Response) => ({
    status: response.status,
    isReplayed: response.headers.get('idempotency-replayed') === 'true',
    location: response.headers.get('location'),
    type: response.headers.get('content-type'),
    text: await response.text(),
  });
  const codeOf = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
  ];

  test('gives the reply of the first again, byte for byte, and does the work once', async () => {
    const [key, before] = [newKey(), done];
    const first = await told(await post(key, { name: 'x' }));
    const second = await told(await post(key, { name: 'x' }));
    assert.equal(done, before + 1);
    assert.deepEqual([first.status, first.isReplayed], [201, false]);
    assert.deepEqual(second, { ...first, isReplayed: true });
  });

  test('does the work each time without a key, and for another key, client or time', async () => {
    const before = done;
    const key = newKey();
    await post(undefined, { name: 'x' });
    await post(undefined, { name: 'x' });
    await post(key, { name: 'x' });
    await post(newKey(), { name: 'x' });
    await post(key, { name: 'x' }, '/things/a', { 'x-client': 'b' });
    clock.pass(24 * HOUR_MS);
    assert.equal((await told(await post(key, { name: 'x' }))).isReplayed, false);
    assert.equal(done, before + 6);
  });

  test('may write its key with quotes or without', async () => {
    const [key, before] = [newKey(), done];
    await post(`"${key}"`, { name: 'x' });
    assert.equal((await told(await post(key, { name: 'x' }))).isReplayed, true);
    assert.equal(done, before + 1);
  });

  test('is refused when the key belongs to another body, address or query', async () => {
    const [key, before] = [newKey(), done];
    await post(key, { name: 'x' });
    const mismatch = [422, 'idempotency-mismatch'];
    assert.deepEqual(await codeOf(await post(key, { name: 'y' })), mismatch);
    assert.deepEqual(await codeOf(await post(key, { name: 'x', weight: 1 })), mismatch);
    assert.deepEqual(await codeOf(await post(key, { name: 'x' }, '/things/b')), mismatch);
    assert.deepEqual(await codeOf(await post(key, { name: 'x' }, '/things/a?x=1')), mismatch);
    assert.equal(done, before + 1);
  });

  /** Makes the work of the next request wait: `begun` tells when it has begun, `release` lets it go on. */
  const holdWork = () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      work = () => {
        work = async () => {};
        resolve();
        return held;
      };
    });
    return { begun, release };
  };

  test('sent three times at once is done once; the others are told to come again', async () => {
    const [key, before] = [newKey(), done];
    const { release } = holdWork();
    const answered: Response[] = [];
    const sent = [1, 2, 3].map(async () => void answered.push(await post(key, { name: 'x' })));
    while (answered.length < 2) await wait(5);
    for (const response of answered) {
      assert.equal(response.status, 409);
      assert.equal(response.headers.get('retry-after'), '2');
    }
    assert.deepEqual(await codeOf(await post(key, { name: 'y' })), [422, 'idempotency-mismatch']);
    release();
    await Promise.all(sent);
    assert.equal(answered[2]?.status, 201);
    assert.equal((await told(await post(key, { name: 'x' }))).isReplayed, true);
    assert.equal(done, before + 1);
  });

  test('that breaks off is done once all the same, and gives its reply to the next', async () => {
    const [key, before] = [newKey(), done];
    const hangUp = new AbortController();
    const { begun, release } = holdWork();
    const gone = fetch(`${served.url}/api/v1/things/a`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: '{"name":"x"}',
      signal: hangUp.signal,
    });
    await begun;
    hangUp.abort();
    await assert.rejects(gone);
    release();
    let again = await told(await post(key, { name: 'x' }));
    while (again.status === 409) again = await told(await post(key, { name: 'x' }));
    assert.equal(again.isReplayed, true);
    assert.equal(done, before + 1);
  });

  test('that failed by a fault of the service or of the moment may be tried again', async () => {
    for (const code of ['internal', 'conflict', 'unavailable', 'unauthenticated'] as const) {
      const key = newKey();
      work = () => Promise.reject(code === 'internal' ? new Error('a bug') : new Problem(code, ''));
      assert.ok((await post(key, { name: 'x' })).status >= 401);
      work = async () => {};
      const again = await told(await post(key, { name: 'x' }));
      assert.deepEqual([again.status, again.isReplayed], [201, false]);
    }
  });

  test('that was refused for good is refused in the same words again', async () => {
    const key = newKey();
    work = () => Promise.reject(new Problem('not-found', 'There is no such kind.'));
    const first = await told(await post(key, { name: 'x' }));
    work = async () => {};
    assert.equal(first.status, 404);
    assert.equal(first.type, 'application/problem+json');
    assert.deepEqual(await told(await post(key, { name: 'x' })), { ...first, isReplayed: true });
  });

  test('that breaks a rule of form takes no key', async () => {
    const key = newKey();
    assert.equal((await post(key, { nam: 'x' })).status, 400);
    assert.equal((await post(key, { name: 'x' })).status, 201);
  });

  test('whose process died is free again when its lease has ended, even for something else', async () => {
    const key = newKey();
    const { begun, release } = holdWork();
    const stuck = post(key, { name: 'x' });
    await begun;
    clock.pass(2_000);
    assert.equal((await post(key, { name: 'x' })).status, 409);
    clock.pass(1_000);
    const again = await told(await post(key, { name: 'y' }));
    assert.deepEqual([again.status, again.isReplayed], [201, false]);
    release();
    await stuck;
  });

  test('that comes back to life after its lease takes nothing from whoever came after it', async () => {
    const [key, before] = [newKey(), done];
    const { begun, release } = holdWork();
    const late = post(key, { name: 'x' });
    await begun;
    clock.pass(120_000);
    const second = await told(await post(key, { name: 'x' }));
    release();
    assert.equal((await late).status, 201);
    assert.deepEqual((await told(await post(key, { name: 'x' }))).text, second.text);
    assert.equal(done, before + 2);
  });

  test('is recognised after the keys have changed', async () => {
    const key = newKey();
    const first = await told(await post(key, { name: 'x' }));
    version = 2;
    assert.deepEqual(await told(await post(key, { name: 'x' })), { ...first, isReplayed: true });
    assert.equal((await post(key, { name: 'y' })).status, 422);
  });

  const bad = ['339900199001010011', '"13800138000"', 'x'.repeat(129), '"', 'a b', 'a, b', '"a", "b"'];
  for (const key of bad) {
    test(`is refused with the key ${key.slice(0, 20)}`, async () => {
      const response = await post(key, { name: 'x' });
      const text = await response.text();
      assert.equal(response.status, 400);
      assert.equal(JSON.parse(text).errors[0].path, '/idempotency-key');
      assert.doesNotMatch(text, /339900|13800138000/);
    });
  }

  test('may hold anything that would mean something in SQL', async () => {
    const key = `"'; drop table idempotent_reply; --"`;
    assert.equal((await post(key, { name: `'); delete from client; --` })).status, 201);
    assert.equal((await told(await post(key, { name: `'); delete from client; --` }))).isReplayed, true);
  });

  test('and a stream must say what the stream is', async () => {
    const [key, before] = [newKey(), done];
    const send = (headers: Record<string, string>) =>
      fetch(`${served.url}/api/v1/lines`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': key, ...headers },
        body: '{"a":1}\n',
      });
    assert.equal((await send({})).status, 400);
    const digest = { 'content-digest': 'sha-256=:YWJj:' };
    assert.deepEqual(await (await send(digest)).json(), { bytes: 8 });
    assert.equal((await told(await send(digest))).isReplayed, true);
    assert.equal((await send({ 'content-digest': 'sha-256=:YWJk:' })).status, 422);
    assert.equal(done, before + 1);
  });

  test('leaves nothing readable in the database, and nothing at all after a day', async () => {
    await post(newKey(), { name: 'Zhang San has a fever' });
    const readAll = () => db.app.rows<{ row: string }>(sql`select r::text as row from idempotent_reply r`);
    const kept = await readAll();
    assert.ok(kept.length > 5);
    const hex = Buffer.from('Zhang San').toString('hex');
    for (const { row } of kept) assert.equal(row.includes('Zhang San') || row.includes(hex), false);
    await assert.rejects(eraseReplies(db.app, clock.now()), { kind: 'forbidden' });
    clock.pass(24 * HOUR_MS);
    assert.equal(await eraseReplies(db.eraser, clock.now()), kept.length);
    assert.deepEqual(await readAll(), []);
  });
});
