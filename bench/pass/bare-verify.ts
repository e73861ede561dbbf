import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { SignatureCheck } from '../../credential/suites.ts';
import { toHex } from '../../gate/hex.ts';

/** How P-256 keys are named in SPKI, up to a compressed point. */
const SPKI = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

/** A verification with nothing around it. */
export type Bare = () => boolean;

/** Verifies as the package that has the suite does it, with a key that is ready. */
export function bare({ suite, publicKey, message, signature }: SignatureCheck): Bare {
  if (suite === 'SM2') {
    const point = sm2PointOf(publicKey);
    const hex = toHex(signature);
    return () => sm2.doVerifySignature(message, hex, point, { hash: true });
  }
  const key = importKey(publicKey);
  return () => verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** The same for a key that was never seen: that of a phone. */
export function bareUnseen({ publicKey, message, signature }: SignatureCheck): Bare {
  return () => verify('sha256', message, { key: importKey(publicKey), dsaEncoding: 'ieee-p1363' }, signature);
}

function importKey(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
}

const points = new Map<string, ReturnType<typeof sm2.precomputePublicKey>>();

function sm2PointOf(publicKey: Uint8Array): ReturnType<typeof sm2.precomputePublicKey> {
  const name = toHex(publicKey);
  const point = points.get(name) ?? sm2.precomputePublicKey(name);
  points.set(name, point);
  return point;
}
