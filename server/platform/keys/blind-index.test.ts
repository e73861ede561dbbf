import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { blindIndexes } from './blind-index.ts';
import { contentDigest, isDigestOf, isTokenMac, tokenMac } from './digest.ts';
import { createKeyRing, openKeyRing } from './key-ring.ts';
import { SUITE_NAMES, SUITES } from './suites/suite.ts';
import { versionOf } from './version-number.ts';

const root = temporaryFolder();
const PURPOSES = ['document', 'phone', 'carrier'] as const;
const anyText = fc.string({ unit: 'grapheme', maxLength: 100 });

for (const suite of SUITE_NAMES) {
  const folder = join(root, suite);
  const ring = createKeyRing(folder, { suite });
  const other = createKeyRing(join(root, `${suite}-of-others`), { suite });
  const one = (purpose: (typeof PURPOSES)[number], text: string, of = ring) =>
    blindIndexes(of, purpose, text)
      .map((index) => index.toString('hex'))
      .join();

  describe(`a blind index, under ${suite},`, () => {
    test('is the same for the same text and different for any other', () => {
      fc.assert(
        fc.property(anyText, anyText, (a, b) => {
          for (const purpose of PURPOSES) {
            assert.equal(one(purpose, a), one(purpose, a));
            assert.equal(one(purpose, a) === one(purpose, b), a === b);
          }
        }),
      );
    });

    test('differs from purpose to purpose and from ring to ring', () => {
      const indexes = PURPOSES.flatMap((purpose) => [one(purpose, 'x'), one(purpose, 'x', other)]);
      assert.equal(new Set(indexes).size, indexes.length);
    });

    test('differs from purpose to purpose even when one key was copied to all of them', () => {
      const same = join(root, `${suite}-same`);
      createKeyRing(same, { suite });
      const text = readFileSync(join(same, 'document.json'), 'utf8');
      for (const purpose of ['phone', 'carrier'])
        writeFileSync(join(same, `${purpose}.json`), text.replace('"document"', `"${purpose}"`));
      const ringOfSame = openKeyRing(same);
      assert.equal(new Set(PURPOSES.map((purpose) => one(purpose, 'x', ringOfSame))).size, PURPOSES.length);
    });

    test('is its version and 16 bytes of the HMAC of purpose and text', () => {
      const { key } = JSON.parse(readFileSync(join(folder, 'phone.json'), 'utf8')).versions[0];
      const mac = createHmac(SUITES[suite].hash, Buffer.from(key, 'base64'));
      const expected = mac.update('healthcode phone\0+8613800000000').digest('hex').slice(0, 32);
      assert.equal(one('phone', '+8613800000000'), `0001${expected}`);
      assert.equal(versionOf(blindIndexes(ring, 'phone', 'x')[0]!), 1);
    });
  });

  describe(`a digest and a proof of a token, under ${suite},`, () => {
    test('are those of their text and of no other', () => {
      fc.assert(
        fc.property(anyText, anyText, (a, b) => {
          assert.equal(isDigestOf(ring, contentDigest(ring, a), b), a === b);
          assert.equal(isTokenMac(ring, tokenMac(ring, a), b), a === b);
        }),
      );
      assert.equal(contentDigest(ring, 'x').length, 18);
      assert.equal(tokenMac(ring, 'x').length, 34);
    });

    test('fail when any bit is flipped, and when anything is cut off or put on', () => {
      const mac = tokenMac(ring, 'x');
      for (let bit = 0; bit < mac.length * 8; bit++) {
        const flipped = Buffer.from(mac);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(isTokenMac(ring, flipped, 'x'), false);
      }
      for (let length = 0; length < mac.length; length++)
        assert.equal(isTokenMac(ring, mac.subarray(0, length), 'x'), false);
      assert.equal(isTokenMac(ring, Buffer.concat([mac, mac]), 'x'), false);
      const digest = contentDigest(ring, 'x');
      digest[17]! ^= 1;
      assert.equal(isDigestOf(ring, digest, 'x'), false);
    });

    test('are not taken for one another, and not from another ring', () => {
      assert.equal(isTokenMac(ring, tokenMac(other, 'x'), 'x'), false);
      assert.equal(isTokenMac(ring, contentDigest(ring, 'x'), 'x'), false);
      assert.equal(isDigestOf(ring, tokenMac(ring, 'x').subarray(0, 18), 'x'), false);
    });
  });
}

test('what is too short to have a version has none', () => {
  assert.equal(versionOf(Buffer.alloc(1)), undefined);
  assert.equal(versionOf(Buffer.from([1, 2])), 258);
});
