import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import { type Instant, parseInstant, printInstant } from '../../domain/time.ts';
import { identityProvider } from '../identity.ts';
import { APPLICATION } from '../people-service.ts';
import { runningService } from '../running-service.ts';
import { until } from '../until.ts';
import { isForEverybody } from './accessible.ts';
import { signedIn } from './bound-phone.ts';
import { testBrowser } from './browser.ts';
import { sees, showsCode, signInAs } from './citizen.ts';

/** What a service replies that has too much to do. */
const TOO_MUCH = {
  status: 503,
  contentType: 'application/problem+json',
  headers: { 'retry-after': '2' },
  body: JSON.stringify({
    ...{ type: 'urn:healthcode:problem:overloaded', title: 'Too much', status: 503 },
    ...{ code: 'overloaded', instance: 'urn:uuid:00000000-0000-0000-0000-000000000000' },
  }),
};

/** What a service replies whose database is away. */
const AWAY = {
  ...TOO_MUCH,
  body: JSON.stringify({
    ...{ type: 'urn:healthcode:problem:unavailable', title: 'Not now', status: 503 },
    ...{ code: 'unavailable', instance: 'urn:uuid:00000000-0000-0000-0000-000000000000' },
  }),
};
const MY_CODE = '**/api/v1/me/code';
const RENEWING = /^(\d\d:\d\d:\d\d) 签发，有效至 (\d\d:\d\d:\d\d)，正在续期$/;

type Fulfilled = NonNullable<Parameters<Route['fulfill']>[0]>;

/** When what is shown was issued, and when it ends. */
async function timesIn(page: Page): Promise<readonly [issued: Instant, ends: Instant]> {
  const [, issued, ends] = RENEWING.exec(await page.locator('.code-foot').innerText())!;
  const today = printInstant(Date.now()).slice(0, 11);
  return [parseInstant(`${today}${issued}+08:00`), parseInstant(`${today}${ends}+08:00`)];
}

describe('my code while the service is away', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();

  const holder = async (accountId: string) => showsCode(await browser.phone(), service.url, accountId);

  /** Lets each code end so long after it was issued: in service that is a minute. */
  const LIFE_MS = 8_000;
  /** Returns what tells when the newest ends. */
  async function endSoon(page: Page): Promise<() => Instant> {
    let endsAt: Instant = 0;
    await page.route(MY_CODE, async (route) => {
      const response = await route.fetch();
      const reply = (await response.json()) as MyCodeReply;
      if (reply.code) {
        endsAt = parseInstant(reply.asOf) + LIFE_MS;
        reply.code = { ...reply.code, expiresAt: printInstant(endsAt), refreshAfterSeconds: 2 };
      }
      await route.fulfill({ response, json: reply });
    });
    await page.reload();
    return () => endsAt;
  }

  test('shows what was issued until it ends when the connection is lost, as of when, and comes back with it', async () => {
    const { page, shot, faults, close } = await holder('sun-yue');
    const endsAt = await endSoon(page);
    const colours = page.locator('.code-card.green, .code-card.yellow, .code-card.red, .qr');
    await until(async () => (await colours.count()) === 2);
    const clock = await page.locator('.clock-time').innerText();
    await page.waitForFunction((before) => {
      const { document } = globalThis as unknown as {
        document: { querySelector: (selector: string) => { innerText: string } };
      };
      return document.querySelector('.clock-time').innerText !== before;
    }, clock);
    // What a test answers does not go by the network of the page.
    await page.unroute(MY_CODE);
    await page.context().setOffline(true);
    await page.locator('.code-foot').getByText(RENEWING).waitFor();
    const [issued, ends] = await timesIn(page);
    assert.equal(ends - issued, LIFE_MS);
    assert.equal(await colours.count(), 2);
    assert.match(await page.locator('[role=status]').first().innerText(), RENEWING);
    await isForEverybody(page, 'renewing');
    await shot('renewing');
    await sees(page, '非当前状态');
    // A reply takes a moment, from when on it ages; it is never shown for longer.
    const late = Date.now() - endsAt();
    assert.ok(late > -1_000 && late < 1_000, `hidden ${late} ms after its end`);
    await until(async () => (await colours.count()) === 0);
    // Nor reasons or doors of before.
    assert.equal(await page.getByRole('region', { name: /为什么|今天可以去/ }).count(), 0);
    assert.match(await page.locator('.code-band').innerText(), /\d\d:\d\d 为绿码，现在无法确认/);
    assert.match(await page.locator('[role=status]').first().innerText(), /不是当前状态/);
    await isForEverybody(page, 'offline');
    await shot('offline');
    await page.context().setOffline(false);
    await sees(page, '绿码');
    await until(async () => (await colours.count()) === 2);
    assert.deepEqual(faults, []);
    await close();
  });

  test('is shown to its end, and no longer, while the service is away, and tries again by itself', async () => {
    const { page, close } = await holder('he-jing');
    await endSoon(page);
    await sees(page, '绿码');
    for (const away of [AWAY, TOO_MUCH, undefined]) {
      await page.unroute(MY_CODE);
      await page.route(MY_CODE, (route) => (away ? route.fulfill(away) : route.abort()));
      await page.locator('.code-foot').getByText(RENEWING).waitFor();
      await page.getByRole('img', { name: '健康码二维码' }).waitFor();
      await sees(page, '非当前状态');
      await page.unroute(MY_CODE);
      await endSoon(page);
      await sees(page, '绿码');
    }
    await close();
  });

  test('is hidden at once when the service refuses, and when it has changed and cannot be had', async () => {
    const { page, close } = await browser.phone();
    await signInAs(page, service.url, 'sun-yue');
    const isHidden = async (why: string, reply: Fulfilled, cause: () => Promise<unknown>) => {
      await page.locator('.code-foot').getByText('实时').waitFor();
      await page.route(MY_CODE, (route) => route.fulfill(reply));
      await cause();
      const from = Date.now();
      await sees(page, '非当前状态');
      assert.ok(Date.now() - from < 15_000, `${why}: long before its end`);
      assert.equal(await page.locator('.qr').count(), 0, why);
      await page.unroute(MY_CODE);
      await page.reload();
    };
    const askAgain = () => page.evaluate(`window.dispatchEvent(new Event('pageshow'))`);
    for (const status of [404, 429, 500]) await isHidden(`${status}`, { status, body: 'no' }, askAgain);
    await isHidden('a portal in between', { status: 200, body: '<p>Welcome</p>' }, askAgain);
    const { call } = await signedIn(service.url, 'sun-yue');
    const fever = { ...APPLICATION.declaration, fever: true };
    await isHidden('a colour that turned', AWAY, () => call('PUT', '/me/declaration', fever));
    await sees(page, '黄码');
    await close();
  });

  test('says so when the service has too much to do, and asks no sooner than it was told to', async () => {
    // Who has a code since the test before.
    const { page, shot, close } = await browser.phone();
    await signInAs(page, service.url, 'he-jing');
    await endSoon(page);
    await sees(page, '绿码');
    const askedAt: number[] = [];
    await page.route('**/api/v1/me/code', (route) => {
      askedAt.push(performance.now());
      return route.fulfill(TOO_MUCH);
    });
    // The events are what is turned away first.
    await page.route('**/api/v1/me/events', (route) => route.fulfill(TOO_MUCH));
    await page.evaluate(`window.dispatchEvent(new Event('pageshow'))`);
    await page.getByText('服务繁忙，正在自动重试').waitFor();
    assert.match(await page.locator('[role=status]').first().innerText(), /服务繁忙，所示不是当前状态/);
    // Nor is there a button that would ask no sooner, or a word of a connection that is there.
    assert.equal(await page.getByRole('button', { name: '立即刷新' }).count(), 0);
    assert.doesNotMatch(await page.locator('main').innerText(), /连接|网络/);
    await isForEverybody(page, 'busy');
    await shot('busy');
    for (let i = 0; i < 20; i++) await page.evaluate(`window.dispatchEvent(new Event('pageshow'))`);
    await until(() => askedAt.length >= 3, 15_000);
    for (let i = 1; i < askedAt.length; i++)
      assert.ok(
        askedAt[i]! - askedAt[i - 1]! >= 1_900,
        `asked again after ${askedAt[i]! - askedAt[i - 1]!} ms`,
      );
    await page.unroute('**/api/v1/me/code');
    await sees(page, '绿码');
    await close();
  });

  test('says so too when nobody is known yet, when no code was shown yet, and of the past', async () => {
    const { page, shot, close } = await browser.phone();
    await signInAs(page, service.url, 'he-jing');
    await sees(page, '绿码');
    for (const [name, refused, room] of [
      ['nobody-yet', '**/api/v1/**', ''],
      ['no-code-yet', '**/api/v1/me/**', ''],
      ['records', '**/api/v1/me/{history,looks}*', 'records'],
    ] as const) {
      let count = 0;
      await page.route(refused, (route) => {
        count++;
        return route.fulfill(TOO_MUCH);
      });
      await page.goto('about:blank');
      await page.goto(`${service.url}/#/${room}`);
      await page.getByText('正在自动重试，无需刷新。').first().waitFor();
      const before = count;
      await until(() => count > before, 30_000);
      await page.getByText('正在自动重试，无需刷新。').first().waitFor();
      assert.equal(await page.getByText(/检查网络|重试$/).count(), 0, name);
      await isForEverybody(page, `busy, ${name}`);
      await shot(`busy-${name}`);
      await page.unroute(refused);
      await page.getByText('服务繁忙').first().waitFor({ state: 'detached' });
    }
    await close();
  });
});
