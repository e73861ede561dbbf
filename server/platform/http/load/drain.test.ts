import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type ListeningApp, noDatabase, startApp } from '../../../../test/http/http-app.ts';
import { open } from '../rules.ts';
import type { Drain } from './limits.ts';

/** For longer than any machine needs for what is looked at here. */
const LONG_SECONDS = 60;
const SOON_MS = 30_000;
/** More than what the buffers of a connection hold. */
const LARGE = Buffer.alloc(16 * 1_048_576, 'a');

/** An app with a route that waits until it is told to answer. */
async function startSlow(drain: Partial<Drain> = {}) {
  const answers: (() => void)[] = [];
  const closed: string[] = [];
  const served = await startApp(noDatabase, {
    drain: { noticeSeconds: 0, lastRequestSeconds: 0.2, longestSeconds: 5, ...drain },
    routes: [
      (app) => {
        app.addHook('onClose', async () => void closed.push(`hooks, ${answers.length} answered`));
        app.get(
          '/wait',
          { config: { rules: open } },
          () => new Promise((resolve) => answers.push(() => resolve('done'))),
        );
        app.get('/quick', { config: { rules: open } }, async () => 'done');
        app.get('/large', { config: { rules: open } }, async (_request, reply) =>
          reply.type('application/octet-stream').send(LARGE),
        );
      },
    ],
  });
  const until = async (count: number) => {
    while (answers.length < count) await wait(5);
  };
  return { ...served, answers, closed, until };
}

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly text: string;
}

function ask({ port }: Pick<ListeningApp, 'port'>, path: string, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      const { statusCode = 0, headers } = response;
      response.on('end', () => resolve({ status: statusCode, connection: headers.connection, text }));
    })
      .on('error', reject)
      .end();
  });
}

const isRefused = ({ port }: ListeningApp) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true));
  });

describe('a service that stops', () => {
  test('answers what runs, refuses new connections, then runs its hooks', async () => {
    const served = await startSlow();
    const running = ask(served, '/api/v1/wait', new Agent());
    await served.until(1);
    const stopped = served.app.close();
    await wait(50);
    assert.equal(await isRefused(served), true);
    assert.deepEqual(served.closed, []);
    served.answers[0]!();
    assert.deepEqual(await running, { status: 200, connection: 'close', text: 'done' });
    await stopped;
    assert.deepEqual(served.closed, ['hooks, 1 answered']);
  });

  test('takes one more request of a connection that is open, and then ends it', async () => {
    const served = await startSlow({ lastRequestSeconds: LONG_SECONDS });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await ask(served, '/api/v1/quick', agent)).connection, 'keep-alive');
    const begun = performance.now();
    const stopped = served.app.close();
    await wait(50);
    assert.deepEqual(await ask(served, '/api/v1/quick', agent), {
      status: 200,
      connection: 'close',
      text: 'done',
    });
    await stopped;
    assert.ok(performance.now() - begun < SOON_MS, 'nothing is open, so nothing is waited for');
    await assert.rejects(ask(served, '/api/v1/quick', agent), { code: 'ECONNREFUSED' });
  });

  test('says that it is not ready while it gives notice, and goes on answering', async () => {
    const served = await startSlow({ noticeSeconds: 3 });
    assert.equal((await ask(served, '/readyz', new Agent())).status, 200);
    const stopped = served.app.close();
    await wait(50);
    assert.deepEqual(await ask(served, '/readyz', new Agent()), {
      status: 503,
      connection: 'close',
      text: 'stopping\n',
    });
    assert.equal((await ask(served, '/livez', new Agent())).status, 200);
    assert.equal((await ask(served, '/api/v1/quick', new Agent())).text, 'done');
    await stopped;
  });

  test('sends what was asked for to its end, however slowly it is read', async () => {
    const served = await startSlow({ lastRequestSeconds: 0, longestSeconds: LONG_SECONDS });
    const socket = connect(served.port, '127.0.0.1');
    socket.write('GET /api/v1/large HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((begun) => socket.once('readable', begun));
    const stopped = served.app.close();
    await wait(300);
    let bytes = 0;
    for await (const piece of socket) bytes += piece.length;
    assert.ok(bytes > LARGE.length, `${bytes} bytes`);
    await stopped;
  });

  test('ends connections that bring nothing', async () => {
    const served = await startSlow({ lastRequestSeconds: 0, longestSeconds: LONG_SECONDS });
    const silent = connect(served.port, '127.0.0.1');
    const agent = new Agent({ keepAlive: true });
    await ask(served, '/api/v1/quick', agent);
    const begun = performance.now();
    await served.app.close();
    assert.ok(performance.now() - begun < SOON_MS);
    silent.destroy();
  });

  test('cuts off at last what does not end', async () => {
    const served = await startSlow({ longestSeconds: 0.2, lastRequestSeconds: 0 });
    const running = ask(served, '/api/v1/wait', new Agent());
    const failed = assert.rejects(running, { code: 'ECONNRESET' });
    await served.until(1);
    const begun = performance.now();
    await served.app.close();
    await failed;
    assert.ok(performance.now() - begun < SOON_MS);
  });

  test('loses no request of callers that never pause', async () => {
    const served = await startSlow();
    const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    let answered = 0;
    const failures: string[] = [];
    const callers = agents.map(async (agent) => {
      for (;;) {
        try {
          const { status, text } = await ask(served, '/api/v1/quick', agent);
          if (status === 200 && text === 'done') answered++;
          else failures.push(`${status} ${text}`);
        } catch (error) {
          const { code } = error as { code?: string };
          if (code !== 'ECONNREFUSED') failures.push(String(code));
          return;
        }
      }
    });
    while (answered < 100) await wait(5);
    await served.app.close();
    await Promise.all(callers);
    assert.deepEqual(failures, []);
    assert.ok(answered > 100, 'some were answered while it stopped');
  });
});
