import assert from 'node:assert/strict';
import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { MANY_NONCE_BYTES, manyKey, openMany, type Places, sealMany } from './many.ts';
import { deriveKey } from './sealing.ts';
import { SUITE_NAMES } from './suite.ts';

const secret = createSecretKey(Buffer.alloc(32, 7));
const LENGTHS = [16, 48, 16, 4_096, 144, 32];

/** Each text behind its context, one after the other. */
function laidOut(sealed: readonly Uint8Array[], contexts: readonly Uint8Array[]) {
  const bytes = Buffer.concat(sealed.flatMap((one, i) => [contexts[i]!, one]));
  const starts: number[] = [];
  let at = 0;
  for (const { length } of sealed) {
    starts.push(at);
    at += 16 + length;
  }
  const places: Places = {
    count: sealed.length,
    contextAt: Int32Array.from(starts),
    nonceAt: Int32Array.from(starts, (start) => start + 16),
    at: Int32Array.from(starts, (start) => start + 16 + MANY_NONCE_BYTES),
    blocks: Int32Array.from(sealed, ({ length }) => (length - MANY_NONCE_BYTES - 16) / 16),
  };
  return { bytes, places };
}

for (const suite of SUITE_NAMES)
  describe(`many texts under ${suite}`, () => {
    const cipher = manyKey(suite, secret);
    const texts = LENGTHS.map((length) => randomBytes(length));
    const contexts = LENGTHS.map(() => randomBytes(16));
    const sealed = sealMany(cipher, texts, contexts);

    test('come out as they went in, wherever they lie', () => {
      const { bytes, places } = laidOut(sealed, contexts);
      const opened = openMany(cipher, bytes, places);
      for (const [i, text] of texts.entries())
        assert.deepEqual(
          Buffer.from(opened.bytes.subarray(opened.at[i]!, opened.at[i]! + text.length)),
          text,
        );
    });

    test('are nothing when there are none', () => {
      assert.deepEqual(sealMany(cipher, [], []), []);
      const { bytes, places } = laidOut([], []);
      assert.equal(openMany(cipher, bytes, places).at.length, 0);
    });

    test('are refused with any bit changed, of nonce, text, tag or context, and the others are not', () => {
      const { bytes, places } = laidOut([sealed[0]!, sealed[1]!, sealed[2]!], contexts.slice(0, 3));
      const end = bytes.length - 16 - sealed[2]!.length;
      for (let bit = (16 + sealed[0]!.length) * 8; bit < end * 8; bit++) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        const { at } = openMany(cipher, changed, places);
        assert.deepEqual(
          [...at].map((start) => start >= 0),
          [true, false, true],
          `bit ${bit}`,
        );
      }
    });

    test('never have a nonce twice', () => {
      const many = sealMany(
        cipher,
        Array.from({ length: 1_000 }, () => Buffer.alloc(16)),
        Array.from({ length: 1_000 }, () => Buffer.alloc(16)),
      );
      const nonces = new Set(many.map((one) => one.subarray(0, MANY_NONCE_BYTES).toString('hex')));
      assert.equal(nonces.size, 1_000);
    });
  });

test('AES-256-CCM of OpenSSL opens each of them', () => {
  const key = deriveKey('sha256', secret, 'many aes-256-gcm', 32);
  const texts = LENGTHS.map((length) => randomBytes(length));
  const contexts = LENGTHS.map(() => randomBytes(16));
  for (const [i, one] of sealMany(manyKey('aes-256-gcm', secret), texts, contexts).entries()) {
    const nonce = one.subarray(0, MANY_NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-ccm', key, nonce, { authTagLength: 16 });
    decipher.setAuthTag(one.subarray(-16)).setAAD(contexts[i]!, { plaintextLength: texts[i]!.length });
    assert.deepEqual(decipher.update(one.subarray(MANY_NONCE_BYTES, -16)), texts[i]);
    decipher.final();
  }
});
