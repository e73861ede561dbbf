import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { listeningApp, noDatabase } from '../../../../test/http/http-app.ts';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';

const PAGE = '<!doctype html><title>页</title>';
const SCRIPT = `${'work();'.repeat(200)}\n`;
const SCRIPT_PATH = '/assets/index-abc123.js';
const WORKER_PATH = '/worker.js';

/** A build of one page and one script. */
function builtPages(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of [
    ['index.html', PAGE],
    [SCRIPT_PATH, SCRIPT],
    [WORKER_PATH, SCRIPT],
  ] as const) {
    writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
  }
  writeFileSync(join(folder, 'secret.txt'), 'not a page');
  return folder;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A request without anything that `fetch` adds or takes off. */
function get(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe('the pages', () => {
  const service = listeningApp(noDatabase, { pagesFolder: builtPages() });
  const ask = (path: string, headers = {}, method = 'GET') => get(`${service.url}${path}`, headers, method);

  test('come plain, with gzip or with brotli, as the browser takes them', async () => {
    const forms = [
      [undefined, undefined, (body: Buffer) => body],
      ['gzip, deflate', 'gzip', gunzipSync],
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
      ['*', 'br', brotliDecompressSync],
      ['identity, br;q=0', undefined, (body: Buffer) => body],
    ] as const;
    for (const [accepts, coding, open] of forms) {
      const { status, headers, body } = await ask(SCRIPT_PATH, accepts ? { 'accept-encoding': accepts } : {});
      assert.deepEqual([status, headers['content-encoding']], [200, coding], accepts);
      assert.equal(open(body).toString(), SCRIPT);
      assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
      assert.equal(headers.vary, 'accept-encoding');
    }
    assert.equal((await ask('/')).body.toString(), PAGE);
  });

  test('are asked about again each time, as is the worker that keeps them; their parts never', async () => {
    for (const path of ['/', WORKER_PATH])
      assert.equal((await ask(path)).headers['cache-control'], 'no-cache', path);
    assert.equal((await ask(SCRIPT_PATH)).headers['cache-control'], 'public, max-age=31536000, immutable');
  });

  test('are not sent to a browser that has them', async () => {
    const { etag } = (await ask('/')).headers;
    const again = await ask('/', { 'if-none-match': `"other", W/${etag}` });
    assert.deepEqual([again.status, again.body.length], [304, 0]);
    assert.equal((await ask('/', { 'if-none-match': '"other"' })).status, 200);
    // What is held in another coding is another text.
    const compressed = await ask('/', { 'if-none-match': String(etag), 'accept-encoding': 'br' });
    assert.equal(compressed.status, 200);
  });

  test('may run their own scripts only, be framed by nobody, and tell nobody where they were', async () => {
    for (const path of ['/', SCRIPT_PATH, WORKER_PATH]) {
      const { headers } = await ask(path);
      const policy = String(headers['content-security-policy']).split('; ');
      assert.ok(policy.includes("default-src 'none'") && policy.includes("script-src 'self'"));
      assert.ok(policy.includes("worker-src 'self'") && policy.includes("connect-src 'self'"));
      assert.ok(policy.includes('trusted-types healthcode-worker'));
      assert.equal(headers['service-worker-allowed'], undefined, 'a worker sees no more than its own folder');
      assert.ok(policy.includes("frame-ancestors 'none'") && policy.includes("base-uri 'none'"));
      assert.doesNotMatch(policy.join(), /unsafe|https?:|\*/);
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(String(headers['permissions-policy']), /camera=\(\)/);
    }
  });

  test('are all that there is: other files and paths are problems', async () => {
    const paths = [
      '/index.html',
      '/secret.txt',
      '/assets',
      '/assets/',
      `${SCRIPT_PATH}.br`,
      '/../package.json',
    ];
    for (const path of [...paths, '/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/secret.txt']) {
      const { status, headers, body } = await ask(path);
      assert.equal(status, 404, path);
      assert.equal(headers['content-type'], 'application/problem+json');
      assert.equal(JSON.parse(body.toString()).code, 'not-found');
    }
    assert.equal((await ask('/', {}, 'POST')).status, 405);
  });
});

describe('pages that nobody has built', () => {
  const service = listeningApp(noDatabase, { pagesFolder: join(temporaryFolder(), 'nothing') });

  test('say how to build them', async () => {
    const { status, headers, body } = await get(`${service.url}/`);
    assert.deepEqual([status, headers['content-type']], [503, 'text/plain; charset=utf-8']);
    assert.match(body.toString(), /npm run build/);
  });
});
