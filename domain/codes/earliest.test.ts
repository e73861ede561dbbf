import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEVER } from '../time.ts';
import { earliest, earliestChain } from './earliest.ts';

describe('the earliest of many', () => {
  test('is the least value from a key on, and never where there is none', () => {
    const find = earliest([3, 1, NEVER, 2], [30, 10, 40, 20]);
    assert.deepEqual([0, 1, 2, 3, 4, NEVER].map(find), [10, 10, 20, 30, 40, 40]);
    assert.equal(earliest([], [])(0), NEVER);
    assert.equal(earliest([1], [1])(2), NEVER);
  });

  test('is when a whole chain has come, each link far enough after the one before', () => {
    const find = earliestChain([0, 10, 20, 30], [5, 90, 25, 40], 2, 20);
    assert.deepEqual([0, 1, 11].map(find), [25, 90, NEVER]);
  });

  test('never takes one for two, however close they may stand', () => {
    assert.equal(earliestChain([7], [8], 2, 0)(0), NEVER);
    assert.equal(earliestChain([7, 7], [8, 9], 2, 0)(0), 9);
  });
});
