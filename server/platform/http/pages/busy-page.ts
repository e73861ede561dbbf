import { createHash } from 'node:crypto';
import { SAFE_HEADERS } from '../safe-headers.ts';

/** What the pages say too while the service has too much to do (`web/words`): here where no page could be sent. */
const WORDS = [
  ['zh-CN', '服务繁忙', '正在自动重试，无需刷新。'],
  ['en', 'The service is busy', 'Trying again by itself; no need to reload.'],
] as const;

/** The looks of the pages (`web/ui/base.css`). */
const STYLE = `
:root{color-scheme:light dark;--paper:#f3f5f9;--line:#d9e0e8;--house:#1d4b8f;--soft:#e6eefa;--deep:#163a70;--quiet:#51606f}
@media (prefers-color-scheme:dark){
:root{--paper:#0f151d;--line:#2c3947;--house:#8ab4f8;--soft:#1f2f45;--deep:#a9c8fb;--quiet:#a9b6c4}}
*{box-sizing:border-box;margin:0}
body{display:flex;flex-direction:column;justify-content:center;max-width:32rem;min-height:100vh;margin:0 auto;padding:1rem;
background:var(--paper);color:var(--deep);line-height:1.6;overflow-wrap:break-word;
font-family:system-ui,-apple-system,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}
main{padding:1.5rem;border-left:4px solid;border-radius:.75rem;background:var(--soft)}
h1,h2{font-size:1.625rem;line-height:1.3}
p{margin-top:.25rem;color:var(--quiet);font-size:1.1875rem}
div{margin-top:1.5rem}
i{display:block;width:2.5rem;height:2.5rem;margin-bottom:1rem;border:4px solid var(--line);border-top-color:var(--house);border-radius:50%;
animation:turn .9s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
@media (prefers-reduced-motion:reduce){i{animation:none}}
`;

const [[ZH, ZH_TITLE, ZH_LEAD], [EN, EN_TITLE, EN_LEAD]] = WORDS;
const HEAD = `<!doctype html>
<html lang="${ZH}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="`;
const REST = `">
<title>${ZH_TITLE} · ${EN_TITLE}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<i aria-hidden="true"></i>
<h1>${ZH_TITLE}</h1>
<p>${ZH_LEAD}</p>
<div lang="${EN}">
<h2>${EN_TITLE}</h2>
<p>${EN_LEAD}</p>
</div>
</main>
</body>
</html>
`;

/** Node writes a text whose characters are its bytes together with the headers. */
const asBytes = (text: string) => Buffer.from(text).toString('latin1');
const [BEFORE, AFTER] = [asBytes(HEAD), asBytes(REST)];
const SECONDS_DIGITS = 2;

/** So long the words stand at least, for whoever listens to them or reads slowly. */
const READING_SECONDS = 4;

/** Headers of the page: it has one style, which is in it, and can do nothing. */
export const BUSY_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...SAFE_HEADERS,
  'content-security-policy': `${SAFE_HEADERS['content-security-policy']}; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'content-type': 'text/html; charset=utf-8',
  'content-length': String(BEFORE.length + SECONDS_DIGITS + AFTER.length),
};

/** After how many seconds the page comes again, where another caller is asked to come after `seconds`. */
export function pageComesAfter(seconds: number): number {
  return seconds + READING_SECONDS;
}

/**
 * What a browser shows in the place of a page that could not be sent: in both languages, without a script, and it loads itself anew after so
 * many seconds (at most 99). Each character is a byte of it.
 */
export function busyPage(seconds: number): string {
  return `${BEFORE}${String(seconds).padStart(SECONDS_DIGITS, '0')}${AFTER}`;
}
