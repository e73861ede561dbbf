import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { isForEverybody } from './accessible.ts';
import { signInWithCode } from './bound-phone.ts';
import { testBrowser } from './browser.ts';

describe('the printed code', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();

  test('is made, printed, made anew and cancelled on a small phone in large type', async () => {
    const { page, shot, faults, close } = await browser.phone({ viewport: { width: 320, height: 640 } });
    await signInWithCode(page, service.url, 'he-jing');
    await page.getByRole('button', { name: '长辈版' }).click();
    await page.getByRole('link', { name: '我的', exact: true }).click();
    await page.getByRole('link', { name: '纸质健康码' }).click();
    await page.getByRole('button', { name: '制作纸质码' }).waitFor();
    await isForEverybody(page, 'no card yet');
    await shot('card-none');
    await page.getByRole('button', { name: '制作纸质码' }).click();
    await page.getByText('纸质码已做好').waitFor();
    await isForEverybody(page, 'a card');
    await shot('card-made');
    const card = page.getByRole('region', { name: '纸质健康码' });
    assert.match(await card.innerText(), /\*静\n出生年份\n1988/);
    const sheet = await page.getByRole('link', { name: '打印 PDF' }).getAttribute('href');
    const printed = await page.request.get(`${service.url}${sheet}`);
    assert.deepEqual([printed.status(), printed.headers()['content-type']], [200, 'application/pdf']);
    assert.equal((await printed.body()).subarray(0, 5).toString(), '%PDF-');

    await page.getByRole('button', { name: '重新制作' }).click();
    await page.getByText('现在的纸质码会作废').waitFor();
    await isForEverybody(page, 'a question');
    await page.getByRole('button', { name: '保留' }).click();
    await page.getByRole('button', { name: '重新制作' }).click();
    await page.getByRole('button', { name: '重新制作' }).click();
    await page.getByText('纸质码已做好').waitFor();
    await page.getByRole('button', { name: '注销纸质码' }).click();
    await page.getByRole('button', { name: '确定注销' }).click();
    await page.getByText('纸质码已注销').waitFor();
    await page.getByRole('button', { name: '制作纸质码' }).waitFor();
    assert.equal((await page.request.get(`${service.url}${sheet}`)).status(), 404);
    assert.deepEqual(faults, []);
    await close();
  });
});
