import { suiteOf } from '../cose/headers.ts';
import { type Sign, type Signature, toBeSignedBy } from '../cose/sign.ts';
import type { Suite, Verify } from '../suites.ts';

/** A key whose signature may count. */
export interface Signatory {
  /** 8 bytes. */
  readonly kid: Uint8Array;
  readonly suite: Suite;
  /** A compressed point. */
  readonly publicKey: Uint8Array;
}

/** How many keys there are, and how many of them have to sign. */
export interface Quorum<Key extends Signatory = Signatory> {
  readonly threshold: number;
  readonly keys: readonly Key[];
}

/** Whether enough different keys of a quorum have signed; a key that signed twice counts once, others do not count. */
export function isSignedBy({ threshold, keys }: Quorum, message: Sign, verify: Verify): boolean {
  const signed = new Set<Signatory>();
  for (const signature of message.signatures) {
    const key = signatoryOf(keys, signature);
    if (!key || signed.has(key)) continue;
    const { suite, publicKey } = key;
    const toBeSigned = toBeSignedBy(signature.protected, message.payload);
    if (verify({ suite, publicKey, message: toBeSigned, signature: signature.signature })) signed.add(key);
    if (signed.size >= threshold) return true;
  }
  return false;
}

/** The key that a signature names, if its algorithm is that of the key. */
function signatoryOf(keys: readonly Signatory[], { kid, alg }: Signature): Signatory | undefined {
  return keys.find((key) => kid && isSameBytes(key.kid, kid) && suiteOf(alg) === key.suite);
}

export function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
