import assert from 'node:assert/strict';
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { describePublic } from '../../../../test/public-data.ts';
import { openGcm } from './aes-256-gcm.ts';
import { nextNonce } from './nonce.ts';
import { deriveKey } from './sealing.ts';
import { hmacSm3, sm4Ctr } from './sm4-sm3.ts';
import { SUITE_NAMES, SUITES, suiteOf } from './suite.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const keyOf = (text: string) => createSecretKey(hex(text));

/** A file of Project Wycheproof, as far as it is read here. */
interface Vectors {
  readonly testGroups: readonly {
    readonly keySize: number;
    readonly tagSize: number;
    readonly ivSize?: number;
    readonly tests: readonly Readonly<
      Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'result', string>
    >[];
  }[];
}
const readVectors = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Vectors;

const secret = createSecretKey(Buffer.alloc(32, 7));
const anyBytes = fc.uint8Array({ maxLength: 200 });

for (const name of SUITE_NAMES) {
  const { seal, open } = SUITES[name].sealing(secret);

  describe(name, () => {
    test('opens what it sealed, and names itself in the first byte', () => {
      fc.assert(
        fc.property(anyBytes, anyBytes, (plaintext, context) => {
          const sealed = seal(plaintext, context);
          assert.deepEqual(open(sealed, context), Buffer.from(plaintext));
          assert.equal(suiteOf(sealed), name);
          assert.equal(sealed.length, 1 + 12 + plaintext.length + 16);
        }),
      );
    });

    test('does not open when any bit is flipped, or anything is cut off or put on', () => {
      const context = Buffer.from('context');
      const sealed = seal(Buffer.from('张三'), context);
      for (let bit = 0; bit < sealed.length * 8; bit++) {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(open(flipped, context), undefined, `bit ${bit}`);
      }
      for (let length = 0; length < sealed.length; length++)
        assert.equal(open(sealed.subarray(0, length), context), undefined, `${length} bytes`);
      assert.equal(open(Buffer.concat([sealed, hex('00')]), context), undefined);
    });

    test('does not open in another context, nor with a byte moved between context and text', () => {
      fc.assert(
        fc.property(anyBytes, anyBytes, anyBytes, (plaintext, context, other) => {
          fc.pre(Buffer.compare(context, other) !== 0);
          assert.equal(open(seal(plaintext, context), other), undefined);
        }),
      );
      const sealed = seal(hex('0102'), hex('0a0b'));
      const moved = Buffer.concat([sealed.subarray(0, 13), hex('0b'), sealed.subarray(13)]);
      assert.equal(open(moved, hex('0a')), undefined);
    });

    test('does not open with another secret, nor what another suite sealed with the same', () => {
      const other = SUITES[name].sealing(createSecretKey(Buffer.alloc(32, 8)));
      const plaintext = Buffer.from('张三');
      assert.equal(other.open(seal(plaintext, hex('')), hex('')), undefined);
      for (const stranger of SUITE_NAMES.filter((suite) => suite !== name)) {
        const sealed = SUITES[stranger].sealing(secret).seal(plaintext, hex(''));
        assert.equal(open(sealed, hex('')), undefined);
        sealed[0] = SUITES[name].number;
        assert.equal(open(sealed, hex('')), undefined);
      }
    });

    test('seals the same text differently every time', () => {
      const sealed = Array.from({ length: 500 }, () => seal(hex('00'), hex('')).toString('hex'));
      assert.equal(new Set(sealed.map((text) => text.slice(2, 26))).size, 500);
    });
  });
}

test('nonces do not repeat, also where the pool is filled again', () => {
  const nonces = Array.from({ length: 10_000 }, () => nextNonce().toString('hex'));
  assert.equal(new Set(nonces).size, nonces.length);
  for (let at = 0; at < 24; at += 2)
    assert.equal(new Set(nonces.map((nonce) => nonce.slice(at, at + 2))).size, 256, `byte ${at / 2}`);
});

describe('a sealed text is what the documents say', () => {
  const plaintext = Buffer.from('a record of 33 bytes, and no more');
  const context = Buffer.from('context');

  test('aes-256-gcm: suite, nonce, ciphertext, tag, under a derived key', () => {
    const sealed = SUITES['aes-256-gcm'].sealing(secret).seal(plaintext, context);
    const key = createHmac('sha256', Buffer.alloc(32, 7)).update('healthcode aes-256-gcm\u0001').digest();
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13));
    decipher.setAAD(context).setAuthTag(sealed.subarray(-16));
    assert.deepEqual(Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()]), plaintext);
  });

  test('sm4-sm3: suite, nonce, ciphertext, tag, under two derived keys', () => {
    const sealed = SUITES['sm4-sm3'].sealing(secret).seal(plaintext, context);
    const derived = (use: string) => createHmac('sm3', Buffer.alloc(32, 7)).update(`${use}\u0001`).digest();
    const block = Buffer.concat([sealed.subarray(1, 13), hex('00000000')]);
    const cipher = createCipheriv('sm4-ctr', derived('healthcode sm4-ctr').subarray(0, 16), block);
    assert.deepEqual(sealed.subarray(13, -16), cipher.update(plaintext));
    const mac = createHmac('sm3', derived('healthcode hmac-sm3'));
    mac
      .update(sealed.subarray(0, 13))
      .update(hex('00000007'))
      .update(context)
      .update(sealed.subarray(13, -16));
    assert.deepEqual(sealed.subarray(-16), mac.digest().subarray(0, 16));
  });

  test('a derived key is what HKDF (RFC 5869) expands', () => {
    for (const hash of ['sha256', 'sm3'] as const) {
      const [salt, input] = [Buffer.alloc(16, 1), Buffer.alloc(32, 2)];
      const extracted = createSecretKey(createHmac(hash, salt).update(input).digest());
      const expected = Buffer.from(hkdfSync(hash, input, salt, 'healthcode x', 32));
      assert.deepEqual(deriveKey(hash, extracted, 'x', 32).export(), expected);
      assert.deepEqual(deriveKey(hash, extracted, 'x', 16).export(), expected.subarray(0, 16));
    }
  });
});

describe('known answers', () => {
  const KEY = '0123456789abcdeffedcba9876543210';

  test('SM4: example A.1 of GB/T 32907, as the first block of a counter mode over zeros', () => {
    const block = sm4Ctr(keyOf(KEY), hex(KEY), Buffer.alloc(16));
    assert.equal(block.toString('hex'), '681edf34d206965e86b3e94f536e4246');
  });

  test('SM4-CTR: the first example of draft-ribose-cfrg-sm4', () => {
    const plaintext = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'aa', 'bb'].map((byte) => byte.repeat(8)).join('');
    const ciphertext =
      'ac3236cb970cc20791364c395a1342d1a3cbc1878c6f30cd074cce385cdd70c7' +
      'f234bc0e24c11980fd1286310ce37b926e02fcd0faa0baf38b2933851d824514';
    const counter = hex('000102030405060708090a0b0c0d0e0f');
    assert.equal(sm4Ctr(keyOf(KEY), counter, hex(plaintext)).toString('hex'), ciphertext);
  });

  describePublic('of SM3 and SM4', 'sm-crypto', (path) => {
    test('SM3 itself', () => {
      const text = readFileSync(join(path, 'tongsuo-evpmd_sm3.txt'), 'utf8');
      const vectors = [...text.matchAll(/^Digest = SM3\nInput = (\w+)\nOutput = (\w+)$/gm)];
      assert.ok(vectors.length >= 8);
      for (const [, input, output] of vectors)
        assert.equal(createHash('sm3').update(hex(input!)).digest('hex'), output!.toLowerCase());
    });

    test('HMAC-SM3, the changed tags among them', () => {
      let seen = 0;
      for (const { keySize, tagSize, tests } of readVectors(join(path, 'wycheproof-hmac_sm3_test.json'))
        .testGroups) {
        for (const { key, msg, tag, result } of tests) {
          const mac = hmacSm3(keyOf(key), hex(msg)).subarray(0, tagSize / 8);
          assert.equal(mac.toString('hex') === tag, result === 'valid', `${keySize} ${key}`);
          seen++;
        }
      }
      assert.equal(seen, 174);
    });

    test('SM4 in counter mode, as CCM uses it (RFC 3610, section 2.3)', () => {
      let seen = 0;
      for (const { ivSize, tests } of readVectors(join(path, 'wycheproof-sm4_ccm_test.json')).testGroups) {
        for (const { key, iv, msg, ct } of tests.filter(({ result }) => result === 'valid')) {
          const counter = Buffer.alloc(16);
          counter[0] = 14 - ivSize! / 8;
          counter.set(hex(iv), 1);
          counter[15] = 1;
          assert.equal(sm4Ctr(keyOf(key), counter, hex(msg)).toString('hex'), ct, key);
          seen++;
        }
      }
      assert.ok(seen > 100, `${seen} vectors`);
    });
  });

  describePublic('of AES-256-GCM', 'wycheproof', (path) => {
    test('with nonces of 12 bytes, the changed ones among them', () => {
      const groups = readVectors(join(path, 'aes_gcm_test.json')).testGroups;
      let seen = 0;
      for (const { tests } of groups.filter(({ keySize, ivSize }) => keySize === 256 && ivSize === 96)) {
        for (const { key, iv, aad, msg, ct, tag, result } of tests) {
          const sealed = hex(`01${iv}${ct}${tag}`);
          const opened = openGcm(keyOf(key), sealed, hex(aad))?.toString('hex');
          assert.equal(opened, result === 'valid' ? msg : undefined, key);
          seen++;
        }
      }
      assert.ok(seen > 60, `${seen} vectors`);
    });
  });
});
