import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createSeen } from './seen.ts';

const MANY = 200_000;

describe('texts that were seen', () => {
  test('are new once', () => {
    const seen = createSeen();
    for (const text of ['', 'a', 'b', 'ab', 'ba', '\u0000', '浙江', '浙', '江'])
      assert.deepEqual([seen.add(text), seen.add(text), seen.add(text)], [true, false, false], text);
  });

  test('are those of a set', () => {
    const holds = fc.property(fc.array(fc.string({ maxLength: 3 })), (texts) => {
      const seen = createSeen();
      const set = new Set<string>();
      for (const text of texts) {
        assert.equal(seen.add(text), !set.has(text));
        set.add(text);
      }
    });
    fc.assert(holds, { seed: 2021 });
  });

  const SERIES: readonly (readonly [what: string, text: (i: number) => string])[] = [
    ['numbers in a row', (i) => `resident-id ${339900199001010000 + i * 16}`],
    ['permits in a row', (i) => `tw-permit ${String(i).padStart(8, '0')}`],
    ['numbers that differ at the front', (i) => `${String(i).padStart(6, '0')}339900`],
    ['texts of growing length', (i) => `${'x'.repeat(i % 50)}${Math.floor(i / 50)}`],
  ];
  for (const [what, text] of SERIES) {
    test(`are told apart, ${MANY} of them: ${what}`, () => {
      const seen = createSeen();
      const texts = new Set(Array.from({ length: MANY }, (_, i) => text(i)));
      for (const one of texts) if (!seen.add(one)) assert.fail(`${one} was taken for another`);
      for (const one of texts) if (seen.add(one)) assert.fail(`${one} was forgotten`);
    });
  }
});
