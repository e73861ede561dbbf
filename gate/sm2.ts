import { sm2, sm3 } from 'sm-crypto-v2';
import { SIGNATURE_BYTES, type SignatureCheck } from '../credential/suites.ts';
import { fromHex, toHex } from './hex.ts';
import { preparedKeys } from './prepared-keys.ts';

/** Of issuers: a table of multiples of each takes some megabytes. */
const MOST_KEYS = 8;
/** The user ID that GM/T 0009 sets where nothing else is agreed. */
export const SM2_USER_ID = '1234567812345678';

interface Sm2Key {
  readonly point: ReturnType<typeof sm2.precomputePublicKey>;
  /** The digest of the curve, the user and the key (GB/T 32918.2, 5.5). */
  readonly z: Uint8Array;
}

const keys = preparedKeys(MOST_KEYS, prepare);

/** Verifies SM2 with SM3 (GB/T 32918.2, 7); false for a key that is no point of the curve. */
export function verifySm2({ publicKey, message, signature }: SignatureCheck): boolean {
  const key = keys.get(publicKey);
  if (!key || signature.length !== SIGNATURE_BYTES) return false;
  const digest = sm3(joined(key.z, message));
  try {
    // The package refuses an s outside of 1 to n - 1 by throwing.
    return sm2.doVerifySignature(fromHex(digest), toHex(signature), key.point);
  } catch {
    return false;
  }
}

function prepare(publicKey: Uint8Array): Sm2Key | undefined {
  const hex = toHex(publicKey);
  try {
    return { point: sm2.precomputePublicKey(hex), z: sm2.getZ(hex, SM2_USER_ID) };
  } catch {
    return undefined;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
