import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WrongClock } from './codes/buckets/newest-rules.ts';
import { createClocks } from './compare-clocks.ts';

describe('a clock that is compared with that of the database', () => {
  let now = 0;
  /** Where the database reads its clock so long after it was asked, and the answer takes so long to come back. */
  const compared = (aheadMs: number, thereMs: number, backMs: number) => {
    now = 1_000_000;
    const answer = async () => {
      now += thereMs;
      const read = now - aheadMs;
      now += backMs;
      return read;
    };
    const clocks = createClocks(answer, () => now);
    return { clocks, outcome: clocks.compare() };
  };

  test('is not off because the answer was slow, whichever way', async () => {
    for (const [there, back] of [
      [90_000, 0],
      [0, 90_000],
    ] as const)
      for (const aheadMs of [0, 80_000, -80_000].filter((ms) => (ms > 0 ? there : back) >= Math.abs(ms))) {
        const { clocks, outcome } = compared(aheadMs, there, back);
        await outcome;
        assert.equal(clocks.aheadMs(), 0);
      }
  });

  test('is off by what no slow answer explains', async () => {
    const ahead = compared(100_000, 30_000, 5_000);
    await assert.rejects(ahead.outcome, WrongClock);
    assert.equal(ahead.clocks.aheadMs(), 70_000);
    const behind = compared(-100_000, 5_000, 30_000);
    await assert.rejects(behind.outcome, WrongClock);
    assert.equal(behind.clocks.aheadMs(), -70_000);
  });
});
