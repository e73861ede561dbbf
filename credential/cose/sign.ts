import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborMap, type CborValue, isArray, isBytes, isMap, isTagged } from '../cbor/value.ts';
import { SIGNATURE_BYTES } from '../suites.ts';
import { type Header, headersOf, NO_BYTES, NO_HEADERS, parseHeader } from './headers.ts';
import { sigStructure } from './structure.ts';

const TAG = 98;
const CONTEXT = encodeCbor('Signature');

/** One signature of a COSE_Sign (RFC 9052 4.1) as it stands. */
export interface CoseSignature {
  /** The bytes of the protected header of this signature, as they came. */
  readonly protected: Uint8Array;
  readonly unprotected: CborMap;
  readonly signature: Uint8Array;
}

export interface CoseSign {
  /** The bytes of the protected header of the whole, as they came. */
  readonly protected: Uint8Array;
  readonly unprotected: CborMap;
  readonly payload: Uint8Array;
  readonly signatures: readonly CoseSignature[];
}

/** A signature of ours: by a suite and a key that its header names. */
export interface Signature extends Header {
  readonly protected: Uint8Array;
  readonly signature: Uint8Array;
}

/** One of ours: nothing but a payload and its signatures, at least one. */
export interface Sign {
  readonly payload: Uint8Array;
  readonly signatures: readonly Signature[];
}

/** A tagged COSE_Sign; each header as `protectedHeader` writes it. */
export function signed(
  payload: Uint8Array,
  signatures: readonly Pick<CoseSignature, 'protected' | 'signature'>[],
): Uint8Array {
  const each = signatures.map(({ protected: header, signature }) => [header, NO_HEADERS, signature]);
  return encodeCbor({ tag: TAG, value: [NO_BYTES, NO_HEADERS, payload, each] });
}

/** What one signature of a COSE_Sign is made over: its Sig_structure (RFC 9052 4.4). */
export function toBeSignedBy(
  header: Uint8Array,
  payload: Uint8Array,
  { body = NO_BYTES, external = NO_BYTES } = {},
): Uint8Array {
  return sigStructure(CONTEXT, [body, header, external, payload]);
}

/** Reads one of ours; undefined for anything else. */
export function parseSign(bytes: Uint8Array): Sign | undefined {
  const message = readSign(bytes);
  if (message?.protected.length !== 0 || message.unprotected.size !== 0) return undefined;
  const signatures = message.signatures.map(parseSignature).filter((each) => each !== undefined);
  const isWhole = signatures.length > 0 && signatures.length === message.signatures.length;
  return isWhole ? { payload: message.payload, signatures } : undefined;
}

/** Reads any tagged COSE_Sign in deterministic encoding; undefined for anything else. */
export function readSign(bytes: Uint8Array): CoseSign | undefined {
  const message = decodeCbor(bytes);
  if (!isTagged(message, TAG) || !isArray(message.value) || message.value.length !== 4) return undefined;
  const [header, unprotected, payload, list] = message.value;
  if (!isBytes(header) || !isMap(unprotected) || !isBytes(payload) || !isArray(list)) return undefined;
  const body = signedForm(header);
  const signatures = list.map(readSignature).filter((each) => each !== undefined);
  if (!body || signatures.length !== list.length) return undefined;
  return { protected: body, unprotected, payload, signatures };
}

function parseSignature({ unprotected, ...rest }: CoseSignature): Signature | undefined {
  const header = parseHeader(rest.protected);
  if (!header || unprotected.size !== 0 || rest.signature.length !== SIGNATURE_BYTES) return undefined;
  return { ...rest, ...header };
}

function readSignature(value: CborValue): CoseSignature | undefined {
  if (!isArray(value) || value.length !== 3) return undefined;
  const [header, unprotected, signature] = value;
  if (!isBytes(header) || !isMap(unprotected) || !isBytes(signature)) return undefined;
  const own = signedForm(header);
  return own && { protected: own, unprotected, signature };
}

/** The bytes of a header as they are signed: a map without entries as no bytes at all (RFC 9052 4.4). */
function signedForm(header: Uint8Array): Uint8Array | undefined {
  const headers = headersOf(header);
  return headers?.size === 0 ? NO_BYTES : headers && header;
}
