import { createHash } from 'node:crypto';
import type { BilingualText } from '../../../domain/rules/schema.ts';
import type { DemoAccount } from './accounts.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #16324f; --soft: #5b7083; --card: #fff; --ground: #eef3f7; --edge: #d5e0e8; --strong: #0b6bcb }
@media (prefers-color-scheme: dark) { :root { --ink: #e8f0f6; --soft: #a3b5c4; --card: #1a2733; --ground: #101a22; --edge: #2c3e4d; --strong: #5cb0ff } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 1.25rem 1rem 2rem }
h1 { font-size: 1.35rem; margin: 0 } h1 span, .en { display: block; font-size: .85rem; font-weight: 400; color: var(--soft) }
.note { background: #fff3cd; color: #5c4400; border-radius: .75rem; padding: .6rem .9rem; margin: 1rem 0; font-size: .85rem }
form { margin: 0 }
button { font: inherit; color: inherit; display: block; width: 100%; text-align: left; background: var(--card); border: 1px solid var(--edge); border-radius: .9rem; padding: .75rem 1rem; margin: .6rem 0; min-height: 3.5rem; cursor: pointer }
button:hover, button:focus-visible { border-color: var(--strong); outline: 2px solid var(--strong) }
button b { font-size: 1.1rem } button small { display: block; color: var(--soft); font-size: .85rem }
.go { background: var(--strong); color: #fff; text-align: center; border: 0 } @media (prefers-color-scheme: dark) { .go { color: #06243f } } .go .en { color: inherit }
.quiet { background: none; text-align: center; color: var(--soft) }
output { display: block; text-align: center; font: 700 2.4rem/1.2 ui-monospace, monospace; letter-spacing: .35em; margin: .6rem 0 }
input { font: 1.4rem ui-monospace, monospace; width: 100%; padding: .7rem; text-align: center; letter-spacing: .3em; border: 1px solid var(--edge); border-radius: .9rem; background: var(--card); color: inherit }
label { display: block; margin: .8rem 0 .3rem }
`;

/** The only style that the pages allow. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/** The page on which somebody is picked. */
export function pickPage(accounts: readonly DemoAccount[], asStaff: boolean): string {
  const title = asStaff ? both('工作人员登录', 'Sign in as staff') : both('选择您是谁', 'Who are you?');
  const cards = accounts.map(
    ({ id, name, about }) =>
      `<button name="account" value="${plain(id)}"><b>${plain(name.zh)}</b> ${plain(name.en)}<small lang="zh">${plain(about.zh)}</small><small lang="en">${plain(about.en)}</small></button>`,
  );
  return page(title, `<form method="post">${cards.join('')}${CANCEL}</form>`);
}

/** The page that asks a member of staff for a second factor, and shows it, because this is for trying out. */
export function codePage({ id, name }: DemoAccount, code: string, wasWrong: boolean): string {
  const wrong = wasWrong ? '<p class="note" role="alert">验证码不对，请再试。That was not the code.</p>' : '';
  return page(
    both('第二步：验证码', 'Second step: a code'),
    `<p>${plain(name.zh)} ${plain(name.en)}</p>${wrong}
<p>演示：短信会是这样。<span class="en">For trying out: a message would say</span></p><output>${plain(code)}</output>
<form method="post"><input type="hidden" name="account" value="${plain(id)}">
<label for="code">输入验证码<span class="en">Type the code</span></label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6" autofocus>
<button class="go">登录<span class="en">Sign in</span></button>
<button class="quiet" name="one" value="1">不用验证码登录（会被拒绝）<span class="en">Without the code (it is refused)</span></button>${CANCEL}</form>`,
  );
}

/** The page of a sign-in that cannot go on. */
export function brokenPage(error: string): string {
  const what = both('登录已中断', 'Signing in was broken off');
  return page(
    what,
    `<p>请回到健康码，重新登录。<span class="en">Go back to the Health Code and begin again. (${plain(error)})</span></p>`,
  );
}

const CANCEL = `<button class="quiet" name="cancel" value="1">取消<span class="en">Cancel</span></button>`;

function page({ zh, en }: BilingualText, body: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${zh} · ${en}</title><style>${STYLE}</style></head>
<body><main><h1>${zh}<span lang="en">${en}</span></h1>
<p class="note">仅供演示：这里的人都是编造的。For trying out: everybody here is made up.</p>
${body}</main></body></html>`;
}

function plain(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function both(zh: string, en: string): BilingualText {
  return { zh, en };
}
