import type { Instant } from '../domain/time.ts';
import { encodeBase45 } from './base45.ts';
import { encodeCbor } from './cbor/encode.ts';
import type { CborKey, CborValue } from './cbor/value.ts';
import { CLAIM } from './claims.ts';
import { protectedHeader } from './cose/headers.ts';
import { signed1, toBeSigned } from './cose/sign1.ts';

/** What the text of a pass begins with. */
export const TEXT_PREFIX = 'ZJ1:';

/** The text of a signed pass, as it stands in the picture. */
export function passText(signed: Uint8Array): string {
  return TEXT_PREFIX + encodeBase45(signed);
}

/** A moment of showing that the key of the phone has yet to sign. */
export interface Showing {
  /** What the phone signs with ES256, r and s in 64 bytes. */
  readonly message: Uint8Array;
  /** The text to show, with that signature. */
  readonly finish: (signature: Uint8Array) => string;
}

/** What a phone signs to show a signed pass that is bound to its key; parts of a second are cut off. */
export function showing(pass: Uint8Array, shownAt: Instant): Showing {
  const claims = new Map<CborKey, CborValue>([
    [CLAIM.issued, Math.floor(shownAt / 1_000)],
    [CLAIM.ours, pass],
  ]);
  const header = protectedHeader('ES256');
  const payload = encodeCbor(claims);
  return {
    message: toBeSigned(header, payload),
    finish: (signature) => passText(signed1(header, payload, signature)),
  };
}
