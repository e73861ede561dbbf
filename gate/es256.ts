import { createPublicKey, ECDH, KeyObject, verify, webcrypto } from 'node:crypto';
import { SIGNATURE_BYTES, type SignatureCheck } from '../credential/suites.ts';
import { preparedKeys } from './prepared-keys.ts';

const MOST_KEYS = 2_048;
const CURVE = 'prime256v1';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

const keys = preparedKeys(MOST_KEYS, importPoint);

/** Verifies ECDSA on P-256 with SHA-256 by `node:crypto`; false for a key that is no point of the curve. */
export function verifyEs256(check: SignatureCheck): boolean {
  return holds(keys.get(check.publicKey), check);
}

/** The same for whoever can wait a turn: a key that is not kept yet is imported in two thirds of the time. */
export function verifyEs256Later(check: SignatureCheck): boolean | Promise<boolean> {
  const key = keys.getLater(check.publicKey, importByWebCrypto);
  return key instanceof Promise ? key.then((imported) => holds(imported, check)) : holds(key, check);
}

function holds(key: KeyObject | undefined, { message, signature }: SignatureCheck): boolean {
  if (!key || signature.length !== SIGNATURE_BYTES) return false;
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/**
 * WebCrypto takes a compressed point as it is, and looks whether it lies on the curve; `createPublicKey` also multiplies it by the
 * order of the curve, which says nothing more on a curve whose cofactor is 1 (SP 800-186, 3.2.1.3).
 */
async function importByWebCrypto(point: Uint8Array): Promise<KeyObject | undefined> {
  try {
    return KeyObject.from(await webcrypto.subtle.importKey('raw', point, ALGORITHM, true, ['verify']));
  } catch {
    // No point, or a Node that wants it uncompressed: the usual way tells.
    return undefined;
  }
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
