import type { Page, Route } from 'playwright-core';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import { signIn } from '../identity.ts';
import { APPLICATION } from '../people-service.ts';
import { until } from '../until.ts';
import type { Phone, PhoneOptions, TestBrowser } from './browser.ts';
import { sees } from './citizen.ts';

/** A phone of somebody who has a code, bound through its pages, which shows the code. */
export async function boundPhone(
  browser: TestBrowser,
  url: string,
  accountId: string,
  { prepare, ...options }: PhoneOptions & { readonly prepare?: (page: Page) => Promise<void> } = {},
): Promise<Phone> {
  const phone = await browser.phone(options);
  await prepare?.(phone.page);
  await signInWithCode(phone.page, url, accountId);
  await bindHere(phone.page, url);
  return phone;
}

/** Signs in as somebody who has a green code, or gets one, and shows it: by requests, as other suites go through the pages. */
export async function signInWithCode(page: Page, url: string, accountId: string): Promise<void> {
  const { cookie, call } = await signedIn(url, accountId);
  const { status } = await call<MyCodeReply>('GET', '/me/code');
  if (status === 'none') await call('POST', '/me/code', APPLICATION);
  await takeCookie(page, url, cookie);
  await page.goto(url);
  await sees(page, '绿码');
}

/** Somebody who is signed in elsewhere. */
export async function signedIn(url: string, accountId: string) {
  const cookie = await signIn(url, accountId);
  const ours = { cookie, 'sec-fetch-site': 'same-origin' };
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = body ? { ...ours, 'content-type': 'application/json' } : ours;
    const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await fetch(`${url}/api/v1${path}`, sent);
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return { cookie, call };
}

/** Gives a phone the session of a `cookie` header. */
export async function takeCookie(page: Page, url: string, cookie: string): Promise<void> {
  const cookies = cookie.split('; ').map((pair) => pair.split('=') as [string, string]);
  await page.context().addCookies(cookies.map(([name, value]) => ({ name, value, url })));
}

/** Binds the phone of somebody who has signed in lately, and shows the code. */
export async function bindHere(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#/phones`);
  await page.getByRole('button', { name: '绑定本机' }).click();
  await page.getByText('本机已绑定').waitFor();
  await page.getByRole('link', { name: '我的码' }).click();
  await showsPass(page);
}

/** Waits until the phone shows its own pass. */
export async function showsPass(page: Page): Promise<void> {
  await page.locator('.phone-pass .qr').waitFor();
}

/** Has a phone sign anew more often than it usually does, by telling it that a showing counts so many seconds only. */
export async function showFor(page: Page, showSeconds: number): Promise<void> {
  await page.route('**/me/phones/*/passes', (route) => changed(route, () => ({ showSeconds })));
}

type Json = Readonly<Record<string, unknown>>;

/** Passes a request on, and changes the reply. */
export async function changed(route: Route, change: (reply: Json) => Json): Promise<void> {
  const response = await route.fetch();
  const reply = (await response.json()) as Json;
  await route.fulfill({ response, json: { ...reply, ...change(reply) } });
}

/** What a bound phone keeps: runs in the browser, where keys stay. */
export const READ_KEPT = `new Promise((resolve, reject) => {
  const request = indexedDB.open('healthcode-phone', 1);
  request.onerror = () => reject(request.error);
  request.onupgradeneeded = () => request.result.createObjectStore('phone');
  request.onsuccess = () => {
    const read = request.result.transaction('phone').objectStore('phone').getAll();
    read.onsuccess = () => { request.result.close(); resolve(read.result); };
  };
})`;

/** Waits until a phone keeps all that a bound one keeps. */
export async function keepsAll(page: Page): Promise<void> {
  await until(async () => (await keeps(page)).join() === '1,1,1,true');
}

/** Waits until a phone keeps nothing any more. */
export async function keepsNothing(page: Page): Promise<void> {
  await until(async () => (await keeps(page)).join() === '0,0,0,false');
}

/** How much a phone keeps: records, caches, workers, and whether it says that it is bound. */
async function keeps(page: Page): Promise<readonly [number, number, number, boolean]> {
  return page.evaluate(`(async () => [
    (await ${READ_KEPT}).length,
    (await caches.keys()).length,
    (await navigator.serviceWorker.getRegistrations()).length,
    localStorage.getItem('phone') !== null,
  ])()`);
}
