import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Document, documentKey, readDocument } from '../../../domain/people/document.ts';
import { dayOf } from '../../../domain/time.ts';
import { readStaff, readVerification } from '../../../server/accounts/sign-in/claims.ts';
import { OperatorError } from '../../../server/platform/operator-error.ts';
import { createBrowser } from '../../../test/identity.ts';
import { createCalendar } from '../../province/calendar.ts';
import { readDivisions } from '../../province/divisions.ts';
import { generateProvince } from '../../province/generate.ts';
import { PEOPLE, SEED } from '../load-demo.ts';
import { DEMO_ACCOUNTS, DEMO_FRAMEWORK } from './accounts.ts';
import { ACR } from './provider.ts';
import { startDemoIdentity } from './start-identity.ts';

const NEW = ['sun-yue', 'anna-vogel', 'he-jing', 'gao-yuan'];
const HERE = { host: '127.0.0.1', port: 0 };

describe('the identity provider for trying out', () => {
  test('never runs beside a database of real people', async () => {
    await assert.rejects(startDemoIdentity({ isDemo: false }, HERE), OperatorError);
  });

  test('never runs where others reach it', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'code.example'])
      await assert.rejects(startDemoIdentity({ isDemo: true }, { host, port: 0 }), OperatorError, host);
  });

  test('says so when its port is taken', async () => {
    const first = await startDemoIdentity({ isDemo: true }, HERE);
    const port = Number(new URL(first.signIn.issuer).port);
    await assert.rejects(startDemoIdentity({ isDemo: true }, { ...HERE, port }), /--identity-port/);
    await first.stop();
  });

  test('sends nobody to a place outside this machine, and shows pages that fetch nothing', async () => {
    const { signIn, stop } = await startDemoIdentity({ isDemo: true }, HERE);
    const ask = (redirect: string) => {
      const query = new URLSearchParams({
        ...{ client_id: signIn.clientId, response_type: 'code', scope: 'openid', redirect_uri: redirect },
        ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256', state: 'x', nonce: 'x' },
      });
      return `${signIn.issuer}/auth?${query}`;
    };
    const browser = createBrowser();
    for (const at of ['https://attacker.example/api/v1/sign-in/done', 'http://127.0.0.1:1/other'])
      assert.equal((await browser.go(ask(at))).status, 400, at);
    const page = await browser.follow(
      ask('http://127.0.0.1:1/api/v1/sign-in/done'),
      ({ status }) => status === 200,
    );
    const html = await page.text();
    assert.ok(!/<script|<link|src=|url\(|https?:\/\//.test(html));
    assert.match(page.headers.get('content-security-policy')!, /form-action 'self' http:\/\/127\.0\.0\.1:1;/);
    const staff = await browser.send(page.url, { account: 'counter-ningbo' });
    assert.equal(staff.status, 200, 'staff are picked where staff sign in');
    assert.equal((await browser.go(`${signIn.issuer}/interaction/made-up`)).status, 400);
    await stop();
  });

  test('wants the code of staff, and takes no other', async () => {
    const { signIn, stop } = await startDemoIdentity({ isDemo: true }, HERE);
    const query = new URLSearchParams({
      ...{ client_id: signIn.clientId, response_type: 'code', scope: 'openid', acr_values: ACR.two },
      ...{ redirect_uri: 'http://127.0.0.1:1/api/v1/sign-in/done', nonce: 'x', state: 'x' },
      ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
    });
    const browser = createBrowser();
    const page = await browser.follow(`${signIn.issuer}/auth?${query}`, ({ status }) => status === 200);
    for (const code of ['', '000000', '0', 'x'.repeat(4_000)]) {
      const again = await browser.send(page.url, { account: 'verifier-ningbo', code });
      assert.equal(again.status, 200, code.slice(0, 9));
      assert.match(await again.text(), /role="alert"/);
    }
    await stop();
  });
});

describe('the people of the demo', () => {
  const documentOf = (claims: object): Document | undefined => {
    const read = readVerification(claims as Record<string, unknown>, [DEMO_FRAMEWORK]);
    assert.notEqual(read.kind, 'unreadable');
    return read.kind === 'verified' ? read.identity.document : undefined;
  };
  const citizens = DEMO_ACCOUNTS.filter(({ kind }) => kind === 'citizen');

  test('have ids of their own, and two languages', () => {
    assert.equal(new Set(DEMO_ACCOUNTS.map(({ id }) => id)).size, DEMO_ACCOUNTS.length);
    for (const { name, about } of DEMO_ACCOUNTS)
      for (const { zh, en } of [name, about]) assert.ok(/\p{Script=Han}/u.test(zh) && en !== '');
  });

  test('have documents of nobody', () => {
    for (const { id, claims } of citizens) {
      const document = documentOf(claims);
      assert.equal(document === undefined, id === 'gao-yuan');
      if (document?.type === 'resident-id') assert.match(document.number, /^3399/);
    }
  });

  test('are in the made-up province, but for those who are new', () => {
    const wanted = new Map(
      citizens.flatMap(({ id, claims }) => {
        const document = documentOf(claims);
        return document ? [[documentKey(document), id] as const] : [];
      }),
    );
    const found = new Set<string>();
    const calendar = createCalendar(dayOf(Date.now()) - 1);
    for (const { bytes } of generateProvince(PEOPLE, SEED, readDivisions(), calendar))
      for (const line of bytes.toString('utf8').split('\n')) {
        if (line === '') continue;
        const { person } = JSON.parse(line) as { person: { document: object } };
        const key = documentKey(readDocument(person.document, 'document', [])!);
        if (wanted.has(key)) found.add(wanted.get(key)!);
      }
    const expected = [...wanted.values()].filter((id) => !NEW.includes(id));
    assert.deepEqual([...found].sort(), expected.sort());
  });

  test('of the staff have what the service asks of staff, in two territories', () => {
    const staff = DEMO_ACCOUNTS.filter(({ kind }) => kind === 'staff').map(({ claims }) =>
      readStaff({ ...claims, acr: ACR.two }, [ACR.two]),
    );
    assert.deepEqual(staff.map((one) => `${one?.territory} ${one?.roles}`).sort(), [
      '3301 counter',
      '3301 verifier',
      '3302 counter',
      '3302 verifier',
    ]);
  });
});
