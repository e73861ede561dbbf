import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEMO_FRAMEWORK, type DemoAccount } from '../../../cli/demo/identity/accounts.ts';
import { startDemoIdentity } from '../../../cli/demo/identity/start-identity.ts';
import type { Document } from '../../../domain/people/document.ts';
import {
  type Browser,
  callbackOf,
  createBrowser,
  identityProvider,
  locationOf,
  signIn,
  walk,
} from '../../../test/identity.ts';
import { runningService } from '../../../test/running-service.ts';
import { NUMBERS } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { findOrAddPeople } from '../../people/find-or-add-people.ts';
import { addKin } from '../../people/store.ts';
import { createLog } from '../../platform/log/log.ts';
import { type Service, startService } from '../../start-service.ts';
import { openSession } from '../session-cookie.ts';
import { setPersonOfAccount } from '../store.ts';
import { openTransaction, sealTransaction, type Transaction } from './transaction-cookie.ts';

const PHONE = 'phone';

function documentOf(number: string): Document {
  return { type: 'resident-id', number };
}

function person(id: string, claims: object, kind: DemoAccount['kind'] = 'citizen'): DemoAccount {
  const words = { zh: id, en: id };
  return { id, kind, name: words, about: words, claims: claims as DemoAccount['claims'] };
}

function verified(number: string, name = '陈一', framework = DEMO_FRAMEWORK): object {
  const claims = { name, document: documentOf(number) };
  return { verified_claims: { verification: { trust_framework: framework }, claims } };
}

const STAFF = {
  healthcode_roles: ['counter'],
  healthcode_territory: '3301',
  healthcode_authority: 'Hangzhou',
};
const SCRIPT = '<script>alert(1)</script>';

const ACCOUNTS: readonly DemoAccount[] = [
  person('one', verified(NUMBERS[0])),
  person('unverified', {}),
  person('untrusted', verified(NUMBERS[0], '陈一', 'theirs')),
  person('malformed', verified('1')),
  person('script', verified(NUMBERS[1], SCRIPT)),
  person('ambitious', { ...verified(NUMBERS[0]), ...STAFF, acr: 'urn:healthcode:demo:two-factors' }),
  person('clerk', STAFF, 'staff'),
  person('nobody', {}, 'staff'),
];

describe('signing in', () => {
  const identity = identityProvider(ACCOUNTS);
  const service = runningService({ config: () => ({ signIn: identity.signIn }) });
  let other: Service;

  const begin = (as = 'citizen', to = '/') =>
    `${service.url}/api/v1/sign-in?as=${as}&to=${encodeURIComponent(to)}`;
  const outcome = (response: Response) => locationOf(response).slice(service.url.length);
  const sessionOf = (cookie: string) => {
    const value = /(?:^|; )healthcode=([^;]+)/.exec(cookie)?.[1];
    return value === undefined ? undefined : openSession(service.installation.keys, value)?.session;
  };
  const describeOf = async (cookie: string, url = service.url) =>
    (await (await fetch(`${url}/api/v1/session`, { headers: { cookie } })).json()) as Record<string, unknown>;
  const signedIn = (browser: Browser) => sessionOf(browser.cookieFor(service.url));
  const transactionOf = (browser: Browser): Transaction => {
    const value = /healthcode-sign-in=([^;]+)/.exec(browser.cookieFor(service.url))?.[1];
    return openTransaction(service.installation.keys, value, Date.now())!;
  };
  const plantTransaction = (browser: Browser, transaction: Transaction) =>
    browser.plant(service.url, 'healthcode-sign-in', sealTransaction(service.installation.keys, transaction));
  const personOf = async (number: string) => {
    const { store, keys } = service.installation;
    const found = await store.app.transaction((db) =>
      findOrAddPeople(db, keys, [documentOf(number)], Date.now()),
    );
    return [...found.values()][0]!.personId;
  };
  const bind = (accountId: string, personId: string) =>
    service.installation.store.app.transaction((db) =>
      setPersonOfAccount(db, accountId, personId, Date.now()),
    );

  test('ends with the session of somebody whose document is verified', async () => {
    const browser = createBrowser();
    const last = await walk(browser, begin('citizen', '/code?a=1#top'), 'one');
    assert.equal(outcome(last), '/code?a=1#top');
    const given = last.headers.getSetCookie().find((text) => text.startsWith('healthcode='));
    assert.match(given!, /; Max-Age=4\d{4}; Path=\/; HttpOnly; SameSite=Lax$/);
    const cookie = browser.cookieFor(service.url);
    assert.ok(!cookie.includes('sign-in'), 'what was needed to sign in is gone');
    assert.deepEqual(await describeOf(cookie), { kind: 'citizen', name: '*一', verified: true, demo: false });
    const session = sessionOf(cookie);
    assert.deepEqual(session?.kind === 'citizen' && session.verified, {
      name: '陈一',
      document: documentOf(NUMBERS[0]),
    });
  });

  test('finds the same account again, with a new session each time', async () => {
    const [first, second] = [await signIn(service.url, 'one'), await signIn(service.url, 'one')].map(
      sessionOf,
    );
    assert.equal(first!.accountId, second!.accountId);
    assert.notEqual(first!.sessionId, second!.sessionId);
    assert.notEqual(first!.accountId, sessionOf(await signIn(service.url, 'unverified'))!.accountId);
  });

  test('at the same time for the first time gives one account', async () => {
    identity.accounts = [...identity.accounts, person('twin', {})];
    const cookies = await Promise.all(Array.from({ length: 6 }, () => signIn(service.url, 'twin')));
    assert.equal(new Set(cookies.map((cookie) => sessionOf(cookie)!.accountId)).size, 1);
    assert.equal(new Set(cookies.map((cookie) => sessionOf(cookie)!.sessionId)).size, 6);
  });

  test('without a verified document verifies nothing', async () => {
    assert.deepEqual(await describeOf(await signIn(service.url, 'unverified')), {
      kind: 'citizen',
      verified: false,
      demo: false,
    });
  });

  for (const account of ['untrusted', 'malformed']) {
    test(`with claims that are ${account} verifies nothing, and says so`, async () => {
      const browser = createBrowser();
      assert.equal(outcome(await walk(browser, begin(), account)), '/?signin=unreadable');
      assert.equal((await describeOf(browser.cookieFor(service.url))).verified, false);
      assert.ok(
        service.lines.some((line) => line.includes('what the identity provider has verified cannot be read')),
      );
    });
  }

  test('leaves a name that is a script a text', async () => {
    const browser = createBrowser();
    const page = await browser.follow(begin(), ({ status }) => status === 200);
    identity.accounts = identity.accounts.map((one) =>
      one.id === 'script' ? { ...one, name: { zh: SCRIPT, en: '" onclick="x' } } : one,
    );
    const html = await (await browser.go(page.url)).text();
    assert.ok(!html.includes(SCRIPT) && html.includes('&#60;script&#62;') && !html.includes('" onclick'));
    assert.match(page.headers.get('content-security-policy')!, /default-src 'none'; style-src 'sha256-/);
    await walk(browser, begin(), 'script');
    const response = await browser.go(`${service.url}/api/v1/session`);
    assert.match(response.headers.get('content-type')!, /^application\/json/);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  });

  test('makes staff of those who show two factors', async () => {
    const cookie = await signIn(service.url, 'clerk', 'staff');
    const session = sessionOf(cookie);
    assert.ok(session?.kind === 'staff');
    assert.deepEqual(
      [session.roles, session.territory, session.authority],
      [['counter'], '3301', 'Hangzhou'],
    );
    assert.deepEqual(await describeOf(cookie), {
      kind: 'staff',
      authority: 'Hangzhou',
      roles: ['counter'],
      demo: false,
    });
  });

  test('refuses staff without a second factor, and those to whom nobody gave a role', async () => {
    for (const [account, withCode] of [
      ['clerk', false],
      ['nobody', true],
    ] as const) {
      const browser = createBrowser();
      assert.equal(
        outcome(await walk(browser, begin('staff', '/desk'), account, { withCode })),
        '/desk?signin=refused',
      );
      assert.equal(signedIn(browser), undefined);
    }
  });

  test('gives no role to a citizen, whatever is claimed', async () => {
    const session = sessionOf(await signIn(service.url, 'ambitious'));
    assert.equal(session?.kind, 'citizen');
    assert.ok(!('roles' in session!) && !('territory' in session));
  });

  test('leads to no other host', async () => {
    for (const to of [
      '//attacker.example',
      '/\\attacker.example',
      '/\t/attacker.example',
      'https://attacker.example',
    ])
      assert.equal(outcome(await walk(createBrowser(), begin('citizen', to), 'one')), '/', to);
  });

  test('that is broken off tells the page', async () => {
    const browser = createBrowser();
    const page = await browser.follow(begin('citizen', '/code'), ({ status }) => status === 200);
    const back = await browser.send(page.url, { cancel: '1' });
    const last = await browser.follow(locationOf(back), ({ url }) => url.includes('/sign-in/done'));
    assert.equal(outcome(last), '/code?signin=failed');
    assert.equal(signedIn(browser), undefined);
  });

  test('begun by somebody else signs nobody in: the account would be the attacker’s', async () => {
    const callback = await callbackOf(createBrowser(), begin(), 'one');
    const victim = createBrowser();
    assert.equal(outcome(await victim.go(callback)), '/?signin=failed');
    await victim.go(begin('citizen', '/code'));
    assert.equal(outcome(await victim.go(callback)), '/code?signin=failed');
    assert.equal(signedIn(victim), undefined);
  });

  test('cannot be ended twice, not even with a copy of the cookie', async () => {
    const browser = createBrowser();
    const callback = await callbackOf(browser, begin(), 'one');
    const transaction = transactionOf(browser);
    assert.equal(outcome(await browser.go(callback)), '/');
    assert.equal(outcome(await browser.go(callback)), '/?signin=failed');
    const thief = createBrowser();
    plantTransaction(thief, transaction);
    assert.equal(outcome(await thief.go(callback)), '/?signin=failed');
    assert.equal(signedIn(thief), undefined);
  });

  test('fails with another nonce, another verifier, another state, or too late', async () => {
    for (const change of [{ nonce: 'other' }, { verifier: 'v'.repeat(43) }, { state: 'other' }, {}]) {
      const browser = createBrowser();
      const callback = await callbackOf(browser, begin(), 'one');
      const before = transactionOf(browser);
      const isLate = Object.keys(change).length === 0;
      const checks = { ...before.checks, ...change };
      plantTransaction(browser, { ...before, checks, ...(isLate && { expiresAt: Date.now() - 1 }) });
      assert.equal(outcome(await browser.go(callback)), '/?signin=failed', JSON.stringify(change));
      assert.equal(signedIn(browser), undefined);
    }
  });

  test('fails for what an attacker puts into the address', async () => {
    for (const query of [
      '',
      '?code=x',
      '?error=%0d%0aset-cookie:x',
      '?code=x&state=y&iss=z',
      `?code=${'x'.repeat(5_000)}`,
    ]) {
      const browser = createBrowser();
      await browser.go(begin());
      const last = await browser.go(`${service.url}/api/v1/sign-in/done${query}`);
      assert.equal(outcome(last), '/?signin=failed', query.slice(0, 40));
    }
    const repeated = createBrowser();
    const callback = await callbackOf(repeated, begin(), 'one');
    assert.equal(outcome(await repeated.go(`${callback}&state=other`)), '/?signin=failed');
  });

  test('never goes on with a session that somebody has planted', async () => {
    const planted = (await signIn(service.url, 'unverified')).replace('healthcode=', '');
    const browser = createBrowser();
    browser.plant(service.url, 'healthcode', planted);
    await walk(browser, begin(), 'one');
    assert.notEqual(signedIn(browser)!.sessionId, sessionOf(`healthcode=${planted}`)!.sessionId);
    assert.deepEqual(await describeOf(`healthcode=${planted}`), { kind: 'none', demo: false });
  });

  test('shows the code of the account, until the document is another person’s', async () => {
    identity.accounts = [...identity.accounts, person(PHONE, verified(NUMBERS[2]))];
    const owner = await personOf(NUMBERS[2]);
    const { accountId } = sessionOf(await signIn(service.url, PHONE))!;
    await bind(accountId, owner);
    const old = await signIn(service.url, PHONE);
    assert.equal((sessionOf(old) as { personId?: string }).personId, owner);
    await personOf(NUMBERS[3]);
    const passOn = (claims: object) => {
      identity.accounts = identity.accounts.map((one) => (one.id === PHONE ? person(PHONE, claims) : one));
    };
    for (const number of [NUMBERS[3], '339900199001010054']) {
      passOn(verified(NUMBERS[2]));
      await bind(accountId, owner);
      const before = await signIn(service.url, PHONE);
      passOn(verified(number));
      const after = await signIn(service.url, PHONE);
      assert.equal((sessionOf(after) as { personId?: string }).personId, undefined);
      await until(async () => (await describeOf(before)).kind === 'none', 1_000);
      assert.equal((await describeOf(after)).kind, 'citizen');
    }
    assert.equal((await describeOf(old)).kind, 'none');
  });

  test('shows the code also with a second document of the same person', async () => {
    const [owner, kin] = [await personOf(NUMBERS[0]), await personOf(NUMBERS[1])];
    const both = [
      { personId: owner, kinId: kin },
      { personId: kin, kinId: owner },
    ];
    await addKin(service.installation.store.app, both, Date.now(), Date.now() + 1_000);
    identity.accounts = [...identity.accounts, person('two-papers', verified(NUMBERS[0]))];
    await bind(sessionOf(await signIn(service.url, 'two-papers'))!.accountId, owner);
    identity.accounts = [...identity.accounts.slice(0, -1), person('two-papers', verified(NUMBERS[1]))];
    const session = sessionOf(await signIn(service.url, 'two-papers'));
    assert.equal((session as { personId?: string }).personId, owner);
  });

  test('is refused when a document was verified before and none is now', async () => {
    identity.accounts = [...identity.accounts, person('lapsed', verified(NUMBERS[1]))];
    const cookie = await signIn(service.url, 'lapsed');
    identity.accounts = [...identity.accounts.slice(0, -1), person('lapsed', {})];
    const browser = createBrowser();
    assert.equal(outcome(await walk(browser, begin(), 'lapsed')), '/?signin=unverified');
    assert.equal(signedIn(browser), undefined);
    assert.equal((await describeOf(cookie)).kind, 'citizen');
  });

  test('anew on demand asks the provider to ask again', async () => {
    const browser = createBrowser();
    const sent = await browser.go(`${begin()}&fresh=true`);
    const { searchParams } = new URL(locationOf(sent));
    assert.deepEqual([searchParams.get('prompt'), searchParams.get('max_age')], ['login', '120']);
    const last = await walk(browser, `${begin()}&fresh=true`, 'one');
    assert.equal(outcome(last), '/');
    assert.ok(Date.now() - signedIn(browser)!.signedInAt < 120_000);
  });

  test('begins at the address of the service, wherever the browser has come in', async () => {
    const at = begin().replace('127.0.0.1', 'localhost');
    const sent = await createBrowser().go(at);
    assert.equal(sent.headers.get('location'), begin());
  });

  test('as something else is a mistake of the caller', async () => {
    assert.equal((await createBrowser().go(begin('king'))).status, 400);
  });

  test('leaves no cookie, no code and nobody’s name in the log', () => {
    const log = service.lines.join('');
    for (const text of ['healthcode=', 'set-cookie', 'code=', '陈', 'script', ...NUMBERS, PHONE])
      assert.ok(!log.includes(text), text);
  });

  describe('when the provider is away', () => {
    const quiet = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });
    const serveWith = async (more: object) => {
      const config = { host: '127.0.0.1', port: 0, turnsCodes: false, version: '0.0.0', ...more };
      other = await startService(service.installation, config, Date.now, quiet);
      return other;
    };

    test('says so on the page, at the beginning and at the end, and goes on when it is back', async () => {
      const provider = await startDemoIdentity(
        { isDemo: true },
        { host: '127.0.0.1', port: 0, accounts: () => ACCOUNTS },
      );
      const { url, stop } = await serveWith({ signIn: provider.signIn });
      try {
        const browser = createBrowser();
        const start = `${url}/api/v1/sign-in?as=citizen&to=/code`;
        const callback = await callbackOf(browser, start, 'one');
        await provider.stop();
        assert.equal(locationOf(await browser.go(callback)), `${url}/code?signin=unavailable`);
        const away = { ...provider.signIn, issuer: provider.signIn.issuer };
        await stop();
        const again = await serveWith({ signIn: away });
        const sent = await createBrowser().go(`${again.url}/api/v1/sign-in?as=citizen&to=/code`);
        assert.equal(locationOf(sent), `${again.url}/code?signin=unavailable`);
        const port = Number(new URL(away.issuer).port);
        const back = await startDemoIdentity(
          { isDemo: true },
          { host: '127.0.0.1', port, accounts: () => ACCOUNTS },
        );
        const asked = await createBrowser().go(`${again.url}/api/v1/sign-in?as=citizen`);
        assert.ok(locationOf(asked).startsWith(away.issuer));
        await back.stop();
      } finally {
        await other.stop();
      }
    });

    test('or none is configured, nobody can sign in, and that is what is said', async () => {
      const { url, stop } = await serveWith({});
      for (const path of ['/sign-in?as=citizen', '/sign-in/done?code=x']) {
        const response = await createBrowser().go(`${url}/api/v1${path}`);
        assert.equal(response.status, 503);
        assert.equal(((await response.json()) as { code: string }).code, 'unavailable');
      }
      await stop();
    });
  });
});
