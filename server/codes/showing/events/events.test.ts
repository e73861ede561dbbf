import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR_MS, parseInstant, printInstant } from '../../../../domain/time.ts';
import { leastOf } from '../../../../test/durations.ts';
import { peopleService, resident, type SignedIn } from '../../../../test/people-service.ts';
import { NUMBERS, recordOf } from '../../../../test/service.ts';
import { until } from '../../../../test/until.ts';
import { cookieKind, SESSION_COOKIE, sealSession } from '../../../accounts/session-cookie.ts';
import { endSession } from '../../../accounts/store.ts';
import { addLook } from '../../../record/store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
/** Within how long somebody hears of a change. */
const SOON_MS = 5_000;

describe('whoever listens', () => {
  const service = peopleService();
  const ago = (hours: number) => printInstant(service.now() - hours * HOUR_MS);

  test('hears within five seconds that evidence has arrived; nobody hears of another', async () => {
    const anna = await service.withCode(resident(ANNA));
    const bo = await service.withCode(resident(BO));
    await service.settled();
    const [ofAnna, ofBo] = [await listen(anna), await listen(bo)];
    let tries = 0;
    const hear = async () => {
      const id = `F-${tries++}`;
      await service.deliver([recordOf('health', id, ANNA, 'symptom', { fever: true, from: ago(5) })]);
      return heard(ofAnna, tries);
    };
    assert.ok((await leastOf(SOON_MS, hear)) < SOON_MS);
    assert.match(ofAnna.text(), /event: changed\nid: [\w-]{16}\ndata: \{"asOf":"[^"]+\+08:00"\}\n\n/);
    assert.equal((await anna.myCode()).colour, 'yellow');
    await sleep(1_500);
    assert.equal(ofBo.count(), 0);
    ofAnna.close();
    ofBo.close();
  });

  test('hears that an instant has passed at which the code turns (M7)', async () => {
    const chen = await service.withCode(resident(CHEN));
    const [from, until] = [ago(5), service.now() + 2 * HOUR_MS];
    await service.deliver([
      recordOf('isolation-site', 'I-1', CHEN, 'isolation', {
        form: 'home',
        from,
        until: printInstant(until),
      }),
    ]);
    await service.settled();
    const { nextChangeAt, ways } = await chen.myCode();
    assert.deepEqual(
      [nextChangeAt, ways[0]],
      [printInstant(until), { ...ways[0]!, at: printInstant(until) }],
    );
    const events = await listen(chen);
    await sleep(1_500);
    assert.equal(events.count(), 0);
    service.pass(until - service.now());
    await heard(events, 1);
    assert.ok(service.now() >= parseInstant(nextChangeAt!));
    assert.equal((await chen.myCode()).colour, 'green');
    events.close();
  });

  test('hears that somebody looked', async () => {
    const ding = await service.withCode(resident(DING));
    const events = await listen(ding);
    await addLook(service.installation.store.app, {
      ...{ personId: ding.session.personId!, lookId: '00000000-0000-7000-8000-000000000001' },
      ...{ lookedAt: service.now(), actor: 'desk-7', authority: 'Street office', purpose: 'a call' },
      ...{ subject: 'assessment', eraseAfter: service.now() + 1_000_000 },
    });
    await heard(events, 1);
    events.close();
  });

  test('hears at once what changed while the connection was broken, and nothing when nothing did', async () => {
    const ding = await service.withCode(resident(DING));
    await service.settled();
    const before = await listen(ding);
    const mark = /id: ([\w-]+)/.exec(before.text())![1]!;
    before.close();
    const again = await listen(ding, mark);
    await sleep(1_500);
    assert.equal(again.count(), 0);
    again.close();
    await service.deliver([recordOf('health', 'F-2', DING, 'symptom', { fever: true, from: ago(5) })]);
    const later = await listen(ding, mark);
    await heard(later, 1);
    later.close();
  });

  test('is told to come again when an application is confirmed, and hears of the code then', async () => {
    const number = '339900199001010062';
    const before = await service.signIn(number, { name: '王小明', document: resident(number) });
    const events = await listen(before);
    await service.withCode(resident(number));
    await heard(events, 1);
    await events.ended;
  });

  test('listens no longer when the session has ended', async () => {
    const anna = await service.withCode(resident(ANNA));
    const [events, other] = [await listen(anna), await listen(await service.withCode(resident(ANNA)))];
    await endSession(service.installation.store.app, anna.session.sessionId, service.now());
    assert.equal(await events.ended, 'ended');
    assert.equal((await anna.get('/me/events')).status, 401);
    assert.ok(!other.isEnded());
    other.close();
  });

  test('listens also when they showed who they are long before the session began', async () => {
    const chen = await service.withCode(resident(CHEN));
    const session = { ...chen.session, signedInAt: service.now() - 13 * HOUR_MS };
    const times = { endsAt: service.now() + HOUR_MS, renewAfter: service.now() + 60_000 };
    const sealed = sealSession(service.installation.keys, { session, ...times });
    const cookie = `${cookieKind(SESSION_COOKIE, false).name}=${sealed}`;
    const events = await listen({
      ...chen,
      get: (path, init = {}) => chen.get(path, { ...init, headers: { ...init.headers, cookie } }),
    });
    await sleep(1_500);
    assert.ok(!events.isEnded());
    events.close();
  });

  test('listens in a few windows at a time, and in another one when one is closed', async () => {
    const bo = await service.withCode(resident(BO));
    const all = await Promise.all(Array.from({ length: 6 }, () => listen(bo)));
    const refused = await bo.get('/me/events');
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    all[0]!.close();
    await until(async () => {
      const response = await bo.get('/me/events');
      await response.body?.cancel();
      return response.status === 200;
    });
    for (const events of all) events.close();
  });

  test('does not count as a request under way, and hears nobody else', async () => {
    const bo = await service.withCode(resident(BO));
    const before = await running();
    const events = await listen(bo);
    assert.equal(await running(), before);
    events.close();
  });

  test('is let go when the service stops', async () => {
    const events = await listen(await service.withCode(resident(ANNA)));
    const [, how] = await Promise.all([service.stop(), events.ended]);
    assert.equal(how, 'ended', 'long before everything that is still open is cut');
  });

  async function running(): Promise<number> {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(/^http_requests_running (\d+)/m.exec(text)![1]);
  }
});

interface Heard {
  readonly text: () => string;
  readonly count: () => number;
  readonly isEnded: () => boolean;
  /** How it came to an end. */
  readonly ended: Promise<'ended' | 'cut'>;
  readonly close: () => void;
}

/** Listens, from the moment at which the service has told where things stand. */
async function listen(whoever: SignedIn, mark?: string): Promise<Heard> {
  const closing = new AbortController();
  const headers = mark === undefined ? {} : { 'last-event-id': mark };
  const response = await whoever.get('/me/events', { headers, signal: closing.signal });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  let isEnded = false;
  const ended = (async () => {
    try {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk;
      return 'ended' as const;
    } catch {
      return 'cut' as const;
    } finally {
      isEnded = true;
    }
  })();
  const count = () => text.split('event: changed').length - 1;
  await until(() => /^id: /m.test(text));
  assert.match(text, /^retry: \d+\n\n/);
  return { text: () => text, count, isEnded: () => isEnded, ended, close: () => closing.abort() };
}

function heard(events: Heard, count: number): Promise<number> {
  return until(() => events.count() >= count);
}
