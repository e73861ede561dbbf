import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { describePublic } from '../test/public-data.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';

interface Vectors {
  readonly valid: readonly { readonly text?: string; readonly hex?: string; readonly base45: string }[];
  readonly invalid: readonly string[];
}

describePublic('Base45 of RFC 9285', 'base45', (folder) => {
  const { valid, invalid }: Vectors = JSON.parse(readFileSync(join(folder, 'rfc9285-vectors.json'), 'utf8'));
  for (const { text, hex, base45 } of valid) {
    const bytes = hex === undefined ? Buffer.from(text!) : Buffer.from(hex, 'hex');
    test(`writes and reads ${base45}`, () => {
      assert.equal(encodeBase45(bytes), base45);
      assert.deepEqual(Buffer.from(decodeBase45(base45)!), bytes);
    });
  }
  for (const text of invalid) test(`refuses ${text}`, () => assert.equal(decodeBase45(text), undefined));
});

describe('Base45', () => {
  test('gives back the bytes that were written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.deepEqual(decodeBase45(encodeBase45(bytes)), bytes);
      }),
    );
  });

  test('reads no two texts as the same bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Z $%*+./:-]*$/)),
        (text) => {
          const bytes = decodeBase45(text);
          if (bytes) assert.equal(encodeBase45(bytes), text);
        },
      ),
    );
  });
});
