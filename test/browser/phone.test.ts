import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { listPhones } from '../../api/passes/phones.ts';
import type { Part } from '../../api/route.ts';
import { parseText } from '../../credential/parse-text.ts';
import { openSession, SESSION_COOKIE, sealSession } from '../../server/accounts/session-cookie.ts';
import { applyingAt } from '../../server/applications/applying.ts';
import { registerUndocumented } from '../../server/applications/counter/register-undocumented.ts';
import { zh as words } from '../../web/words/zh.ts';
import { leastOf } from '../durations.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { until } from '../until.ts';
import { isForEverybody } from './accessible.ts';
import {
  bindHere,
  boundPhone,
  keepsAll,
  keepsNothing,
  READ_KEPT,
  showFor,
  showsPass,
  signedIn,
  signInWithCode,
  takeCookie,
} from './bound-phone.ts';
import { testBrowser } from './browser.ts';
import { scan } from './scan.ts';

const MINUTE_MS = 60_000;

/** Runs in the browser: when the picture became another one, twice. */
const REDRAWN_AT = `new Promise((resolve) => {
  const times = [];
  const observer = new MutationObserver(() => {
    times.push(performance.now());
    if (times.length < 2) return;
    observer.disconnect();
    resolve(times);
  });
  observer.observe(document.querySelector('.qr-dark'), { attributes: true });
})`;

describe('a bound phone', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();
  const bound = (accountId: string, options = {}) => boundPhone(browser, service.url, accountId, options);

  test('keeps keys that nobody gets out of it, and no secret besides', async () => {
    const { page, faults, close } = await bound('sun-yue');
    const found = (await page.evaluate(`(async () => {
      const keys = [], bytes = [], texts = [];
      const walk = (value) => {
        if (value instanceof CryptoKey) keys.push(value);
        else if (ArrayBuffer.isView(value)) bytes.push(value.byteLength);
        else if (typeof value === 'string') texts.push(value);
        else if (value && typeof value === 'object') Object.values(value).forEach(walk);
      };
      walk(await ${READ_KEPT});
      const outcomes = await Promise.all(keys.flatMap((key) => ['jwk', 'pkcs8', 'raw'].map((format) =>
        crypto.subtle.exportKey(format, key).then(() => 'exported', (error) => error.name))));
      return {
        count: keys.length,
        isExtractable: keys.some(({ extractable }) => extractable),
        usages: [...new Set(keys.flatMap(({ type, usages }) => [type, ...usages]))],
        outcomes: [...new Set(outcomes)],
        bytes, texts,
        stored: Object.entries({ ...localStorage, ...sessionStorage }),
      };
    })()`)) as Record<'usages' | 'outcomes' | 'texts', string[]> & {
      count: number;
      isExtractable: boolean;
      bytes: number[];
      stored: [string, string][];
    };
    assert.equal(found.count, 6, 'that of the phone, and one for this epoch and each of four to come');
    assert.equal(found.isExtractable, false);
    assert.deepEqual(found.usages.sort(), ['private', 'sign']);
    assert.ok(!found.outcomes.includes('exported'), found.outcomes.join());
    assert.equal(found.bytes.length, 5, 'passes are the only bytes');
    assert.ok(
      found.bytes.every((length) => length > 100),
      'and none of them is as short as a key',
    );
    assert.deepEqual(found.stored, [['phone', 'bound']]);
    assert.ok(
      !found.texts.some((text) => text.includes('339900199505059919')),
      'nor the number of its holder',
    );
    assert.deepEqual(faults, []);
    await close();
  });

  test('is bound with one press, also where a fresh sign-in is asked for in between', async () => {
    const { page, shot, faults, close } = await browser.phone({ isSmall: true });
    await signInWithCode(page, service.url, 'sun-yue');
    // The session is older than the five minutes that binding asks for.
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === SESSION_COOKIE);
    const { keys } = service.installation;
    const sealed = openSession(keys, cookie!.value)!;
    const session = { ...sealed.session, signedInAt: sealed.session.signedInAt - 10 * MINUTE_MS };
    await page.context().addCookies([{ ...cookie!, value: sealSession(keys, { ...sealed, session }) }]);
    await page.getByRole('link', { name: '我的', exact: true }).click();
    await page.getByRole('link', { name: '手机离线亮码' }).click();
    await page.getByRole('button', { name: '绑定本机' }).waitFor();
    await isForEverybody(page, 'binding');
    await shot('phone-binding');
    await page.getByRole('button', { name: '绑定本机' }).click();
    await page.locator('button[value="sun-yue"]').click();
    await page.getByText('本机已绑定').waitFor();
    await isForEverybody(page, 'bound');
    await shot('phone-bound');
    assert.deepEqual(faults, []);
    await close();
  });

  test('that is removed while it has no network forgets its keys when it has one again', async () => {
    const { page, close } = await bound('anna-vogel');
    await keepsAll(page);
    await page.context().setOffline(true);
    await page.getByRole('heading', { name: '离线亮码' }).waitFor();
    const { call } = await signedIn(service.url, 'anna-vogel');
    const { phones } = await call<Part<typeof listPhones, 'reply'>>('GET', '/me/phones');
    for (const { phoneId } of phones) await call('DELETE', `/me/phones/${phoneId}`);
    await showsPass(page);
    await page.context().setOffline(false);
    await keepsNothing(page);
    await close();
  });

  test('whose code was given up elsewhere forgets its keys when its holder is there again', async () => {
    const { page, close } = await bound('anna-vogel');
    const { call } = await signedIn(service.url, 'anna-vogel');
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`);
    // It is not told for as long as its session still counts by itself.
    await page.context().setOffline(true);
    await call('POST', '/me/withdrawal', { confirm: true });
    await until(async () => {
      const headers = { cookie: cookies.join('; ') };
      return (await fetch(`${service.url}/api/v1/me/code`, { headers })).status === 401;
    });
    await page.context().setOffline(false);
    await page.reload();
    await page.getByText('登录已过期').waitFor();
    await takeCookie(page, service.url, (await signedIn(service.url, 'anna-vogel')).cookie);
    await page.reload();
    await keepsNothing(page);
    await close();
  });

  test('signs anew every few seconds, in one form, for whom it was told to', async () => {
    const showSeconds = 3;
    const prepare = (page: Page) => showFor(page, showSeconds);
    const { page, shot, faults, close } = await bound('lee-ka-man', { prepare });
    const read = async () => {
      const parsed = parseText(await scan(page));
      assert.equal(parsed.kind, 'parsed', JSON.stringify(parsed));
      return parsed as Extract<typeof parsed, { kind: 'parsed' }>;
    };
    const first = await read();
    assert.equal(first.pass.form, 'holder');
    const halfMs = (showSeconds * 1_000) / 2;
    const everyMs = await leastOf(halfMs, async () => {
      const [one, two] = (await page.evaluate(REDRAWN_AT)) as [number, number];
      return two - one;
    });
    assert.ok(everyMs < halfMs, `${everyMs} ms: before half of its life is over`);
    assert.ok((await read()).shown!.at > first.shown!.at);

    await page.goto(`${service.url}/#/wards`);
    await page.getByRole('button', { name: words.wardsAsk }).click();
    const reference = (await page.locator('.reference-text').textContent())!;
    const clerk = { accountId: randomUUID(), authority: '西湖区', territory: '3301' };
    const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
    await registerUndocumented(applyingAt(service.installation, Date.now), clerk, child);
    await page.goto(`${service.url}/#/`);
    await page.getByRole('link', { name: '和家人一起出示' }).click();
    await page.getByLabel('*明').check();
    await isForEverybody(page, 'together');
    await shot('phone-together');
    await page.getByRole('button', { name: '一起出示' }).click();
    await page.getByText('与 *明 一起出示').waitFor();
    await isForEverybody(page, 'group');
    await shot('phone-group');
    const { pass } = await read();
    assert.equal(pass.form === 'group' && pass.members.length, 2);
    await page.getByRole('link', { name: '更改' }).click();
    await page.getByRole('button', { name: '只出示本人' }).click();
    await page.locator('.company-names').waitFor({ state: 'detached' });
    assert.equal((await read()).pass.form, 'holder');
    assert.deepEqual(faults, []);
    await close();
  });

  test('that is removed elsewhere forgets its keys, and its owner is told of each that is bound', async () => {
    const one = await bound('chen-yi');
    const other = await browser.phone();
    await signInWithCode(other.page, service.url, 'chen-yi');
    await other.page.goto(`${service.url}/#/phones`);
    await other.page.getByLabel('给本机起个名字').fill('<img src=x onerror="document.title=1">');
    await other.page.getByRole('button', { name: '绑定本机' }).click();
    await other.page.getByText('本机已绑定').waitFor();
    await other.page.getByText('<img src=x onerror="document.title=1">').waitFor();
    assert.equal(await other.page.title(), '浙江健康码');
    assert.equal(await other.page.locator('main img').count(), 0);
    await isForEverybody(other.page, 'phones');
    await other.shot('phones');
    await one.page.getByRole('region', { name: '通知' }).waitFor();
    await one.shot('phone-told');
    await other.page.getByRole('listitem').filter({ hasNotText: '本机' }).getByRole('button').click();
    await other.page.getByText(/要移除/).waitFor();
    await isForEverybody(other.page, 'a question');
    await other.shot('phones-question');
    await other.page.getByRole('button', { name: '确定移除' }).click();
    await other.page.getByText('已移除。').waitFor();
    // The other one hears of it, and goes on with what the service gives.
    await keepsNothing(one.page);
    await one.page.locator('.code-body > .qr').waitFor();
    assert.deepEqual([...one.faults, ...other.faults], []);
    await one.close();
    await other.close();
  });

  test('forgets everything when its holder signs out, in each tab, and when the code is given up', async () => {
    const { page, faults, close } = await bound('selam-bekele');
    const second = await page.context().newPage();
    let fetches = 0;
    second.on('request', (request) => {
      if (request.url().endsWith('/passes')) fetches++;
    });
    await second.goto(service.url);
    await showsPass(second);
    assert.equal(fetches, 0, 'what one tab has fetched the other has');
    await keepsAll(page);
    await second.goto(`${service.url}/#/me`);
    await second.getByRole('button', { name: '退出登录' }).click();
    await second.getByRole('link', { name: '登录', exact: true }).waitFor();
    await page.getByRole('link', { name: '登录', exact: true }).waitFor();
    await keepsNothing(page);
    await second.close();

    await signInWithCode(page, service.url, 'selam-bekele');
    await page.goto(`${service.url}/#/phones`);
    await page.getByRole('button', { name: '绑定本机' }).waitFor();
    assert.equal(await page.getByText('已绑定的手机').count(), 0, 'signing out has removed the phone');
    await bindHere(page, service.url);
    await page.goto(`${service.url}/#/leave`);
    await page.getByLabel('我确认注销').check();
    await page.getByRole('button', { name: '注销健康码' }).click();
    await page.getByRole('heading', { name: '已删除' }).waitFor();
    await keepsNothing(page);
    assert.deepEqual(faults, []);
    await close();
  });

  test('is no phone of whoever signs in there next', async () => {
    const { page, close } = await bound('lee-ka-man');
    // The session is gone, as after twelve hours.
    await page.context().clearCookies();
    await page.reload();
    await page.getByText('登录已过期').waitFor();
    await isForEverybody(page, 'signed out');
    await showsPass(page);
    await signInWithCode(page, service.url, 'sun-yue');
    await page.locator('.code-body > .qr').waitFor();
    await keepsNothing(page);
    await close();
  });

  test('where a browser keeps nothing is not bound, and the code is shown all the same', async () => {
    const { page, shot, close } = await browser.phone();
    await page.addInitScript(`{
      const denied = { get() { throw new DOMException('denied', 'SecurityError'); } };
      for (const name of ['indexedDB', 'localStorage', 'sessionStorage', 'caches']) Object.defineProperty(globalThis, name, denied);
    }`);
    await signInWithCode(page, service.url, 'he-jing');
    await page.locator('.code-body > .qr').waitFor();
    await page.goto(`${service.url}/#/phones`);
    await page.getByRole('button', { name: '绑定本机' }).click();
    await page.getByText('这个浏览器不保存密钥').waitFor();
    await isForEverybody(page, 'keeps nothing');
    await shot('phone-keeps-nothing');
    await close();
  });
});
