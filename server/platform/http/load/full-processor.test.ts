import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { block, keepFull } from '../../../../test/http/full-turns.ts';
import { listeningApp, noDatabase, talk } from '../../../../test/http/http-app.ts';
import { until } from '../../../../test/until.ts';
import { open } from '../rules.ts';
import { CROWD, LATE_STEP_MS } from './admission.ts';
import { IMPORTANCES, type Importance } from './importance.ts';
import { LOOK_MS } from './turns.ts';

const RULES = (importance: Importance) => ({ config: { rules: { ...open, importance } } });
/** Longer than all steps together. */
const TURN_MS = LOOK_MS + LATE_STEP_MS * IMPORTANCES.length;

describe('a service whose processor is full', () => {
  const served = listeningApp(noDatabase, {
    routes: [
      (app) => {
        // It never waits for anything, so that it never holds a place that anybody else could miss.
        for (const name of IMPORTANCES) app.get(`/${name}`, RULES(name), async () => ({}));
      },
    ],
  });
  const statusOf = async (path: string) => {
    const response = await fetch(served.url + path);
    await response.text();
    return response.status;
  };

  test('turns away what can wait, lets doors in, answers whoever watches, and is as before afterwards', async () => {
    const endFull = keepFull(TURN_MS);
    const ask = (name: string, line = '') => `GET /api/v1/${name} HTTP/1.1\r\nHost: a\r\n${line}\r\n`;
    // All in one turn, and in this order.
    const crowd = Array<string>(CROWD * 2)
      .fill(ask('checking'))
      .join('');
    const each = IMPORTANCES.map((name) => ask(name)).join('');
    await until(async () => {
      const said = await talk(served.port, [crowd + each + ask('checking', 'Connection: close\r\n')]);
      const statuses = [...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
      assert.equal(statuses.length, CROWD * 2 + IMPORTANCES.length + 1);
      const others = statuses.splice(CROWD * 2, IMPORTANCES.length - 1);
      assert.deepEqual(new Set(statuses), new Set([200]), 'doors are let in');
      return others.every((status) => status === 503);
    });
    assert.equal(await statusOf('/livez'), 200);
    endFull();
    await until(async () => (await statusOf('/api/v1/overview')) === 200);
  });

  test('turns nobody away because it stood still once', async () => {
    await sleep(LOOK_MS * 20);
    block(TURN_MS);
    for (const name of IMPORTANCES) assert.equal(await statusOf(`/api/v1/${name}`), 200, name);
  });
});

describe('thousands of requests on one connection without waiting for an answer', () => {
  const release: (() => void)[] = [];
  const served = listeningApp(noDatabase, {
    limits: { running: 10 },
    routes: [
      (app) => {
        app.get('/wait', RULES('overview'), () => new Promise((go) => release.push(() => go({}))));
        app.get('/doors', RULES('checking'), async () => ({}));
      },
    ],
  });

  test('hold no more places than others, and no memory for what is not read', async () => {
    const MANY = 5_000;
    const before = process.memoryUsage().rss;
    const socket = connect(served.port, '127.0.0.1').on('error', () => {});
    socket.pause();
    socket.write('GET /api/v1/wait HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(MANY));
    for (let i = 0; i < 10; i++) {
      const reply = await fetch(`${served.url}/api/v1/doors`);
      assert.equal(reply.status, 200);
      await reply.text();
      await sleep(20);
    }
    assert.ok(process.memoryUsage().rss - before < 150 * 1_048_576);
    socket.destroy();
    assert.ok(release.length <= 10);
    for (const go of release) go();
  });
});
