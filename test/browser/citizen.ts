import type { Page } from 'playwright-core';
import type { Phone } from './browser.ts';

/** Signs in through the pages of the identity provider, as a person does. */
export async function signInAs(page: Page, url: string, accountId: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('link', { name: /^(?:登录|Sign in)$/ }).click();
  await page.locator(`button[value="${accountId}"]`).click();
  await page.waitForURL((at) => at.origin === new URL(url).origin && at.pathname === '/');
}

/** What somebody answers to the questions, in their order. */
export type Answers = readonly [fever: boolean, contact: boolean, overseas: boolean, travelled: boolean];

/** Fills in where somebody is reached. */
export async function fillReach(page: Page, address = '文三路 1 号'): Promise<void> {
  await page.getByLabel('手机号码').fill('139 0000 0000');
  await page.getByLabel('现居住地（市）').selectOption('3301');
  await page.getByLabel('县（市、区）').selectOption('330106');
  await page.getByLabel('详细地址').fill(address);
}

/** Answers the questions. */
export async function answer(page: Page, answers: Answers): Promise<void> {
  for (const [index, yes] of answers.entries())
    await page
      .locator('fieldset')
      .nth(index)
      .getByLabel(yes ? '是' : '否')
      .check();
}

/** Goes on to the next step. */
export async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: '下一步' }).click();
}

/** Applies as somebody whose document is verified, from the first step to the last; nothing has to be declared. */
export async function apply(page: Page): Promise<void> {
  await page.getByRole('heading', { name: '本人身份' }).waitFor();
  await goOn(page);
  await fillReach(page);
  await goOn(page);
  await answer(page, [false, false, false, false]);
  await goOn(page);
  await page.getByLabel(/我承诺/).check();
  await page.getByRole('button', { name: '提交申领' }).click();
}

/** Waits until the code is of a colour, or is not current. */
export async function sees(page: Page, colour: '绿码' | '黄码' | '红码' | '非当前状态'): Promise<void> {
  await page.getByRole('heading', { level: 1, name: colour }).waitFor();
}

/** Somebody signs in on a phone, applies, and sees a green code. */
export async function showsCode(phone: Phone, url: string, accountId: string): Promise<Phone> {
  await signInAs(phone.page, url, accountId);
  await apply(phone.page);
  await sees(phone.page, '绿码');
  return phone;
}
