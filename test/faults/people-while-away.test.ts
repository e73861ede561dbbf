import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import type { Conclusion } from '../../credential/conclude.ts';
import { HOUR_MS, type Instant, printInstant } from '../../domain/time.ts';
import { holdingsOf } from '../../server/applications/holdings/store.ts';
import { pinnedIn } from '../../server/passes/trust/trust-folder.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { type OnlineGate, onlineGate } from '../gate.ts';
import { offlineGate } from '../offline-gate.ts';
import { APPLICATION, peopleService, resident, type SignedIn } from '../people-service.ts';
import { testPhone } from '../phone.ts';
import { numbersApart } from '../resident-numbers.ts';
import { recordOf } from '../service.ts';
import { until } from '../until.ts';
import { type DatabaseProxy, proxyTo } from './database-proxy.ts';

const PATIENCE_MS = 120_000;
const numbers = numbersApart(4) as [string, string, string, string];
const [ANNA, BO] = numbers;
/** Whatever says how somebody is. */
const COLOUR = /"colours?"|\b(?:green|yellow|red)\b|[绿黄红]码/;
/** What says nothing about anybody, and is served from memory. */
const PUBLIC = /^\/(?:openapi\.json|trust|areas)/;
const BODIES: Readonly<Record<string, object>> = {
  'POST /me/code': APPLICATION,
  'PUT /me/declaration': APPLICATION.declaration,
  'PUT /me/contact': { phone: '13900000001', region: '330106', address: 'elsewhere' },
  'POST /evidence': [recordOf('health', 'F-9', ANNA, 'symptom', { fever: true, from: printInstant(0) })],
  'POST /lookups': { document: resident(ANNA), purpose: 'a test' },
};

describe('while the database is away', () => {
  let proxy: DatabaseProxy;
  // Nothing could stop while the database is away.
  after(() => proxy.restore());
  const service = peopleService(async (url) => {
    const impatient = new URL(url);
    impatient.searchParams.set('query_timeout', '1000');
    proxy = await proxyTo(impatient.href);
    return proxy;
  });
  const [annas, bos] = [testPhone(), testPhone()];
  let anna: SignedIn;
  let online: string;
  let onlineAt: Instant;
  let gate: OnlineGate;

  before(async () => {
    anna = await service.withCode(resident(ANNA));
    const bo = await service.withCode(resident(BO));
    for (const [phone, person] of [
      [annas, anna],
      [bos, bo],
    ] as const) {
      await phone.bind(person);
      assert.equal((await phone.fetch(person, service.now())).status, 200);
    }
    const times = {
      sampledAt: printInstant(service.now() - 2 * HOUR_MS),
      reportedAt: printInstant(service.now() - HOUR_MS),
    };
    await service.deliver([recordOf('laboratory', 'P-1', BO, 'nat', { result: 'positive', ...times })]);
    await service.settled();
    gate = await onlineGate(service, 'school');
    assert.equal((await gate(annas.show(service.now()))).outcome, 'allow');
    await until(async () => {
      const published = offlineGate(pinnedIn(service.installation.trustFolder));
      const now = service.now();
      const isFetched = await published.fetch(service.url, now).then(
        () => true,
        () => false,
      );
      return isFetched && said(published.read(bos.show(now), now)) === 'red';
    }, PATIENCE_MS);
    onlineAt = service.now();
    online = (await anna.myCode()).code!.text;
  });

  const ways = [
    ['as a server that is down', () => proxy.refuse(), numbers[2]],
    ['as behind a lost network', async () => proxy.hold(), numbers[3]],
  ] as const;
  for (const [how, leave, newcomer] of ways)
    describe(how, () => {
      let dora: SignedIn;
      before(async () => {
        dora = await service.signIn(newcomer, { name: '王小明', document: resident(newcomer) });
        await leave();
      });

      test('codes that were issued go on, also at a gate that asks for the lists only now', async () => {
        const now = service.now();
        const offline = offlineGate(pinnedIn(service.installation.trustFolder));
        await offline.fetch(service.url, now);
        assert.equal(said(offline.read(annas.show(now), now)), 'green');
        assert.equal(said(offline.read(bos.show(now), now)), 'red');
        assert.equal(said(offline.read(online, onlineAt)), 'green');
      });

      test('a door that asks the service is told to try again, and no colour', async () => {
        const texts = [annas.show(service.now()), bos.show(service.now()), online];
        for (const reply of await Promise.all(texts.map((text) => gate(text)))) {
          assert.equal(reply.outcome, 'unavailable');
          assert.doesNotMatch(JSON.stringify(reply), COLOUR);
        }
      });

      test('whoever applies is told to come again and when, and later all is as if they had not tried', async () => {
        const reply = await dora.send('POST', '/me/code', APPLICATION);
        const text = await reply.text();
        assert.equal(reply.status, 503, text);
        assert.equal((JSON.parse(text) as { code: string }).code, 'unavailable');
        assert.ok(Number(reply.headers.get('retry-after')) >= 1);
        assert.doesNotMatch(text, COLOUR);
      });

      test('nothing that can be asked answers with a colour, or with a fault of ours', async () => {
        const operations = await operationsOf(service.url);
        assert.ok(operations.length > 35);
        const client = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
        const ask = async (method: string, path: string) => {
          const body = BODIES[`${method} ${path}`] ?? {};
          const reply = await anna.get(path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000'), {
            ...{ method, headers: client },
            ...(method !== 'GET' && { body: JSON.stringify(body) }),
          });
          return { path, method, reply, text: await reply.text() };
        };
        const replies = await Promise.all(
          operations.filter(([, path]) => !PUBLIC.test(path)).map(([method, path]) => ask(method, path)),
        );
        for (const { path, method, reply, text } of replies) {
          assert.notEqual(reply.status, 500, `${method} ${path}: ${text}`);
          assert.doesNotMatch(text, COLOUR, `${method} ${path}`);
          if (reply.status === 503) assert.ok(Number(reply.headers.get('retry-after')) >= 1, path);
        }
        assert.ok(replies.filter(({ reply }) => reply.status === 503).length > 10);
      });

      test('and afterwards whoever was told to come again comes again, once', async () => {
        await proxy.restore();
        await until(async () => (await dora.get('/me/code')).status === 200, PATIENCE_MS);
        const { app } = service.installation.store;
        assert.equal(((await (await dora.get('/me/code')).json()) as MyCodeReply).status, 'none');
        assert.ok((await dora.send('POST', '/me/code', APPLICATION)).ok);
        const shown = await dora.myCode();
        assert.deepEqual([shown.status, shown.colour], ['active', 'green']);
        const [account] = await app.rows<{ personId: string }>(
          sql`select person_id as "personId" from account where account_id = ${dora.session.accountId}`,
        );
        assert.equal((await holdingsOf(app, account!.personId)).length, 1);
        assert.equal((await anna.myCode()).colour, 'green');
        await until(async () => (await gate(bos.show(service.now()))).outcome === 'deny', PATIENCE_MS);
      });
    });
});

/** The colours, or why there are none. */
function said(conclusion: Conclusion): string {
  return conclusion.kind === 'colour' ? conclusion.colours.join(' ') : conclusion.reason;
}

/** Every method and path that the service says it has. */
async function operationsOf(origin: string): Promise<(readonly [method: string, path: string])[]> {
  const description = (await (await fetch(`${origin}/api/v1/openapi.json`)).json()) as {
    paths: Readonly<Record<string, object>>;
  };
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => [method.toUpperCase(), path.replace(/^\/api\/v1/, '')] as const),
  );
}
