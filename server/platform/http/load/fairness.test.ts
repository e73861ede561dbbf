import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { leastOf } from '../../../../test/durations.ts';
import { listeningApp, noDatabase } from '../../../../test/http/http-app.ts';
import { open } from '../rules.ts';
import { type Admission, createAdmission } from './admission.ts';
import { callerOf } from './fairness.ts';
import type { Importance } from './importance.ts';

/** Those who ask from one address so often a second, or from as many addresses as there are requests. */
interface Crowd {
  readonly address: string | undefined;
  readonly perSecond: number;
  readonly importance?: Importance;
}

/** The share of each crowd that is let in, in simulated time, by a service that does so many things a second, and waits for each. */
function simulate(
  admission: Admission,
  capacity: number,
  crowds: readonly Crowd[],
  seconds: number,
  waitedMs = 0,
): number[] {
  const queue: { importance: Importance; caller: string; cameMs: number; doneMs: number }[] = [];
  const counts = crowds.map(() => ({ offered: 0, admitted: 0, owed: 0 }));
  let freeAtMs = 0;
  for (let nowMs = 0; nowMs < seconds * 1_000; nowMs++) {
    while (queue[0] && queue[0].doneMs <= nowMs) {
      const { importance, caller, cameMs } = queue.shift()!;
      admission.leave(importance, caller);
      admission.answered(nowMs - cameMs, nowMs);
    }
    for (const [i, { address, perSecond, importance = 'showing' }] of crowds.entries()) {
      const count = counts[i]!;
      for (count.owed += perSecond / 1_000; count.owed >= 1; count.owed--) {
        const caller = address ?? `10.${i}.0.${count.offered++}`;
        if (address !== undefined) count.offered++;
        if (!admission.take(importance, nowMs, caller)) continue;
        count.admitted++;
        freeAtMs = Math.max(freeAtMs, nowMs) + 1_000 / capacity;
        queue.push({ importance, caller, cameMs: nowMs, doneMs: freeAtMs + waitedMs });
      }
    }
  }
  return counts.map(({ offered, admitted }) => admitted / offered);
}

describe('somebody who asks more than everybody else together', () => {
  for (const importance of ['overview', 'deferrable', 'showing', 'checking'] as const)
    test(`does not keep the others from ${importance}`, () => {
      const flood = { address: '192.0.2.1', perSecond: 10_000, importance };
      const [, others] = simulate(
        createAdmission(256),
        1_000,
        [flood, { address: undefined, perSecond: 200, importance }],
        20,
      );
      assert.ok(others! > 0.9, `${others} of the others were let in`);
    });

  test('neither keeps as many from it as half of what can be done is enough for', () => {
    const [, others] = simulate(
      createAdmission(256),
      1_000,
      [
        { address: '192.0.2.1', perSecond: 10_000 },
        { address: undefined, perSecond: 400 },
      ],
      20,
    );
    assert.ok(others! > 0.9, `${others} of the others were let in`);
  });

  test('neither do three of them', () => {
    const floods = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => ({ address, perSecond: 4_000 }));
    const shares = simulate(
      createAdmission(256),
      1_000,
      [...floods, { address: undefined, perSecond: 200 }],
      20,
    );
    assert.ok(shares[3]! > 0.9, shares.join());
  });

  test('gets all that nobody else wants', () => {
    for (const crowd of [
      // As behind one balancer, or a few.
      [{ address: '192.0.2.1', perSecond: 3_000 }],
      ['1', '2', '3', '4'].map((address) => ({ address, perSecond: 750 })),
    ]) {
      const shares = simulate(createAdmission(256), 1_000, crowd, 20);
      const admitted = shares.reduce((sum, share, i) => sum + share * crowd[i]!.perSecond, 0);
      assert.ok(admitted > 950, `${admitted} a second`);
    }
    const [network] = simulate(
      createAdmission(256),
      1_000,
      [
        { address: '192.0.2.1', perSecond: 700 },
        { address: undefined, perSecond: 200 },
      ],
      20,
    );
    assert.ok(network! > 0.99, `${network} of a network that many share, with room for all`);
  });

  test('keeps half of the places while others ask: nobody has a network turned away by asking a little beside it', () => {
    const network = { address: '192.0.2.1', perSecond: 2_500 };
    const beside = { address: '198.51.100.1', perSecond: 50 };
    const [alone] = simulate(createAdmission(256), 100_000, [network], 20, 100);
    const together = simulate(createAdmission(256), 100_000, [network, beside], 20, 100);
    assert.ok(alone! > 0.7, `${alone} alone`);
    assert.ok(together[0]! > alone! * 0.45 && together[1]! > 0.9, `${alone} alone, ${together} together`);
  });

  test('and matters more goes before those who matter less', () => {
    const [doors, showing] = simulate(
      createAdmission(256),
      1_000,
      [
        { address: '192.0.2.1', perSecond: 900, importance: 'checking' },
        { address: undefined, perSecond: 3_000, importance: 'showing' },
      ],
      20,
    );
    assert.ok(doors! > 0.95 && showing! < 0.3, `${doors} ${showing}`);
  });
});

describe('an address', () => {
  // biome-ignore format: a table reads better as a table
  const callers: readonly (readonly [address: string | undefined, caller: string])[] = [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8:1:2:3::', '2001:db8:1:2'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, ''],
  ];
  for (const [address, caller] of callers)
    test(`${address} is that of ${caller || 'nobody'}`, () => assert.equal(callerOf(address), caller));
});

describe('a service that one address keeps full', () => {
  const agents: Agent[] = [];
  const served = listeningApp(noDatabase, {
    limits: { running: 40 },
    routes: [
      (app) => {
        const rules = { config: { rules: { ...open, importance: 'showing' } } } as const;
        app.get('/slow', rules, () => sleep(100, {}));
        app.post('/slow', rules, () => sleep(100, {}));
      },
    ],
  });
  after(() => {
    for (const agent of agents) agent.destroy();
  });
  const ask = (agent: Agent, localAddress: string, body?: string) =>
    new Promise<number>((resolve, reject) => {
      const headers =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length };
      const method = body === undefined ? 'GET' : 'POST';
      const to = { host: '127.0.0.1', port: served.port, path: '/api/v1/slow', method, headers };
      request({ ...to, agent, localAddress }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      })
        .on('error', reject)
        .end(body);
    });

  for (const [what, body] of [
    ['asks', undefined],
    ['sends', '{}'],
  ] as const)
    test(`answers nearly everybody else who ${what}`, async () => {
      let isOver = false;
      const flooding = Array.from({ length: 80 }, async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        agents.push(agent);
        while (!isOver) if ((await ask(agent, '127.0.0.2', body)) === 503) await sleep(5);
      });
      await sleep(500);
      try {
        const tooMany = await leastOf(1, () => refusedBeyondWhatMustBe(body));
        assert.ok(tooMany <= 0, `${tooMany} of 20 were turned away besides those who must be`);
      } finally {
        isOver = true;
        await Promise.all(flooding);
      }
    });

  /**
   * How many of twenty who ask one after the other are turned away, but for those who must be: three while the limit follows,
   * and one more each time that places were everybody's again, because somebody else found none two seconds ago.
   */
  async function refusedBeyondWhatMustBe(body: string | undefined): Promise<number> {
    const begunMs = performance.now();
    let refused = 0;
    for (let i = 0; i < 20; i++) {
      if ((await ask(new Agent(), '127.0.0.1', body)) !== 503) continue;
      refused++;
      // Whoever is turned away is told to wait for longer.
      await sleep(200);
    }
    return refused - 3 - Math.floor((performance.now() - begunMs) / 2_000);
  }
});
