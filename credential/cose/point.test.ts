import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { describe, test } from 'node:test';
import { uncompressed } from './point.ts';

describe('a compressed point', () => {
  test('is the point that was compressed', () => {
    const pair = createECDH('prime256v1');
    for (let i = 0; i < 50; i++) {
      pair.generateKeys();
      const whole = uncompressed(Uint8Array.from(pair.getPublicKey(null, 'compressed')));
      assert.deepEqual(whole, Uint8Array.from(pair.getPublicKey()));
    }
  });

  test('that is none is none', () => {
    const prime = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
    for (const hex of [
      '',
      '02',
      `04${'00'.repeat(32)}`,
      // There is no y for these x.
      `02${'00'.repeat(31)}01`,
      `03${'00'.repeat(31)}07`,
      `02${prime}`,
      `02${'ff'.repeat(32)}`,
      `02${'00'.repeat(33)}`,
    ])
      assert.equal(uncompressed(Uint8Array.from(Buffer.from(hex, 'hex'))), undefined, hex);
  });

  test('with the smallest x is one', () => {
    assert.equal(uncompressed(Uint8Array.of(2, ...new Uint8Array(32)))?.length, 65);
  });
});
