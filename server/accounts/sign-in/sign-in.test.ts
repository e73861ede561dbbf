import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createBrowser, locationOf, signIn, walk } from '../../../test/identity.ts';
import { NUMBERS } from '../../../test/service.ts';
import { accountWith, CLERK, residentDocument, signInSuite, verified } from '../../../test/sign-in-suite.ts';

const ACCOUNTS = [
  accountWith('one', verified(NUMBERS[0])),
  accountWith('unverified', {}),
  accountWith('untrusted', verified(NUMBERS[0], '陈一', 'theirs')),
  accountWith('malformed', verified('1')),
  accountWith('clerk', CLERK, 'staff'),
];

describe('signing in', () => {
  const { identity, service, begin, outcome, sessionOf, signedIn, describeOf } = signInSuite(ACCOUNTS);

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
      document: residentDocument(NUMBERS[0]),
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

  test('is possible as one after the other in one browser', async () => {
    const browser = createBrowser();
    for (const [as, account, kind] of [
      ['citizen', 'one', 'citizen'],
      ['citizen', 'unverified', 'citizen'],
      ['staff', 'clerk', 'staff'],
      ['citizen', 'one', 'citizen'],
    ] as const) {
      assert.equal(outcome(await walk(browser, begin(as), account)), '/', account);
      assert.equal(signedIn(browser)?.kind, kind);
    }
  });

  test('at the same time for the first time gives one account', async () => {
    identity.accounts = [...identity.accounts, accountWith('twin', {})];
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

  test('that is broken off tells the page', async () => {
    const browser = createBrowser();
    const page = await browser.follow(begin('citizen', '/code'), ({ status }) => status === 200);
    const back = await browser.send(page.url, { cancel: '1' });
    const last = await browser.follow(locationOf(back), ({ url }) => url.includes('/sign-in/done'));
    assert.equal(outcome(last), '/code?signin=failed');
    assert.equal(signedIn(browser), undefined);
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
    for (const text of ['healthcode=', 'set-cookie', 'code=', '陈', 'script', ...NUMBERS, 'phone'])
      assert.ok(!log.includes(text), text);
  });
});
