import { createPublicKey, ECDH, type KeyObject, verify } from 'node:crypto';
import { SIGNATURE_BYTES, type SignatureCheck } from '../credential/suites.ts';
import { preparedKeys } from './prepared-keys.ts';

const MOST_KEYS = 2_048;
const CURVE = 'prime256v1';

const keyOf = preparedKeys(MOST_KEYS, importPoint);

/** Verifies ECDSA on P-256 with SHA-256 by `node:crypto`; false for a key that is no point of the curve. */
export function verifyEs256({ publicKey, message, signature }: SignatureCheck): boolean {
  const key = keyOf(publicKey);
  if (!key || signature.length !== SIGNATURE_BYTES) return false;
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** By JWK, which takes half as long as SPKI; undefined when there is no such point. */
function importPoint(point: Uint8Array): KeyObject | undefined {
  try {
    const whole = ECDH.convertKey(point, CURVE, undefined, undefined, 'uncompressed') as Buffer;
    const x = whole.toString('base64url', 1, 33);
    const y = whole.toString('base64url', 33);
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
