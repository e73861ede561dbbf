import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sm3 } from 'sm-crypto-v2';
import type { SignatureCheck } from '../credential/suites.ts';
import { describePublic } from '../test/public-data.ts';
import { verify, verifyLater } from './verify.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

interface Sm2Vectors {
  readonly vectors: readonly {
    readonly message_utf8: string;
    readonly px: string;
    readonly py: string;
    readonly r: string;
    readonly s: string;
  }[];
  readonly negatives: readonly { readonly name: string; readonly sig: string }[];
}

describePublic('SM2 and SM3 of others', 'sm-crypto', (folder) => {
  const path = join(folder, 'gbt32918-sm2-signature.json');
  const { vectors, negatives }: Sm2Vectors = JSON.parse(readFileSync(path, 'utf8'));
  for (const { message_utf8, px, py, r, s } of vectors) {
    const last = hex(py)[31]! & 1;
    const publicKey = Uint8Array.of(2 | last, ...hex(px));
    const message = Uint8Array.from(Buffer.from(message_utf8));
    const check = { suite: 'SM2', publicKey, message } as const;
    test(`the signature of the standard holds: ${message_utf8}`, () => {
      assert.equal(verify({ ...check, signature: hex(r + s) }), true);
    });
    for (const { name, sig } of negatives) {
      test(`does not hold: ${name}`, () => {
        assert.equal(verify({ ...check, signature: hex(sig) }), false);
      });
    }
    test('holds neither beyond the order of the curve, nor cut off, nor for the other point', () => {
      const order = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
      const beyond = (number: string) =>
        (BigInt(`0x${number}`) + order).toString(16).padStart(64, '0').slice(-64);
      for (const signature of [
        r + beyond(s),
        beyond(r) + s,
        r + '0'.repeat(64),
        '0'.repeat(128),
        'f'.repeat(128),
        r + s.slice(2),
      ])
        assert.equal(verify({ ...check, signature: hex(signature) }), false, signature);
      const other = Uint8Array.of(3 ^ last, ...hex(px));
      assert.equal(verify({ ...check, publicKey: other, signature: hex(r + s) }), false);
    });
  }

  test('each digest of SM3 is theirs', () => {
    const text = readFileSync(join(folder, 'tongsuo-evpmd_sm3.txt'), 'utf8');
    const rows = [...text.matchAll(/^Digest = SM3\nInput = (.*)\n(?:Output|Ouput) = (.*)$/gm)];
    assert.ok(rows.length >= 5);
    for (const [, input, output] of rows) {
      const bytes = input!.startsWith('"') ? Buffer.from(input!.slice(1, -1)) : Buffer.from(input!, 'hex');
      assert.equal(sm3(Uint8Array.from(bytes)), output!.toLowerCase());
    }
  });

  // Not ours: wycheproof-hmac_sm3 holds MACs, wycheproof-sm4_ccm encryption.
});

interface Jws {
  readonly testGroups: readonly {
    readonly comment: string;
    readonly public?: {
      readonly crv?: string;
      readonly alg?: string;
      readonly x?: string;
      readonly y?: string;
    };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly jws: unknown;
      readonly result: string;
    }[];
  }[];
}

/** The rest is HMAC, RSA, ES512, or keys that are for encryption: suites that we do not have. */
describePublic('ES256 in Wycheproof', 'wycheproof', (folder) => {
  const path = join(folder, 'json_web_signature_test.json');
  const { testGroups }: Jws = JSON.parse(readFileSync(path, 'utf8'));
  const groups = testGroups.filter(({ public: key }) => key?.crv === 'P-256' && key.alg === 'ES256');
  let count = 0;
  for (const { public: key, tests } of groups) {
    const [x, y] = [Buffer.from(key!.x!, 'base64url'), Buffer.from(key!.y!, 'base64url')];
    const publicKey = Uint8Array.of(2 | (y[31]! & 1), ...x);
    for (const { tcId, comment, jws, result } of tests) {
      count++;
      test(`${tcId}, ${comment}: ${result}`, async () => {
        const check = checkOf(jws, publicKey);
        assert.equal(check !== undefined && (await verifyLater(check)), result === 'valid');
        assert.equal(check !== undefined && verify(check), result === 'valid');
      });
    }
  }
  test('are all there', () => assert.equal(count, 39));
});

/** A JWS is no format of ours: it is taken apart here, and its signature is put to our verifier. */
function checkOf(jws: unknown, publicKey: Uint8Array): SignatureCheck | undefined {
  const parts = typeof jws === 'string' ? jws.split('.') : [];
  const [header = '', payload = '', written = ''] = parts;
  const signature = Buffer.from(written, 'base64url');
  const isWritten = parts.length === 3 && signature.toString('base64url') === written;
  if (!isWritten || !hasAlgorithm(header)) return undefined;
  const message = Uint8Array.from(Buffer.from(`${header}.${payload}`));
  return { suite: 'ES256', publicKey, message, signature: Uint8Array.from(signature) };
}

function hasAlgorithm(header: string): boolean {
  try {
    return JSON.parse(Buffer.from(header, 'base64url').toString()).alg === 'ES256';
  } catch {
    return false;
  }
}
