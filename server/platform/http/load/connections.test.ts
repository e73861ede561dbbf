import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepFull } from '../../../../test/http/full-turns.ts';
import { listeningApp, noDatabase } from '../../../../test/http/http-app.ts';
import { until } from '../../../../test/until.ts';
import { open } from '../rules.ts';
import { LATE_STEP_MS } from './admission.ts';
import { ENDED_TOGETHER } from './connections.ts';
import { LOOK_MS } from './turns.ts';

const RULES = { config: { rules: { ...open, importance: 'checking' } } } as const;
/** Longer than what is ended at once. */
const MOST = ENDED_TOGETHER + 50;
/** More than what the buffers of a connection hold. */
const LARGE = Buffer.alloc(16 * 1_048_576, 'a');
const PART = 'GET /api';
const ask = (path: string) => `GET /api/v1${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** A service with so many connections, and those who open them. */
function crowdAt(most: number) {
  const sockets: Socket[] = [];
  const release: (() => void)[] = [];
  const served = listeningApp(noDatabase, {
    limits: { connections: most, headersSeconds: 60 },
    routes: [
      (app) => {
        app.get('/doors', RULES, async () => ({}));
        app.get('/large', RULES, async (_request, reply) =>
          reply.type('application/octet-stream').send(LARGE),
        );
        app.get('/wait', RULES, () => new Promise((go) => release.push(() => go({}))));
      },
    ],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const opened = () =>
    new Promise<number>((done) => served.app.server.getConnections((_, count) => done(count)));
  /** So many, of which each says something as soon as it can. */
  const openSome = async (count: number, text = '') => {
    const some = Array.from({ length: count }, () => connect(served.port, '127.0.0.1').on('error', () => {}));
    sockets.push(...some);
    for (const socket of some) socket.write(text);
    await until(() => some.every(({ connecting }) => !connecting));
    return some;
  };
  /** The same, when the answer to each has begun. */
  const openAnswered = async (count: number, text: string) => {
    let answers = 0;
    const some = await openSome(count, text);
    for (const socket of some) socket.once('data', () => answers++);
    await until(() => answers >= count);
    return some;
  };
  /** As many as there is room for; a moment later all of them have been heard. */
  const fill = async (text: string) => {
    const some = await openSome(most - (await opened()), text);
    await until(async () => (await opened()) === most);
    await sleep(200);
    return some;
  };
  /** One that was ended makes room, so whoever comes again is answered. */
  const isAnswered = () =>
    until(async () => (await askDoors(served.port, false).catch(() => undefined))?.status === 200, 5_000);
  afterEach(async () => {
    agent.destroy();
    for (const socket of sockets.splice(0)) socket.destroy();
    // Those that came before it are accepted before it.
    await isAnswered();
    await until(async () => (await opened()) === 0);
  });
  const askAgain = () => askDoors(served.port, agent);
  return { release, opened, openSome, openAnswered, fill, askAgain, isAnswered };
}

function askDoors(port: number, agent: Agent | false) {
  return new Promise<{ readonly status: number | undefined; readonly isUsedAgain: boolean }>((done, fail) => {
    const request = get({ host: '127.0.0.1', port, path: '/api/v1/doors', agent }, (reply) => {
      reply.resume().on('end', () => done({ status: reply.statusCode, isUsedAgain: request.reusedSocket }));
    });
    request.on('error', fail);
  });
}

describe('connections', () => {
  const { release, opened, openSome, openAnswered, fill, askAgain, isAnswered } = crowdAt(MOST);

  test('that say nothing, ten times as many as may be open, keep nobody out', async () => {
    await openSome(MOST * 10);
    await isAnswered();
    assert.ok((await opened()) <= MOST);
  });

  test('that are kept open after an answer, as many as may be, keep nobody out', async () => {
    await openAnswered(MOST - 10, ask('/doors'));
    await openSome(MOST);
    await isAnswered();
    assert.ok((await opened()) <= MOST);
  });

  test('that have brought a part of a request keep nobody out', async () => {
    await fill(PART);
    await isAnswered();
  });

  test('that have brought a part of their second request keep nobody out', async () => {
    for (const socket of await fill(ask('/doors'))) socket.write(PART);
    await sleep(100);
    await isAnswered();
  });

  test('that were used last stay when there are too many that wait', async () => {
    await openAnswered(MOST - 10, ask('/doors'));
    await askAgain();
    await fill(ask('/doors'));
    await isAnswered();
    assert.deepEqual(await askAgain(), { status: 200, isUsedAgain: true });
  });

  test('on which something is under way stay, though what was asked before is answered', async () => {
    const [working] = await openAnswered(1, ask('/doors') + ask('/wait'));
    let said = '';
    working!.on('data', (data) => {
      said += data;
    });
    await until(() => release.length === 1);
    await fill(ask('/doors'));
    await isAnswered();
    release[0]!();
    await until(() => said.includes('HTTP/1.1 200'), 5_000);
  });
});

describe('connections on which nobody reads what was asked for', () => {
  // Each fills the buffers of the system.
  const { fill, isAnswered } = crowdAt(30);

  test('keep nobody out, though the processor is full', async () => {
    await fill(ask('/large'));
    const endFull = keepFull(LOOK_MS + LATE_STEP_MS);
    try {
      await isAnswered();
    } finally {
      endFull();
    }
  });
});
