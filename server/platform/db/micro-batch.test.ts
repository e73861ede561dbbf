import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { microBatch } from './micro-batch.ts';

describe('what is asked for at the same time', () => {
  test('is loaded together, and everybody gets their own', async () => {
    const loaded: number[][] = [];
    const ask = microBatch(async (keys: readonly number[]) => {
      loaded.push([...keys]);
      return keys.map((key) => key * 2);
    });
    assert.deepEqual(await Promise.all([1, 2, 3, 2].map(ask)), [2, 4, 6, 4]);
    assert.deepEqual(loaded, [[1, 2, 3, 2]]);
  });

  test('is loaded in parts that are no larger than allowed, so many at a time', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const ask = microBatch(
      async (keys: readonly number[]) => {
        most = Math.max(most, ++running);
        sizes.push(keys.length);
        await sleep(5);
        running--;
        return keys;
      },
      { keys: 4, inFlight: 2 },
    );
    const keys = Array.from({ length: 21 }, (_, i) => i);
    assert.deepEqual(await Promise.all(keys.map(ask)), keys);
    assert.equal(most, 2);
    assert.deepEqual(sizes, [4, 4, 4, 4, 4, 1]);
  });

  test('fails for those who asked together, and for nobody after them', async () => {
    let isFailing = true;
    const ask = microBatch(async (keys: readonly number[]) => {
      if (isFailing) throw new Error('away');
      return keys;
    });
    const answers = await Promise.allSettled([ask(1), ask(2)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isFailing = false;
    assert.equal(await ask(3), 3);
  });
});
