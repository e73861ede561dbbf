import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callbackOf, createBrowser, signIn, walk } from '../../../test/identity.ts';
import { NUMBERS } from '../../../test/service.ts';
import { accountWith, CLERK, signInSuite, verified } from '../../../test/sign-in-suite.ts';

const SCRIPT = '<script>alert(1)</script>';

const ACCOUNTS = [
  accountWith('one', verified(NUMBERS[0])),
  accountWith('unverified', {}),
  accountWith('script', verified(NUMBERS[1], SCRIPT)),
  accountWith('ambitious', { ...verified(NUMBERS[0]), ...CLERK, acr: 'urn:healthcode:demo:two-factors' }),
  accountWith('clerk', CLERK, 'staff'),
  accountWith('nobody', {}, 'staff'),
];

describe('attacks on signing in:', () => {
  const {
    identity,
    service,
    begin,
    outcome,
    sessionOf,
    signedIn,
    describeOf,
    transactionOf,
    plantTransaction,
  } = signInSuite(ACCOUNTS);

  test('leads to no other host', async () => {
    for (const to of [
      '//attacker.example',
      '/\\attacker.example',
      '/\t/attacker.example',
      'https://attacker.example',
    ])
      assert.equal(outcome(await walk(createBrowser(), begin('citizen', to), 'one')), '/', to);
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
});
