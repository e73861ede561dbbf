import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { listeningApp, noDatabase, startApp, talk } from '../../../../test/http/http-app.ts';
import { until } from '../../../../test/until.ts';
import { accepts, open } from '../rules.ts';
import { takeNdjson } from './bodies.ts';

/** Long before the limit of a whole request would cut it off. */
const SOON_MS = 30_000;
const MEBIBYTE = 1_048_576;
/** More than the buffers of a connection hold. */
const LARGE = 32 * MEBIBYTE;
const codeOf = (reply: string) => /"code":"([a-z-]+)"/.exec(reply)?.[1];
const head = (...lines: string[]) =>
  `${['POST /api/v1/bytes HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`;

describe('a caller that is slow', () => {
  const served = listeningApp(noDatabase, {
    limits: {
      headersSeconds: 0.3,
      bodySeconds: 0.3,
      requestSeconds: 60,
      silenceSeconds: 0.7,
      checkSeconds: 0.05,
    },
    routes: [
      (app) => {
        app.post('/bytes', { config: { rules: open } }, async () => ({}));
        app.get('/large', { config: { rules: open } }, async () => Buffer.alloc(LARGE));
      },
    ],
  });

  test('in sending its headers, a byte at a time, is cut off with a timeout', async () => {
    const begun = performance.now();
    const reply = await talk(served.port, [...head('X: y')], 60);
    assert.match(reply, /^HTTP\/1\.1 408 /);
    assert.equal(codeOf(reply), 'timeout');
    assert.ok(performance.now() - begun < SOON_MS);
  });

  test('in sending its body, a byte at a time, is cut off with a timeout', async () => {
    const begun = performance.now();
    const pieces = [head('Content-Type: application/json', 'Content-Length: 100'), ...'"'.padEnd(100, 'x')];
    const reply = await talk(served.port, pieces, 60);
    assert.match(reply, /^HTTP\/1\.1 408 /);
    assert.equal(codeOf(reply), 'timeout');
    assert.ok(performance.now() - begun < SOON_MS);
    assert.deepEqual(served.lines, []);
  });

  test('that says nothing at all is cut off', async () => {
    const begun = performance.now();
    await talk(served.port, []);
    assert.ok(performance.now() - begun < SOON_MS);
  });

  const connections = () =>
    new Promise<number>((resolve) => served.app.server.getConnections((_, count) => resolve(count)));

  test('in reading its reply is cut off', async () => {
    const socket = connect(served.port, '127.0.0.1');
    socket.write('GET /api/v1/large HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    // Read on before it is cut off, it would get everything.
    await until(async () => (await connections()) === 1);
    await until(async () => (await connections()) === 0);
    const received = await new Promise<number>((resolve) => {
      let bytes = 0;
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(bytes));
      socket.resume();
    });
    assert.ok(received < LARGE, `${received} bytes`);
  });

  test('keeps nobody else waiting', async () => {
    const slow = talk(served.port, [...head('X: y')], 60);
    const response = await fetch(`${served.url}/livez`);
    assert.equal(response.status, 200);
    await slow;
  });
});

describe('a caller that sends much', () => {
  let received = 0;
  const read = async (body: unknown) => {
    for await (const chunk of body as Readable) received += chunk.length;
    return { received };
  };
  const served = listeningApp(noDatabase, {
    routes: [
      (app) => {
        app.post('/bytes', { config: { rules: open }, bodyLimit: 1_000 }, async () => ({}));
        app.post('/closed', { config: { rules: accepts('evidence:write') } }, async () => ({}));
      },
      (app) => {
        takeNdjson(app);
        app.post('/lines', { config: { rules: open }, bodyLimit: MEBIBYTE }, async ({ body }) => read(body));
      },
    ],
  });
  const lines = (body: string) =>
    fetch(`${served.url}/api/v1/lines`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });

  test('is told so before it has sent it', async () => {
    const reply = await talk(served.port, [
      head('Content-Type: application/json', 'Content-Length: 99999999999'),
    ]);
    assert.match(reply, /^HTTP\/1\.1 413 /);
    assert.match(reply, /\r\nconnection: close\r\n/i);
  });

  test('in chunks is stopped at the limit', async () => {
    const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`;
    const reply = await talk(served.port, [
      head('Content-Type: application/json', 'Transfer-Encoding: chunked'),
      chunk.repeat(64),
    ]);
    assert.match(reply, /^HTTP\/1\.1 413 /);
  });

  test('without being known is sent away before its body is read', async () => {
    const request = head('Content-Type: application/json', 'Content-Length: 1000000');
    const reply = await talk(served.port, [request.replace('/bytes', '/closed')]);
    assert.match(reply, /^HTTP\/1\.1 500 /);
    assert.match(reply, /\r\nconnection: close\r\n/i);
  });

  test('in its headers is told so', async () => {
    const reply = await talk(served.port, [head(`X: ${'y'.repeat(20_000)}`)]);
    assert.match(reply, /^HTTP\/1\.1 431 /);
    assert.equal(codeOf(reply), 'headers-too-large');
  });

  test('in lines is read as a stream', async () => {
    received = 0;
    assert.deepEqual(await (await lines('{"a":1}\n'.repeat(1_000))).json(), { received: 8_000 });
  });

  test('in lines is stopped at the limit, announced or not', async () => {
    const announced = await lines('x'.repeat(MEBIBYTE + 1));
    assert.equal(announced.status, 413);
    received = 0;
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const request = head('Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked').replace(
      '/bytes',
      '/lines',
    );
    const reply = await talk(served.port, [request, chunk.repeat(20)]);
    assert.match(reply, /^HTTP\/1\.1 413 /);
    assert.ok(received <= MEBIBYTE, `${received} bytes`);
  });

  test('in lines and breaks off gives an error, not an end', async () => {
    const seen: string[] = [];
    received = 0;
    const broken = await startApp(noDatabase, {
      routes: [
        (app) => {
          takeNdjson(app);
          app.post('/lines', { config: { rules: open } }, async ({ body }) =>
            read(body).then(
              () => seen.push('whole'),
              () => seen.push('broken'),
            ),
          );
        },
      ],
    });
    const socket = connect(broken.port, '127.0.0.1');
    socket.write(
      head('Content-Type: application/x-ndjson', 'Content-Length: 50').replace('/bytes', '/lines'),
    );
    socket.write('{"a":1}\n');
    await until(() => received > 0);
    socket.destroy();
    await until(() => seen.length > 0);
    await broken.app.close();
    assert.deepEqual(seen, ['broken']);
  });
});

const RULES = { ...open, importance: 'checking' } as const;

describe('too many requests at once', () => {
  const release: (() => void)[] = [];
  const served = listeningApp(noDatabase, {
    limits: { running: 3 },
    routes: [
      (app) => {
        app.get(
          '/wait',
          { config: { rules: RULES } },
          () => new Promise((resolve) => release.push(() => resolve({}))),
        );
        app.get('/quick', { config: { rules: RULES } }, async () => ({}));
        app.post('/bytes', { config: { rules: RULES } }, async () => ({}));
      },
    ],
  });
  const get = (path: string, signal?: AbortSignal) => fetch(served.url + path, signal ? { signal } : {});
  const running = async () =>
    Number(/^http_requests_running (\d+)$/m.exec(await (await get('/metrics')).text())?.[1]);

  test('are turned away at once with a time to try again, and the others are answered', async () => {
    const waiting = [1, 2, 3].map(() => get('/api/v1/wait'));
    await until(() => release.length === 3);
    const refused = await get('/api/v1/quick');
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d?$/);
    assert.equal(codeOf(await refused.text()), 'overloaded');
    // By this an alert knows that doors are not answered.
    const told = await (await get('/metrics')).text();
    assert.match(
      told,
      /^http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/quick",status="503"\} 1$/m,
    );
    assert.equal((await get('/livez')).status, 200);
    assert.equal((await get('/readyz')).status, 200);
    for (const go of release.splice(0)) go();
    for (const response of await Promise.all(waiting)) assert.equal(response.status, 200);
    assert.equal((await get('/api/v1/quick')).status, 200);
    await until(async () => (await running()) === 0);
  });

  test('count until their work is done, though their callers hung up', async () => {
    const hangUp = new AbortController();
    const waiting = [1, 2, 3].map(() => get('/api/v1/wait', hangUp.signal).catch(() => undefined));
    await until(() => release.length === 3);
    hangUp.abort();
    await Promise.all(waiting);
    await wait(50);
    assert.equal(await running(), 3);
    assert.equal((await get('/api/v1/quick')).status, 503);
    for (const go of release.splice(0)) go();
    await until(async () => (await running()) === 0);
  });

  test('are forgotten when they break off before they are whole', async () => {
    const sockets = [1, 2, 3].map(() => {
      const socket = connect(served.port, '127.0.0.1');
      socket.write(head('Content-Type: application/json', 'Content-Length: 100'));
      return socket;
    });
    await until(async () => (await running()) === 3);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await running()) === 0);
  });
});
