import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { CITIZEN_PAGES } from '../../server/platform/http/pages/pages.ts';
import { type ListeningApp, noDatabase, startApp } from '../http/http-app.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';
import { type Phone, testBrowser } from './browser.ts';

/** What stands in the page of the next build. */
const NEXT = '<!-- the next build -->';

/** Runs in the browser: as much as a bound phone keeps, with a pass for now. */
const BIND = `new Promise(async (resolve) => {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const hour = 3600000;
  const epoch = {
    epoch: 1, key: { privateKey, publicKey: '' }, startsAt: Date.now() - hour, endsAt: Date.now() + hour,
    passes: [{ company: '', pass: new Uint8Array(150) }],
  };
  const phone = {
    phoneId: 'p', holder: { name: '*越', document: '3' }, key: epoch.key, epochs: [epoch], companions: [],
    showSeconds: 15, renewAt: Date.now() + hour, offset: { offsetMs: 0, uncertaintyMs: 0 },
  };
  const request = indexedDB.open('healthcode-phone', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('phone');
  request.onsuccess = () => {
    const transaction = request.result.transaction('phone', 'readwrite');
    transaction.objectStore('phone').put(phone, 'phone');
    transaction.oncomplete = () => { request.result.close(); localStorage.setItem('phone', 'bound'); resolve(); };
  };
})`;

/** Runs in the browser: looks for another worker, and says what became of it. */
const UPDATE = `navigator.serviceWorker.getRegistration().then((registration) => new Promise((resolve) => {
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing.addEventListener('statechange', () => resolve(installing.state));
  });
  registration.update().catch(() => undefined);
}))`;

describe('the pages that a bound phone keeps', () => {
  const browser = testBrowser();
  let app: ListeningApp;
  let phone: Phone;
  let page: Page;

  before(async () => {
    app = await startApp(noDatabase, { pagesFolder: CITIZEN_PAGES });
    phone = await browser.phone();
    page = phone.page;
    await page.goto(app.url);
    await page.evaluate(BIND);
    await page.reload();
    await until(() => page.evaluate('navigator.serviceWorker.controller !== null'));
  });
  after(async () => {
    await phone.close();
    await app.app.close();
  });

  /** The same address with the files of another build. */
  async function deploy(pagesFolder: string): Promise<void> {
    const { port } = app;
    await app.app.close();
    app = await startApp(noDatabase, { pagesFolder }, port);
  }

  /** A build with another page; `digest` is what its worker expects of it. */
  function nextBuild(digest?: string): string {
    const folder = temporaryFolder();
    cpSync(CITIZEN_PAGES, folder, { recursive: true });
    const change = (name: string, edit: (text: string) => string) => {
      writeFileSync(join(folder, name), edit(readFileSync(join(folder, name), 'utf8')));
      for (const ending of ['br', 'gz']) rmSync(join(folder, `${name}.${ending}`));
    };
    change('index.html', (text) => text + NEXT);
    const content = readFileSync(join(folder, 'index.html'));
    const own = createHash('sha256').update(content).digest('base64');
    change('worker.js', (text) =>
      text
        .replace(/"\/":"sha256-[^"]*"/, `"/":"sha256-${digest ?? own}"`)
        .replace(/BUILD="[^"]*"/, `BUILD="${digest ?? 'next'}"`),
    );
    return folder;
  }

  const cacheNames = () => page.evaluate('caches.keys()') as Promise<string[]>;
  const opensOffline = async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '离线亮码' }).waitFor();
    await page.locator('.qr').waitFor();
  };

  test('are the files of the build and nothing else: no reply of the service, nothing of another origin', async () => {
    await page.evaluate(`fetch('/api/v1/session').catch(() => undefined)`);
    const kept = (await page.evaluate(`(async () => {
      const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => url);
    })()`)) as string[];
    assert.ok(kept.length >= 5, kept.join());
    for (const url of kept) {
      assert.equal(new URL(url).origin, app.url);
      assert.match(new URL(url).pathname, /^\/(?:assets\/[\w-]+\.(?:js|css|svg))?$/);
    }
    assert.ok(!kept.some((url) => url.endsWith('worker.js')), 'a worker that keeps itself is never replaced');
  });

  test('open while the service is away', async () => {
    const { port } = app;
    await app.app.close();
    await opensOffline();
    assert.deepEqual(phone.faults, []);
    app = await startApp(noDatabase, { pagesFolder: CITIZEN_PAGES }, port);
  });

  test('are those of a build as a whole: a file that is not as it was built is not kept, nor the others with it', async () => {
    const former = await cacheNames();
    await deploy(nextBuild('A'.repeat(43)));
    assert.equal(await page.evaluate(UPDATE), 'redundant');
    assert.deepEqual(await cacheNames(), former);
    const active =
      'navigator.serviceWorker.getRegistration().then(({ active, waiting }) => [active.state, waiting])';
    assert.deepEqual(await page.evaluate(active), ['activated', null]);
  });

  test('are replaced by those of the next build', async () => {
    await deploy(nextBuild());
    await page.reload();
    await until(async () => (await cacheNames()).join() === 'healthcode-next');
    const { port } = app;
    await app.app.close();
    await opensOffline();
    const texts = 'caches.match("/").then((response) => response.text())';
    assert.ok(String(await page.evaluate(texts)).includes(NEXT));
    app = await startApp(noDatabase, { pagesFolder: CITIZEN_PAGES }, port);
  });

  test('let no script choose what becomes a worker, nor fetch from elsewhere', async () => {
    const refused = (script: string) =>
      page.evaluate(
        `(async () => { try { ${script}; return 'done'; } catch (error) { return error.name; } })()`,
      );
    assert.equal(await refused(`await navigator.serviceWorker.register('/worker.js?evil')`), 'TypeError');
    assert.equal(
      await refused(`trustedTypes.createPolicy('mine', { createScriptURL: (text) => text })`),
      'TypeError',
    );
    assert.equal(
      await refused(`trustedTypes.createPolicy('healthcode-worker', { createScriptURL: (text) => text })`),
      'TypeError',
    );
    assert.equal(await refused(`await fetch('http://localhost:${app.port}/')`), 'TypeError');
    assert.equal(await refused(`new Worker('data:text/javascript,1')`), 'TypeError');
  });
});
