import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborMap, isArray, isBytes, isMap, isTagged } from '../cbor/value.ts';
import { SIGNATURE_BYTES } from '../suites.ts';
import { type Header, headersOf, NO_BYTES, NO_HEADERS, parseHeader } from './headers.ts';
import { sigStructure } from './structure.ts';

const TAG = 18;
const CONTEXT = encodeCbor('Signature1');

/** A COSE_Sign1 (RFC 9052 4.2) as it stands. */
export interface CoseSign1 {
  /** The bytes of the protected header, as they came. */
  readonly protected: Uint8Array;
  readonly unprotected: CborMap;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** One of ours: with an algorithm, nothing unprotected, and a signature of a suite. */
export interface Sign1 extends CoseSign1, Header {}

/** A tagged COSE_Sign1; the header as `protectedHeader` writes it. */
export function signed1(header: Uint8Array, payload: Uint8Array, signature: Uint8Array): Uint8Array {
  return encodeCbor({ tag: TAG, value: [header, NO_HEADERS, payload, signature] });
}

/** What a signature of a COSE_Sign1 is made over: its Sig_structure (RFC 9052 4.4). */
export function toBeSigned(header: Uint8Array, payload: Uint8Array, external = NO_BYTES): Uint8Array {
  return sigStructure(CONTEXT, [header, external, payload]);
}

/** Reads one of ours; undefined for anything else. */
export function parseSign1(bytes: Uint8Array): Sign1 | undefined {
  const message = partsOf(bytes);
  if (message?.unprotected.size !== 0 || message.signature.length !== SIGNATURE_BYTES) return undefined;
  const header = parseHeader(message.protected);
  if (!header) return undefined;
  const { unprotected, payload, signature } = message;
  const { alg, kid, type } = header;
  // Spreading would take as long as all the rest.
  return { protected: message.protected, unprotected, payload, signature, alg, kid, type };
}

/** Reads any tagged COSE_Sign1 in deterministic encoding; undefined for anything else. */
export function readSign1(bytes: Uint8Array): CoseSign1 | undefined {
  const message = partsOf(bytes);
  const headers = message && headersOf(message.protected);
  if (!headers) return undefined;
  // A map without entries is signed as no bytes at all (RFC 9052 4.4).
  return headers.size === 0 ? { ...message, protected: NO_BYTES } : message;
}

/** Whatever its protected header holds. */
function partsOf(bytes: Uint8Array): CoseSign1 | undefined {
  const message = decodeCbor(bytes);
  if (!isTagged(message, TAG) || !isArray(message.value) || message.value.length !== 4) return undefined;
  const [header, unprotected, payload, signature] = message.value;
  if (!isBytes(header) || !isMap(unprotected) || !isBytes(payload) || !isBytes(signature)) return undefined;
  return { protected: header, unprotected, payload, signature };
}
