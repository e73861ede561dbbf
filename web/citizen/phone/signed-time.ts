import { decodeBase45 } from '../../../credential/base45.ts';
import { decodeCbor } from '../../../credential/cbor/decode.ts';
import { isCount, isMap } from '../../../credential/cbor/value.ts';
import { CLAIM } from '../../../credential/claims.ts';
import { readSign1 } from '../../../credential/cose/sign1.ts';
import { TEXT_PREFIX } from '../../../credential/show.ts';
import type { Instant } from '../../../domain/time.ts';

/** When the issuer signed a pass (COSE_Sign1), in whole seconds; undefined for what names no time. Verifies nothing. */
export function signedAtOf(pass: Uint8Array): Instant | undefined {
  const signed = readSign1(pass);
  const claims = signed && decodeCbor(signed.payload);
  const issued = isMap(claims) ? claims.get(CLAIM.issued) : undefined;
  return isCount(issued) ? issued * 1_000 : undefined;
}

/** The same of the text of an online pass. */
export function signedAtOfText(text: string): Instant | undefined {
  const pass = text.startsWith(TEXT_PREFIX) ? decodeBase45(text.slice(TEXT_PREFIX.length)) : undefined;
  return pass && signedAtOf(pass);
}
