import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listeningApp, noDatabase, talk } from '../../../../test/http/http-app.ts';
import { until } from '../../../../test/until.ts';
import { open } from '../rules.ts';
import type { Importance } from './importance.ts';

const rulesOf = (importance: Importance) => ({ config: { rules: { ...open, importance } } });

describe('a service that is full', () => {
  const release: (() => void)[] = [];
  let bodies = 0;
  const served = listeningApp(noDatabase, {
    limits: { running: 10, bodySeconds: 120 },
    routes: [
      (app) => {
        const wait = () => new Promise((resolve) => release.push(() => resolve({})));
        app.get('/doors', rulesOf('checking'), wait);
        app.get('/overview', rulesOf('overview'), async () => ({}));
        app.get('/overview/:id', rulesOf('overview'), async () => ({}));
        app.get('/unsaid', { config: { rules: open } }, async () => ({}));
        app.post('/doors', rulesOf('checking'), async () => {
          bodies++;
          return {};
        });
      },
    ],
  });
  const fill = async (count: number) => {
    const before = release.length;
    const filling = Array.from({ length: count }, () => fetch(`${served.url}/api/v1/doors`));
    await until(() => release.length === before + count);
    return async () => {
      for (const go of release.splice(0)) go();
      for (const one of filling) assert.equal((await one).status, 200);
      // For a quarter of a second after a refusal nobody less important is let in.
      await sleep(300);
    };
  };
  const statusOf = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.join('')}\r\n`;
    return Number((await talk(served.port, [head])).split(' ')[1]);
  };

  test('turns away by what the route says, whatever a caller calls itself', async () => {
    const empty = await fill(5);
    const path = '/api/v1/overview';
    assert.equal(await statusOf('GET', path), 503);
    assert.equal(await statusOf('GET', '/api/v1/unsaid'), 503);
    for (const headers of [
      { 'x-importance': 'checking' },
      { priority: 'u=0' },
      { 'x-http-method-override': 'POST', 'x-original-url': '/livez', 'x-rewrite-url': '/livez' },
      { 'x-forwarded-uri': '/api/v1/doors' },
    ])
      assert.equal(await statusOf('GET', path, headers), 503, JSON.stringify(headers));
    for (const way of [
      `${path}/`,
      `${path}?/api/v1/doors`,
      `${path}%3F`,
      `${path}/%2e%2e%2fdoors`,
      `${path}/..%2Fdoors`,
      '/api/v1/%6Fverview',
      '/api/v1//overview',
      '/livez/../api/v1/overview',
      '/livez%2F..%2Fapi%2Fv1%2Foverview',
      'http://a/api/v1/overview',
      '/nothing',
    ])
      assert.notEqual(await statusOf('GET', way), 200, way);
    for (const method of ['HEAD', 'OPTIONS', 'DELETE', 'PUT']) {
      assert.ok([503].includes(await statusOf(method, path)), method);
    }
    await empty();
    assert.equal(await statusOf('GET', path), 200);
  });

  test('answers whoever watches over it, and tells whom it has turned away', async () => {
    const empty = await fill(10);
    assert.equal(await statusOf('GET', '/api/v1/overview'), 503);
    assert.equal(await statusOf('GET', '/livez'), 200);
    assert.equal(await statusOf('GET', '/readyz'), 200);
    const told = await (await fetch(`${served.url}/metrics`)).text();
    assert.match(told, /^http_requests_refused_total\{importance="overview"\} [1-9]/m);
    assert.match(told, /^http_requests_limit 10$/m);
    await empty();
  });

  test('says so with a reply that is whole, on a connection that goes on', async () => {
    const empty = await fill(10);
    const ask = 'GET /api/v1/overview HTTP/1.1\r\nHost: a\r\n';
    const said = await talk(served.port, [`${ask}\r\n${ask}Connection: close\r\n\r\n`]);
    const replies = said.split(/(?=HTTP\/1\.1 )/);
    assert.equal(replies.length, 2);
    for (const reply of replies) {
      const [head = '', body = ''] = reply.split('\r\n\r\n');
      assert.match(head, /^HTTP\/1\.1 503 Service Unavailable\r\n/);
      assert.match(head, /\r\nretry-after: [1-9]\d?\r\n/);
      assert.match(head, /\r\ncontent-type: application\/problem\+json\r\n/);
      assert.match(head, /\r\ncache-control: no-store\r\n/);
      const problem = JSON.parse(body);
      assert.deepEqual([problem.code, problem.status], ['overloaded', 503]);
    }
    const large = `POST /api/v1/doors HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n`;
    assert.match(await talk(served.port, [large]), /\r\nconnection: close\r\n/i);
    await empty();
  });

  describe('of bodies that do not come', () => {
    const sockets: Socket[] = [];
    after(() => {
      for (const socket of sockets) socket.destroy();
    });

    test('lets others pass', async () => {
      const head = 'Host: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n';
      for (let i = 0; i < 200; i++) {
        const socket = connect(served.port, '127.0.0.1').on('error', () => {});
        socket.write(`POST /api/v1/doors HTTP/1.1\r\n${head}`);
        sockets.push(socket);
      }
      const running = async () =>
        Number(
          /^http_requests_running (\d+)$/m.exec(await (await fetch(`${served.url}/metrics`)).text())?.[1],
        );
      await until(async () => (await running()) === 200);
      // Where the machine is busy such a crowd makes turns long for a moment.
      await until(async () => (await statusOf('GET', '/api/v1/overview')) === 200, 5_000);
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
      assert.equal((await fetch(`${served.url}/api/v1/doors`, init)).status, 200);
      assert.equal(bodies, 1);
    });

    test('turns them away when they all come at once and there is no room', async () => {
      const empty = await fill(10);
      let said = '';
      for (const socket of sockets) {
        socket.setEncoding('latin1').on('data', (text) => {
          said += text;
        });
        socket.write('{}');
      }
      await until(() => said.split('HTTP/1.1 503').length === sockets.length + 1);
      assert.equal(bodies, 1);
      await empty();
    });
  });
});
