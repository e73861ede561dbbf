import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseInstant } from '../domain/time.ts';
import { type Clock, clockFault, setClock, type Ticks, timeAt } from './clock.ts';
import { clockWords } from './refusals.ts';

const TRUE_AT = parseInstant('2021-03-01T10:00:00.700+08:00');
const MINUTE_MS = 60_000;

/** The ticks of a phone whose clock is ahead, some time after its monotonic one began. */
function ticksAt(time: number, aheadMs: number): Ticks {
  return { wall: time + aheadMs, monotonicMs: time - TRUE_AT + 5_000 };
}

/** A clock set by an answer that took 400 ms, and was signed in between. */
function clockOf(aheadMs: number): Clock {
  const signedAt = Math.floor((TRUE_AT + 100) / 1_000) * 1_000;
  return setClock(signedAt, ticksAt(TRUE_AT, aheadMs), ticksAt(TRUE_AT + 400, aheadMs))!;
}

describe('The clock of a phone', () => {
  test('tells the time of the service within what it says, however wrong the phone is', () => {
    const wrong = fc.integer({ min: -1e9, max: 1e9 });
    const span = fc.nat(60_000);
    fc.assert(
      fc.property(wrong, span, span, fc.nat(1e8), (aheadMs, before, after, later) => {
        const signedAt = Math.floor((TRUE_AT + before) / 1_000) * 1_000;
        const received = TRUE_AT + before + after;
        const clock = setClock(signedAt, ticksAt(TRUE_AT, aheadMs), ticksAt(received, aheadMs))!;
        const { now, uncertaintyMs, isDoubtful } = timeAt(clock, ticksAt(received + later, aheadMs));
        assert.ok(Math.abs(now - received - later) <= uncertaintyMs);
        assert.equal(isDoubtful, false);
      }),
    );
  });

  for (const [name, aheadMs, seconds, zh, en] of [
    [
      'ten minutes ahead',
      10 * MINUTE_MS,
      600,
      '手机时间快了10分钟',
      'The clock of the phone is 10 minutes ahead',
    ],
    [
      'ten minutes behind',
      -10 * MINUTE_MS,
      -600,
      '手机时间慢了10分钟',
      'The clock of the phone is 10 minutes behind',
    ],
    ['twenty seconds ahead', 20_000, 20, '手机时间快了20秒', 'The clock of the phone is 20 seconds ahead'],
    ['a day behind', -86_400_000, -86_400, '手机时间慢了24小时', 'The clock of the phone is 24 hours behind'],
  ] as const) {
    test(`that is ${name} is told to be so`, () => {
      const time = timeAt(clockOf(aheadMs), ticksAt(TRUE_AT + 90_000, aheadMs));
      assert.equal(clockFault(time), seconds);
      assert.deepEqual(clockWords(seconds), { zh, en });
    });
  }

  test('that is a few seconds wrong is right enough', () => {
    for (const aheadMs of [-4_000, 0, 4_000])
      assert.equal(clockFault(timeAt(clockOf(aheadMs), ticksAt(TRUE_AT + 90_000, aheadMs))), undefined);
  });

  test('that is set back while the page is open changes nothing but that it is told', () => {
    const ticks = ticksAt(TRUE_AT + 90_000, -10 * MINUTE_MS);
    const time = timeAt(clockOf(0), ticks);
    assert.ok(Math.abs(time.now - TRUE_AT - 90_000) <= time.uncertaintyMs);
    assert.equal(time.isDoubtful, true);
    assert.equal(clockFault(time), -600);
  });

  test('goes on by the clock on the wall when the other stood still, as in sleep, and says that it is not sure', () => {
    const asleepMs = 3_600_000;
    const { wall, monotonicMs } = ticksAt(TRUE_AT + asleepMs, 7 * MINUTE_MS);
    const time = timeAt(clockOf(7 * MINUTE_MS), { wall, monotonicMs: monotonicMs - asleepMs + 1_000 });
    assert.ok(Math.abs(time.now - TRUE_AT - asleepMs) <= time.uncertaintyMs);
    assert.equal(time.isDoubtful, true);
    assert.equal(clockFault(time), 7 * 60);
  });

  test('goes on by the clock on the wall when the page began anew', () => {
    const time = timeAt(clockOf(MINUTE_MS), { wall: TRUE_AT + 3 * MINUTE_MS, monotonicMs: 12 });
    assert.ok(Math.abs(time.now - TRUE_AT - 2 * MINUTE_MS) <= time.uncertaintyMs);
    assert.equal(time.isDoubtful, true);
  });

  test('is not set by an answer that came before it was asked', () => {
    const [one, other] = [ticksAt(TRUE_AT, 0), ticksAt(TRUE_AT + 1, 0)];
    assert.equal(setClock(TRUE_AT, other, one), undefined);
    assert.equal(setClock(Number.NaN, one, other), undefined);
  });
});
