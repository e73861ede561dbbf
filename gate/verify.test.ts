import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import type { SignatureCheck } from '../credential/suites.ts';
import { verify, verifyLater } from './verify.ts';

const MESSAGE = Buffer.from('shown at a gate');

/** A signature by a key that nobody has seen. */
function signed(): SignatureCheck {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const isOdd = Buffer.from(y!, 'base64url')[31]! & 1;
  return {
    suite: 'ES256',
    publicKey: Uint8Array.of(2 | isOdd, ...Buffer.from(x!, 'base64url')),
    message: MESSAGE,
    signature: sign('sha256', MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

describe('a signature by a key that is imported while it is waited for', () => {
  test('holds, at once and after the key is kept', async () => {
    const checks = Array.from({ length: 20 }, signed);
    for (const check of [...checks, ...checks]) {
      assert.equal(await verifyLater(check), true);
      assert.equal(verify(check), true);
    }
  });

  test('does not hold for another message, another key, or what is no signature', async () => {
    const [one, other] = [signed(), signed()];
    for (const wrong of [
      { ...one, message: Buffer.from('shown elsewhere') },
      { ...one, publicKey: other.publicKey },
      { ...one, signature: other.signature },
      { ...one, signature: one.signature.subarray(1) },
      { ...one, signature: new Uint8Array(64) },
    ])
      assert.equal(await verifyLater(wrong), false);
    assert.equal(await verifyLater(one), true);
  });

  test('does not hold for what is no point of the curve', async () => {
    const one = signed();
    const bytes = (length: number, first: number, rest: number) =>
      Uint8Array.from({ length }, (_, i) => (i === 0 ? first : rest));
    // 5 is no x of P-256, and its prime is smaller than what 32 bytes hold.
    const noPoints = [
      Uint8Array.of(2, ...Array<number>(31).fill(0), 5),
      bytes(33, 2, 255),
      bytes(33, 5, 1),
      bytes(1, 0, 0),
      bytes(0, 0, 0),
      one.publicKey.subarray(0, 32),
    ];
    for (const publicKey of noPoints) {
      assert.equal(await verifyLater({ ...one, publicKey }), false);
      assert.equal(verify({ ...one, publicKey }), false);
    }
  });

  test('by a point that is written out, in the same way as at once', async () => {
    const one = signed();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    const whole = Uint8Array.of(4, ...Buffer.from(x!, 'base64url'), ...Buffer.from(y!, 'base64url'));
    const signature = sign('sha256', MESSAGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const check = { ...one, publicKey: whole, signature };
    assert.equal(await verifyLater(check), verify({ ...check, publicKey: Uint8Array.from(whole) }));
  });
});
