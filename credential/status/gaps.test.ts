import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readGaps, writeGaps } from './gaps.ts';

const LIMIT = 2 ** 32;

/** Rising numbers below a limit. */
const positions = fc
  .integer({ min: 0, max: 2 ** 32 - 1 })
  .chain((most) => fc.uniqueArray(fc.integer({ min: 0, max: most }), { maxLength: 200 }))
  .map((list) => Uint32Array.from(list).sort());

describe('rising numbers written by their gaps', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(positions, (list) => {
        assert.deepEqual(readGaps(writeGaps(list), LIMIT), list);
      }),
    );
  });

  test('reach from the first to the last that there can be', () => {
    for (const list of [[], [0], [2 ** 32 - 1], [0, 2 ** 32 - 1], [0, 1, 2, 3], [2 ** 31, 2 ** 31 + 1]])
      assert.deepEqual([...readGaps(writeGaps(Uint32Array.from(list)), LIMIT)!], list);
  });

  test('are read within their limit only', () => {
    const gaps = writeGaps(Uint32Array.from([5, 10, 20]));
    assert.ok(readGaps(gaps, 21));
    assert.equal(readGaps(gaps, 20), undefined);
    assert.equal(readGaps(gaps, 2), undefined);
  });

  test('are nothing when bytes are cut off, added, or the rest is not empty', () => {
    const { count, shift, bits } = writeGaps(Uint32Array.from([5, 10, 20]));
    assert.ok((bits.at(-1)! & 1) === 0);
    const broken = Uint8Array.from(bits);
    broken[broken.length - 1]! |= 1;
    assert.equal(readGaps({ count, shift, bits: broken }, LIMIT), undefined);
    assert.equal(readGaps({ count, shift, bits: bits.slice(0, -1) }, LIMIT), undefined);
    assert.equal(readGaps({ count, shift, bits: Uint8Array.from([...bits, 0]) }, LIMIT), undefined);
    assert.equal(readGaps({ count: 1, shift: 40, bits: new Uint8Array(9) }, LIMIT), undefined);
  });

  test('reserve no memory for what is only claimed', () => {
    assert.equal(readGaps({ count: 2 ** 31, shift: 0, bits: new Uint8Array(8) }, LIMIT), undefined);
  });

  test('take hardly more than the entropy of a set by chance', () => {
    for (const share of [0.0001, 0.003, 0.012, 0.1, 0.4]) {
      const size = 1_000_000;
      let state = 7;
      const list: number[] = [];
      for (let at = 0; at < size; at++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        // The low bits of such a generator are no chance.
        if ((state >>> 8) / 2 ** 24 < share) list.push(at);
      }
      const chance = list.length / size;
      const bound = -size * (chance * Math.log2(chance) + (1 - chance) * Math.log2(1 - chance));
      const ratio = (writeGaps(Uint32Array.from(list)).bits.length * 8) / bound;
      assert.ok(ratio < 1.06, `${share}: ${ratio}`);
    }
  });
});
