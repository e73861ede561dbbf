import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPlaceRegister } from '../../domain/places/history.ts';
import { DAY_MS, printInstant } from '../../domain/time.ts';
import { createListImporter } from '../../server/places/import-list.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { until } from '../until.ts';
import { isForEverybody } from './accessible.ts';
import { testBrowser } from './browser.ts';
import { answer, fillReach, goOn, sees, showsCode, signInAs } from './citizen.ts';

describe('my code', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();

  const holder = async (accountId: string) => showsCode(await browser.phone(), service.url, accountId);

  test('turns yellow with a fever that is declared, and says what would turn it', async () => {
    const { page, shot, faults, close } = await holder('anna-vogel');
    await page.getByRole('link', { name: '我的', exact: true }).click();
    await page.getByRole('link', { name: '更新健康申报' }).click();
    await answer(page, [false, false, false, false]);
    await page.locator('fieldset').first().getByLabel('是').check();
    await page.getByLabel(/我承诺/).check();
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('申报已更新').waitFor();
    await page.getByRole('link', { name: '完成' }).click();
    await page.getByRole('link', { name: '我的码' }).click();
    await sees(page, '黄码');
    await page.getByRole('region', { name: '为什么是这个颜色' }).getByText('条款 R3a').waitFor();
    assert.match(await page.getByRole('region', { name: '怎样转为绿码' }).innerText(), /发热症状消除/);
    assert.match(await page.getByRole('region', { name: '今天可以去哪里' }).innerText(), /不能进入\s+学校/);
    await isForEverybody(page, 'yellow');
    await shot('yellow');
    assert.deepEqual(faults, []);
    await close();
  });

  test('is yellow after a stay that is picked from the listed areas', async () => {
    const database = service.installation.store.app;
    const register = createPlaceRegister(() => {
      throw new Error('nothing here is a list with names');
    });
    const importer = createListImporter({
      database,
      register: () => register,
      clientId: 'test',
      clock: Date.now,
    });
    const from = printInstant(Date.now() - 5 * DAY_MS);
    await importer.take([{ level: 'medium', region: '330683', place: '剡湖街道', from }], new Set());

    const { page, shot, faults, close } = await browser.phone();
    await signInAs(page, service.url, 'chen-yi');
    await goOn(page);
    await fillReach(page);
    await goOn(page);
    await answer(page, [false, false, false, true]);
    await goOn(page);
    await page.getByText('请添加到过的地区').waitFor();
    const search = page.getByLabel('添加到过的地区');
    await search.fill('没有这个地方');
    await page.getByText('没有列入名单的地区').waitFor();
    const none = page.getByText('没有列入名单的地区');
    await until(async () => {
      await search.fill('');
      await none.waitFor({ state: 'detached' });
      await search.fill('剡湖');
      await none.or(page.locator('.area')).waitFor();
      return (await page.locator('.area').count()) === 1;
    });
    await page.locator('.area').click();
    const stayedOn = printInstant(Date.now() - 2 * DAY_MS).slice(0, 10);
    await page.getByLabel('到达日期').fill(stayedOn);
    await page.getByLabel('离开日期').fill('2020-01-01');
    await page.getByText('离开日期不能早于到达日期').waitFor();
    await isForEverybody(page, 'a stay');
    await shot('stay');
    await page.getByLabel('离开日期').fill(stayedOn);
    await goOn(page);
    await page.getByLabel(/我承诺/).check();
    await page.getByRole('button', { name: '提交申领' }).click();
    await sees(page, '黄码');
    await page.getByRole('region', { name: '为什么是这个颜色' }).getByText('条款 R3b').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test('is gone when its holder leaves, who reads what was erased', async () => {
    const { page, shot, faults, close } = await holder('lee-ka-man');
    await page.getByRole('link', { name: '我的', exact: true }).click();
    await page.getByRole('link', { name: '注销并删除信息' }).click();
    await page.getByRole('button', { name: '注销健康码' }).click();
    await page.getByText('请先勾选确认').waitFor();
    await page.getByLabel('我确认注销').check();
    await page.getByRole('button', { name: '注销健康码' }).click();
    await page.getByRole('heading', { name: '已删除' }).waitFor();
    assert.match(await page.getByRole('region', { name: '已删除' }).innerText(), /联系方式/);
    await isForEverybody(page, 'left');
    await shot('left');
    await page.getByRole('button', { name: '完成' }).click();
    await page.getByRole('link', { name: '登录' }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  test('is shown no more where the session has ended', async () => {
    const { page, faults, close } = await holder('selam-bekele');
    // Signed out on another page of the same browser.
    const other = await page.context().newPage();
    await other.goto(`${service.url}/#/me`);
    await other.getByRole('button', { name: '退出登录' }).click();
    await other.getByRole('link', { name: '登录' }).waitFor();
    await page.getByRole('link', { name: '登录' }).waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});
