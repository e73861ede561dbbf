import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Answer, backOffMs, elapsedMs, holdsMs, refreshAfterMs, serviceTime } from './freshness.ts';

const AS_OF = '2021-01-20T10:32:00+08:00';

function answer(rest: Partial<Answer> = {}): Answer {
  return {
    asOf: AS_OF,
    nextChangeAt: null,
    code: { expiresAt: '2021-01-20T10:33:00+08:00', refreshAfterSeconds: 37.5 },
    ...rest,
  };
}

describe('an answer about a code', () => {
  test('holds until its code ends', () => {
    assert.equal(holdsMs(answer()), 60_000);
    assert.equal(
      holdsMs(answer({ code: { expiresAt: '2021-01-20T10:32:20+08:00', refreshAfterSeconds: 10 } })),
      20_000,
    );
  });

  test('holds no longer than its colour', () => {
    assert.equal(holdsMs(answer({ nextChangeAt: '2021-01-20T10:32:05+08:00' })), 5_000);
    assert.equal(holdsMs(answer({ nextChangeAt: '2021-01-20T10:40:00+08:00' })), 60_000);
    assert.equal(holdsMs(answer({ nextChangeAt: '2021-01-20T10:31:00+08:00' })), 0);
  });

  test('is followed by the next before it ends, or at the instant at which the colour turns', () => {
    assert.equal(refreshAfterMs(answer()), 37_500, 'when the service says');
    const { code: _, ...withoutText } = answer();
    assert.equal(refreshAfterMs(withoutText), 45_000);
    const late = { expiresAt: '2021-01-20T10:32:20+08:00', refreshAfterSeconds: 50 };
    assert.equal(refreshAfterMs(answer({ code: late })), 20_000);
    assert.equal(refreshAfterMs(answer({ nextChangeAt: '2021-01-20T10:32:30+08:00' })), 30_000);
    assert.equal(refreshAfterMs(answer({ code: { expiresAt: AS_OF, refreshAfterSeconds: 0.1 } })), 1_000);
  });

  test('ages while a device sleeps and whatever somebody does to its clock', () => {
    const since = { wall: 1_000_000, steady: 500 };
    assert.equal(elapsedMs(since, { wall: 1_000_100, steady: 600 }), 100);
    assert.equal(elapsedMs(since, { wall: 1_300_000, steady: 510 }), 300_000, 'it slept');
    assert.equal(elapsedMs(since, { wall: 0, steady: 90_500 }), 90_000, 'its clock was set back');
    assert.equal(elapsedMs(since, { wall: 0, steady: 0 }), 0);
  });
});

describe('the clock that is shown', () => {
  test('is that of the service, in China, whatever the device says', () => {
    assert.equal(serviceTime(AS_OF, 0), AS_OF);
    assert.equal(serviceTime('2021-01-20T23:59:59+08:00', 1_000), '2021-01-21T00:00:00+08:00');
  });
});

describe('tries that fail', () => {
  test('are repeated with pauses that grow to half a minute and are not the same for everybody', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 50].map((failures) => backOffMs(failures, 1)),
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    );
    assert.equal(backOffMs(2, 0), 2_000);
  });
});
