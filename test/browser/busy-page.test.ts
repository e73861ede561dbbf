import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CITIZEN_PAGES } from '../../server/platform/http/pages/pages.ts';
import { open } from '../../server/platform/http/rules.ts';
import { en } from '../../web/words/en.ts';
import { zh } from '../../web/words/zh.ts';
import { listeningApp, noDatabase } from '../http/http-app.ts';
import { until } from '../until.ts';
import { isForEverybody } from './accessible.ts';
import { testBrowser } from './browser.ts';

/** The rule for pages that are taken from whoever reads them: here nothing is taken but the wait. */
const COMES_AGAIN = ['meta-refresh'];

describe('whoever opens the pages while there is too much to do', () => {
  const release: (() => void)[] = [];
  const served = listeningApp(noDatabase, {
    pagesFolder: CITIZEN_PAGES,
    limits: { running: 10 },
    routes: [
      (app) => {
        const rules = { ...open, importance: 'checking' } as const;
        app.get('/doors', { config: { rules } }, () => {
          return new Promise((resolve) => release.push(() => resolve({})));
        });
      },
    ],
  });
  const browser = testBrowser();
  const doors: Promise<unknown>[] = [];
  before(async () => {
    for (let i = 0; i < 10; i++) doors.push(fetch(`${served.url}/api/v1/doors`));
    await until(() => release.length === 10);
  });
  after(async () => {
    for (const go of release.splice(0)) go();
    await Promise.all(doors);
  });

  for (const [name, options] of [
    ['light', { isSmall: true }],
    ['dark', { viewport: { width: 320, height: 568 }, colorScheme: 'dark' }],
    ['english', { isSmall: true, locale: 'en-GB' }],
  ] as const)
    test(`reads the words of the pages, on a small phone, ${name}`, async () => {
      const { page, faults, shot, close } = await browser.phone(options);
      const reply = await page.goto(served.url);
      assert.equal(reply?.status(), 503);
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), zh.busyTitle);
      const english = page.locator('[lang=en]');
      assert.equal(await english.getByRole('heading').innerText(), en.busyTitle);
      assert.deepEqual(await page.locator('main p').allInnerTexts(), [zh.busyLead, en.busyLead]);
      const style = await page.locator('main').evaluate((main) => {
        const { getComputedStyle } = globalThis as unknown as {
          getComputedStyle: (of: unknown) => { borderLeftWidth: string };
        };
        return getComputedStyle(main).borderLeftWidth;
      });
      assert.equal(style, '4px', 'its style is let through');
      await isForEverybody(page, `turned away, ${name}`, COMES_AGAIN);
      await shot(`turned-away-${name}`);
      assert.deepEqual(faults, []);
      await close();
    });

  test('comes in by itself when there is room', async () => {
    const { page, close } = await browser.phone();
    await page.goto(served.url);
    await page.getByRole('heading', { name: zh.busyTitle }).waitFor();
    for (const go of release.splice(0)) go();
    await page.getByRole('heading', { name: zh.busyTitle }).waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).pathname, '/');
    await page.locator('#root').waitFor({ state: 'attached' });
    await close();
  });

  test('reads that too where the page is let in, and its script or all of its parts are not', async () => {
    for (const parts of ['**/assets/*.js', '**/assets/*']) {
      const { page, shot, close } = await browser.phone({ isSmall: true });
      await page.route(parts, (route) => route.fulfill({ status: 503, body: '{}' }));
      await until(async () => (await page.goto(served.url))?.status() === 200);
      await page.getByText('请稍后刷新').waitFor();
      await page.getByText('Please reload in a while').waitFor();
      await isForEverybody(page, 'no script');
      await shot(`no-script-${parts.length}`);
      await close();
    }
  });
});
