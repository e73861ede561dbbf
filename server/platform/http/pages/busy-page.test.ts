import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { listeningApp, noDatabase } from '../../../../test/http/http-app.ts';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { until } from '../../../../test/until.ts';
import { open } from '../rules.ts';

const SCRIPT_PATH = '/assets/index-abc123.js';
/** What browsers send when somebody opens a page. */
const OPENING = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

function builtPages(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>页</title>');
  writeFileSync(join(folder, SCRIPT_PATH), 'work();');
  return folder;
}

describe('a page that is turned away', () => {
  let waiting = 0;
  const release: (() => void)[] = [];
  const served = listeningApp(noDatabase, {
    pagesFolder: builtPages(),
    limits: { running: 10 },
    routes: [
      (app) => {
        const rules = { ...open, importance: 'checking' } as const;
        app.get('/doors', { config: { rules } }, () => {
          waiting++;
          return new Promise((resolve) => release.push(() => resolve({})));
        });
      },
    ],
  });
  const get = (path: string, headers = {}) => fetch(`${served.url}${path}`, { headers });
  const doors: Promise<Response>[] = [];

  before(async () => {
    for (let i = 0; i < 10; i++) doors.push(get('/api/v1/doors'));
    await until(() => waiting === 10);
  });

  test('is told by a page, in both languages, which comes again by itself when it was asked to', async () => {
    const asked = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const reply = await get('/', OPENING);
      const text = await reply.text();
      assert.equal(reply.status, 503);
      assert.equal(reply.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.equal(reply.headers.get('cache-control'), 'no-store');
      assert.equal(Number(reply.headers.get('content-length')), Buffer.byteLength(text));
      const after = reply.headers.get('retry-after')!;
      asked.add(after);
      assert.match(text, new RegExp(`<meta http-equiv="refresh" content="0?${after}">`));
      assert.match(text, /服务繁忙.*正在自动重试.*lang="en".*The service is busy.*by itself/s);
      assert.ok(Number(after) >= 5, 'there is time to read it');
    }
    assert.ok(asked.size > 1, 'not all come again at once');
  });

  test('is one page, of which its policy lets the style through and nothing else', async () => {
    const reply = await get('/', OPENING);
    const text = await reply.text();
    const policy = reply.headers.get('content-security-policy')!.split('; ');
    const style = /<style>(.*)<\/style>/s.exec(text)![1]!;
    const digest = createHash('sha256').update(style).digest('base64');
    assert.deepEqual(policy, [
      ...["default-src 'none'", "frame-ancestors 'none'"],
      `style-src 'sha256-${digest}'`,
    ]);
    assert.doesNotMatch(text, /<script|src=|href=|url\(|style=|https?:/);
    const seconds = (page: string) => page.replace(/content="\d\d"/, '');
    assert.equal(seconds(await (await get('/', OPENING)).text()), seconds(text));
  });

  test('is told by a problem whoever opens no page: a program, a part of a page, a service', async () => {
    for (const [path, headers] of [
      ['/', { accept: '*/*' }],
      ['/', { accept: 'application/json' }],
      [SCRIPT_PATH, OPENING],
      ['/api/v1/areas', OPENING],
    ] as const) {
      const reply = await get(path, headers);
      assert.deepEqual(
        [reply.status, reply.headers.get('content-type')],
        [503, 'application/problem+json'],
        path,
      );
      assert.equal(((await reply.json()) as { code: string }).code, 'overloaded');
    }
    const head = await fetch(served.url, { method: 'HEAD', headers: OPENING });
    assert.equal(head.status, 503);
  });

  test('is there again when there is room', async () => {
    for (const go of release.splice(0)) go();
    await Promise.all(doors);
    await until(async () => (await get('/', OPENING)).status === 200);
  });
});
