import { protectedHeader } from '../../credential/cose/headers.ts';
import { signed, toBeSignedBy } from '../../credential/cose/sign.ts';
import { type KeyPair, kidOf, signWith } from './key-pair.ts';

/** One signature among those of a COSE_Sign. */
export interface OneOfMany {
  readonly protected: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs a payload as one of many, as holders of offline keys do one after the other. */
export function signAsOne(payload: Uint8Array, pair: KeyPair): OneOfMany {
  const header = protectedHeader(pair.suite, kidOf(pair));
  return { protected: header, signature: signWith(pair)(toBeSignedBy(header, payload)) };
}

/** The same with all keys at once: a tagged COSE_Sign. */
export function signByMany(payload: Uint8Array, pairs: readonly KeyPair[]): Uint8Array {
  return signed(
    payload,
    pairs.map((pair) => signAsOne(payload, pair)),
  );
}
