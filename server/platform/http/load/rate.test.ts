import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createRate } from './rate.ts';

describe('a rate', () => {
  test('lets a reserve through at once, then so many a second', () => {
    const rate = createRate();
    const take = (now: number) => rate.take('a', 2, 3, now);
    assert.deepEqual([take(0), take(0), take(0), take(0)], [0, 0, 0, 0.5]);
    assert.deepEqual([take(500), take(500)], [0, 0.5]);
    assert.deepEqual([take(10_000), take(10_000), take(10_000), take(10_000)], [0, 0, 0, 0.5]);
  });

  test('keeps keys apart', () => {
    const rate = createRate();
    assert.equal(rate.take('a', 1, 1, 0), 0);
    assert.equal(rate.take('a', 1, 1, 0), 1);
    assert.equal(rate.take('b', 1, 1, 0), 0);
  });

  test('gives nothing for a clock that is set back, and goes on from there', () => {
    const rate = createRate();
    assert.equal(rate.take('a', 1, 1, 10_000), 0);
    assert.equal(rate.take('a', 1, 1, 0), 1);
    assert.equal(rate.take('a', 1, 1, 1_000), 0);
  });

  test('forgets the key that was used longest ago when there are too many', () => {
    const rate = createRate(2);
    for (const key of ['a', 'b', 'a', 'c']) rate.take(key, 1, 1, 0);
    assert.equal(rate.take('a', 1, 1, 0), 1);
    assert.equal(rate.take('b', 1, 1, 0), 0);
  });

  test('never lets more through than reserve and time allow', () => {
    const steps = fc.array(fc.nat(400), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (pauses, perSecond, reserve) => {
          const rate = createRate();
          let now = 0;
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            if (rate.take('a', perSecond, reserve, now) === 0) passed++;
          }
          assert.ok(passed <= reserve + (now / 1_000) * perSecond + 1e-6);
        },
      ),
    );
  });
});
