import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listeningApp, noDatabase, talk } from '../../../../test/http/http-app.ts';
import { until } from '../../../../test/until.ts';
import { open } from '../rules.ts';
import { takeNdjson } from './bodies.ts';

const RULES = { config: { rules: { ...open, importance: 'checking' } } } as const;
const LARGE = Buffer.alloc(16 * 1_048_576, 'a');

describe('a place that was taken', () => {
  const release: (() => void)[] = [];
  const sockets: Socket[] = [];
  let asked = 0;
  const waits = (value: unknown) => () =>
    new Promise<unknown>((resolve) => release.push(() => resolve(value)));
  const served = listeningApp(noDatabase, {
    limits: { running: 10 },
    routes: [
      (app) => {
        app.addHook('onRequest', async (request) => {
          if (request.url.endsWith('/asks')) await waits(undefined)();
        });
        app.get('/wait', RULES, waits({}));
        app.get('/asks', RULES, async () => ({}));
        app.get('/large', RULES, async (_request, reply) => {
          asked++;
          return reply.type('application/octet-stream').send(LARGE);
        });
        app.post('/asks', RULES, async () => ({}));
        app.get('/made', RULES, async (_request, reply) => reply.send(new Readable({ read: () => {} })));
        app.register(async (scope) => {
          takeNdjson(scope);
          scope.post('/lines', RULES, waits({}));
        });
      },
    ],
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const send = (text: string) => {
    const socket = connect(served.port, '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    socket.write(text);
    return socket;
  };
  const ask = (method: string, path: string) => `${method} /api/v1${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const running = async () => {
    const text = await (await fetch(`${served.url}/metrics`)).text();
    return Number(/^http_requests_running (-?\d+)$/m.exec(text)?.[1]);
  };
  const letGo = () => {
    for (const go of release.splice(0)) go();
  };

  for (const [method, path, what] of [
    ['GET', '/wait', 'whoever waits for an answer'],
    ['GET', '/asks', 'whoever is being looked up'],
  ] as const) {
    test(`is given back when ${what} hangs up`, async () => {
      const socket = send(ask(method, path));
      await until(() => release.length === 1);
      socket.destroy();
      await sleep(50);
      letGo();
      await until(async () => (await running()) === 0);
    });
  }

  test('is given back when one hangs up who has asked much at once on one connection', async () => {
    const socket = send(ask('GET', '/wait').repeat(8));
    await until(() => release.length === 8);
    socket.destroy();
    await sleep(50);
    letGo();
    await until(async () => (await running()) === 0);
  });

  test('is not held by whoever does not read the answer', async () => {
    for (let i = 0; i < 10; i++) send(ask('GET', '/large')).pause();
    await until(() => asked === 10);
    await until(async () => (await running()) === 0);
    assert.equal((await fetch(`${served.url}/api/v1/large`, { method: 'HEAD' })).status, 200);
  });

  test('is held while the answer is still being made', async () => {
    const socket = send(ask('GET', '/made'));
    await until(async () => (await running()) === 1);
    socket.destroy();
    await until(async () => (await running()) === 0);
  });

  test('is not held by a body whose sender hung up while being looked up', async () => {
    const body = 'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{';
    const socket = send(ask('POST', '/asks').replace('\r\n\r\n', `\r\n${body}`));
    await until(() => release.length === 1);
    socket.destroy();
    await sleep(50);
    letGo();
    await until(async () => (await running()) === 0);
  });

  test('that no stream finds any more is told so, on a connection that goes on', async () => {
    const lines = (length: number) =>
      `POST /api/v1/lines HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${length}\r\n\r\n`;
    const streams = Array.from({ length: 64 }, () => send(lines(10)));
    await until(() => release.length === streams.length);
    const said = await talk(served.port, [
      `${lines(65_000)}${'a'.repeat(65_000)}`,
      'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]);
    assert.deepEqual(said.match(/(?<=HTTP\/1\.1 )\d+/g), ['503', '200']);
    for (const stream of streams) stream.destroy();
    letGo();
    await until(async () => (await running()) === 0);
  });
});
