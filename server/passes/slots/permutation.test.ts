import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createPermutation } from './permutation.ts';

const keyOf = (first: number) => createSecretKey(Buffer.alloc(32, first));

describe('a permutation of slots', () => {
  for (const size of [1, 2, 3, 10, 101, 4_096, 65_536, 99_999])
    test(`takes each of ${size} numbers to a place of its own`, () => {
      const { forward, inverse } = createPermutation(keyOf(1), size);
      const seen = new Uint8Array(size);
      for (let number = 0; number < size; number++) {
        const place = forward(number);
        assert.ok(place >= 0 && place < size);
        assert.equal(seen[place], 0);
        seen[place] = 1;
        assert.equal(inverse(place), number);
      }
    });

  test('is undone by its inverse, whatever the key, the size and the number', () => {
    const property = fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.integer({ min: 1, max: 3_000_000 }),
      fc.nat(),
      (key, size, seed) => {
        const { forward, inverse } = createPermutation(createSecretKey(key), size);
        const number = seed % size;
        assert.equal(inverse(forward(number)), number);
        assert.equal(forward(inverse(number)), number);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });

  test('of one key tells nothing of that of another', () => {
    const size = 100_003;
    const one = createPermutation(keyOf(1), size);
    const other = createPermutation(keyOf(2), size);
    let same = 0;
    for (let number = 0; number < size; number++) if (one.forward(number) === other.forward(number)) same++;
    // Of two chance permutations one number keeps its place on average; ten or more do once in ten million.
    assert.ok(same < 10, String(same));
  });

  test('spreads neighbours over the whole, evenly in each tenth', () => {
    const size = 1_000_000;
    const { forward } = createPermutation(keyOf(3), size);
    const tenths = new Array<number>(10).fill(0);
    for (let number = 0; number < 10_000; number++) tenths[Math.floor((forward(number) * 10) / size)]!++;
    // 1,000 in each, give or take 30; five times that is no chance.
    for (const count of tenths) assert.ok(Math.abs(count - 1_000) < 150, String(tenths));
    let neighbours = 0;
    for (let number = 0; number < 10_000; number++)
      if (Math.abs(forward(number) - forward(number + 1)) === 1) neighbours++;
    assert.ok(neighbours < 8, String(neighbours));
  });

  test('knows its domain', () => {
    const { forward, inverse } = createPermutation(keyOf(1), 10);
    for (const wrong of [-1, 10, 0.5, Number.NaN]) {
      assert.throws(() => forward(wrong), RangeError);
      assert.throws(() => inverse(wrong), RangeError);
    }
    assert.throws(() => createPermutation(keyOf(1), 0), RangeError);
  });
});
