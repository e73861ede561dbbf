import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { applyingAt } from '../../server/applications/applying.ts';
import { registerUndocumented } from '../../server/applications/counter/register-undocumented.ts';
import { zh as words } from '../../web/words/zh.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { isForEverybody } from './accessible.ts';
import { type Phone, type PhoneOptions, testBrowser } from './browser.ts';
import { answer, apply, fillReach, goOn, sees, signInAs } from './citizen.ts';

/** Texts that would do something in a page that took them for more than texts. */
const SCRIPT = '<img src=x onerror="document.title=1">';
const MORE_SCRIPT = `"><script>document.title=2</script>'javascript:alert(1)`;

describe('the pages of citizens', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();

  /** Somebody with a phone who has signed in. */
  async function phoneOf(accountId: string, options?: PhoneOptions): Promise<Phone> {
    const phone = await browser.phone(options);
    await signInAs(phone.page, service.url, accountId);
    return phone;
  }

  async function end({ faults, close }: Phone): Promise<void> {
    assert.deepEqual(faults, []);
    await close();
  }

  const open = (page: Page, name: string) => page.goto(`${service.url}/#/${name}`);
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

  test('are for everybody, from signing in to a code', async () => {
    const phone = await browser.phone({ isSmall: true });
    const { page, shot } = phone;
    await page.goto(service.url);
    await page.getByRole('link', { name: '登录' }).waitFor();
    await isForEverybody(page, 'sign in');
    await shot('sign-in');
    await signInAs(page, service.url, 'sun-yue');
    await heading(page, '本人身份');
    await isForEverybody(page, 'who');
    await shot('apply-1');
    await goOn(page);
    await goOn(page);
    await page.getByText('请填写此项').first().waitFor();
    await isForEverybody(page, 'reach, with faults');
    await shot('apply-2-faults');
    await fillReach(page);
    await shot('apply-2');
    await goOn(page);
    await goOn(page);
    await isForEverybody(page, 'declaration, with faults');
    await answer(page, [true, false, false, false]);
    await answer(page, [false, false, false, false]);
    await shot('apply-3');
    await goOn(page);
    await page.getByRole('button', { name: '提交申领' }).click();
    await isForEverybody(page, 'commitment, with a fault');
    await page.getByLabel(/我承诺/).check();
    await shot('apply-4');
    await page.getByRole('button', { name: '提交申领' }).click();
    await sees(page, '绿码');
    await isForEverybody(page, 'green');
    await shot('green');
    await end(phone);
  });

  test('are for everybody, in every room, large, in English and in the dark', async () => {
    const phone = await phoneOf('he-jing', { isSmall: true });
    const { page, shot } = phone;
    await apply(page);
    await sees(page, '绿码');
    for (const room of ['records', 'me', 'declaration', 'contact', 'wards', 'leave', '']) {
      await open(page, room);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await isForEverybody(page, `room ${room}`);
      await shot(`room-${room || 'code'}`);
    }
    await page.getByRole('button', { name: '长辈版' }).click();
    await isForEverybody(page, 'large');
    await shot('large');
    await open(page, 'me');
    await heading(page, '我的');
    await isForEverybody(page, 'me, large');
    await page.getByRole('button', { name: 'English' }).click();
    await heading(page, 'Me');
    await isForEverybody(page, 'me, large, in English');
    await page.emulateMedia({ colorScheme: 'dark' });
    await isForEverybody(page, 'me, large, in English, in the dark');
    await open(page, '');
    await heading(page, 'Green code');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await isForEverybody(page, 'large, in English, in the dark');
    await shot('large-english-dark');
    await page.reload();
    await heading(page, 'Green code');
    assert.ok(await page.locator('html.elder').count(), 'what was chosen is remembered');
    await end(phone);
  });

  test('show the code of a child to whoever answers for them', async () => {
    const phone = await phoneOf('sun-yue');
    const { page, shot } = phone;
    await sees(page, '绿码');
    await open(page, 'wards');
    await page.getByRole('button', { name: words.wardsAsk }).click();
    const reference = (await page.locator('.reference-text').textContent())!;
    const clerk = { accountId: randomUUID(), authority: '西湖区', territory: '3301' };
    const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
    await registerUndocumented(applyingAt(service.installation, Date.now), clerk, child);
    await page.reload();
    await page.getByRole('link', { name: '*明' }).click();
    await sees(page, '绿码');
    await page.locator('.holder-name', { hasText: '*明' }).waitFor();
    await isForEverybody(page, 'child');
    await shot('child');
    await end(phone);
  });

  test('show a script in any field as the text that it is', async () => {
    const phone = await phoneOf('gao-yuan');
    const { page, shot } = phone;
    await heading(page, '本人身份');
    await page.getByLabel('证件类型').selectOption('passport');
    await page.getByLabel('签发国家或地区代码').fill('<b>');
    await page.getByLabel('证件号码').fill(SCRIPT);
    await page.getByLabel('姓名').fill(SCRIPT + MORE_SCRIPT);
    await goOn(page);
    await page.getByText('号码不符合该类证件的格式').waitFor();
    await page.getByText('请填写 1 至 3 个大写字母').waitFor();
    await page.getByLabel('签发国家或地区代码').fill('uto');
    await page.getByLabel('证件号码').fill('l898902c3');
    await goOn(page);
    await fillReach(page, MORE_SCRIPT + SCRIPT);
    await goOn(page);
    await answer(page, [false, false, false, false]);
    await goOn(page);
    const summary = page.getByRole('region', { name: '联系方式' });
    assert.ok((await summary.innerText()).includes(MORE_SCRIPT + SCRIPT));
    await page.getByLabel(/我承诺/).check();
    await page.getByRole('button', { name: '提交申领' }).click();
    await heading(page, '还差一步');
    assert.match(await page.locator('.reference-text').innerText(), /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    await isForEverybody(page, 'pending');
    await shot('pending');
    assert.equal(await page.title(), '浙江健康码');
    assert.equal(await page.locator('main img, main script, main b').count(), 0);
    await end(phone);
  });

  test('are used with nothing but a keyboard', async () => {
    const phone = await phoneOf('anna-vogel', { isMobile: false, hasTouch: false });
    const { page } = phone;
    await heading(page, '本人身份');
    const press = (key: string) => page.keyboard.press(key);
    /** Goes on with the tabulator until what has the focus says this, and shows that it has it. */
    const reach = async (text: string) => {
      for (let presses = 0; presses < 40; presses++) {
        await press('Tab');
        const [name, ring] = (await page.evaluate(
          `[(document.activeElement.labels?.[0] ?? document.activeElement).innerText,
            getComputedStyle(document.activeElement.closest('label') ?? document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineStyle]`,
        )) as [string, string];
        if (!name.includes(text)) continue;
        assert.match(ring, /solid|auto/, `${text} shows that it has the focus`);
        return;
      }
      assert.fail(`the keyboard does not reach ${text}`);
    };
    await reach('下一步');
    await press('Enter');
    await heading(page, '联系方式');
    await reach('手机号码');
    await page.keyboard.type('+4915100000000');
    await reach('现居住地');
    await press('ArrowDown');
    await reach('县（市、区）');
    await press('ArrowDown');
    await reach('详细地址');
    await page.keyboard.type('Hotel 1');
    await press('Enter');
    await heading(page, '健康申报');
    for (let question = 0; question < 4; question++) {
      await press('Tab');
      // The arrows choose among the answers of a question.
      await press('ArrowRight');
    }
    await press('Enter');
    await heading(page, '核对与承诺');
    await reach('我承诺');
    await press('Space');
    await reach('提交申领');
    await press('Enter');
    await sees(page, '绿码');
    await end(phone);
  });
});
