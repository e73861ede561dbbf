import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { listeningApp, noDatabase, startApp, talk } from '../../../test/http/http-app.ts';
import type { App } from './app.ts';
import { Problem } from './problem.ts';
import { readyFile, serveReady } from './ready-files.ts';

const BYTES = Buffer.from('signed bytes');
const SENT_AS = { type: 'application/cose', keptSeconds: 300 };
const FILES = new Map([['one', Buffer.from('the first')]]);

function routes(app: App): void {
  serveReady(app, {
    path: '/keys',
    schema: {},
    find: () => readyFile(BYTES, () => SENT_AS),
    missing: () => new Problem('unavailable', ''),
  });
  serveReady(app, {
    path: '/lists/:list',
    schema: {},
    find: (name) => {
      if (name === 'broken') throw new Error('memory is broken');
      const bytes = FILES.get(name);
      return bytes && readyFile(bytes, () => ({ ...SENT_AS, immutable: true }));
    },
    missing: () => new Problem('not-found', ''),
  });
}

/** What a reply says, but for the time and the connection. */
async function said(reply: Response) {
  const { date: _, ...headers } = Object.fromEntries(reply.headers);
  return { status: reply.status, headers, text: await reply.text() };
}

describe('a file that stands ready', () => {
  const served = listeningApp(noDatabase, { routes: [routes] });
  const get = (path: string, init: RequestInit = {}) => fetch(`${served.url}/api/v1${path}`, init);
  const counted = async (labels: string) => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(
      text.match(new RegExp(`http_request_duration_seconds_count\\{${labels}\\} (\\d+)`))?.[1] ?? 0,
    );
  };

  test('is sent with the same bytes and headers before the framework as by it', async () => {
    for (const [path, tag] of [
      ['/keys', (await get('/keys')).headers.get('etag')!],
      ['/lists/one', (await get('/lists/one')).headers.get('etag')!],
    ] as const)
      for (const held of [undefined, tag, `W/${tag}`, `"x", ${tag}`, '*', '"x"', 'x']) {
        const init = held === undefined ? {} : { headers: { 'if-none-match': held } };
        // With a query an address is for the framework.
        assert.deepEqual(await said(await get(path, init)), await said(await get(`${path}?a`, init)), held);
      }
    const { headers } = await get('/keys');
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'public, max-age=300');
  });

  test('is told about by HEAD, and by no other method', async () => {
    const head = await get('/keys', { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(BYTES.length));
    assert.equal(await head.text(), '');
    for (const method of ['POST', 'PUT', 'DELETE'])
      assert.equal((await get('/keys', { method })).status, 405, method);
  });

  test('is none under another name, and what fails is told as everywhere', async () => {
    for (const name of ['two', 'One', 'one/', 'one/x', '', '__proto__', '..%2fkeys', 'one%00'])
      assert.equal((await get(`/lists/${name}`)).status, 404, name);
    assert.equal((await get('/keys/x')).status, 404);
    assert.equal(
      await (await get('/lists/%6Fne')).text(),
      'the first',
      'written in another way it is the same',
    );
    const broken = await get('/lists/broken');
    assert.equal(broken.status, 500);
    assert.match(broken.headers.get('content-type')!, /^application\/problem\+json/);
    assert.equal((await get('/lists/one')).status, 200);
  });

  test('is counted under its route, once for each reply', async () => {
    const labels = (status: number) => `method="GET",route="/api/v1/lists/:list",status="${status}"`;
    const before = [await counted(labels(200)), await counted(labels(304))];
    const { headers } = await get('/lists/one');
    await get('/lists/one', { headers: { 'if-none-match': headers.get('etag')! } });
    assert.deepEqual(
      [await counted(labels(200)), await counted(labels(304))],
      before.map((count) => count + 1),
    );
  });

  test('keeps its place among requests that come at once on a connection', async () => {
    const ask = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${rest}\r\n`;
    const last = ask('/livez', 'Connection: close\r\n');
    const text = await talk(served.port, [
      ask('/livez') + ask('/api/v1/keys') + ask('/api/v1/lists/two') + ask('/api/v1/lists/one') + last,
    ]);
    const bodies = [...text.matchAll(/^ok$|signed bytes|"not-found"|the first/gm)].map(([found]) => found);
    assert.deepEqual(bodies, ['ok', 'signed bytes', '"not-found"', 'the first', 'ok']);
  });

  test('ends its connection when the service stops', async () => {
    const stopping = await startApp(noDatabase, { routes: [routes], drain: { lastRequestSeconds: 60 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const connectionOf = () =>
      new Promise<string | undefined>((resolve, reject) => {
        request({ port: stopping.port, path: '/api/v1/keys', agent }, (reply) => {
          reply.resume().once('end', () => resolve(reply.headers.connection));
        })
          .once('error', reject)
          .end();
      });
    assert.equal(await connectionOf(), 'keep-alive');
    const stopped = stopping.app.close();
    await wait(50);
    assert.equal(await connectionOf(), 'close');
    await stopped;
  });
});
