import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborKey, type CborMap, type CborValue, isBytes, isMap } from '../cbor/value.ts';
import { ALGORITHMS, SUITES, type Suite } from '../suites.ts';

/** The labels of headers that we use (RFC 9052 3.1, RFC 9596). */
export const HEADER = { alg: 1, kid: 4, type: 16 } as const;

/** The bytes by which a key is named. */
export const KID_BYTES = 8;

export const NO_BYTES: Uint8Array = new Uint8Array(0);
export const NO_HEADERS: CborMap = new Map();

/** What stands in a header that we read: nothing but these. */
export interface Header {
  /** The number of the algorithm; see `suiteOf`. */
  readonly alg: number;
  /** {@link KID_BYTES}. */
  readonly kid: Uint8Array | undefined;
  readonly type: string | undefined;
}

/** The bytes of a protected header: the suite, the key, and the type of what is signed. */
export function protectedHeader(suite: Suite, kid?: Uint8Array, type?: string): Uint8Array {
  const headers = new Map<CborKey, CborValue>([[HEADER.alg, ALGORITHMS[suite]]]);
  if (kid) headers.set(HEADER.kid, kid);
  if (type !== undefined) headers.set(HEADER.type, type);
  return encodeCbor(headers);
}

/** The suite that has a number; undefined for one that we do not have. */
export function suiteOf(alg: number): Suite | undefined {
  return SUITES.find((suite) => ALGORITHMS[suite] === alg);
}

/** Reads the bytes of a protected header; undefined for anything that `protectedHeader` does not write. */
export function parseHeader(bytes: Uint8Array): Header | undefined {
  const headers = headersOf(bytes);
  if (!headers) return undefined;
  const alg = headers.get(HEADER.alg);
  const kid = headers.get(HEADER.kid);
  const type = headers.get(HEADER.type);
  const known = 1 + (kid === undefined ? 0 : 1) + (type === undefined ? 0 : 1);
  if (typeof alg !== 'number' || headers.size !== known) return undefined;
  if (kid !== undefined && !(isBytes(kid) && kid.length === KID_BYTES)) return undefined;
  if (type !== undefined && typeof type !== 'string') return undefined;
  return { alg, kid, type };
}

/** The headers that the bytes of a protected header hold: none, or a map (RFC 9052 3). */
export function headersOf(bytes: Uint8Array): CborMap | undefined {
  if (bytes.length === 0) return NO_HEADERS;
  const headers = decodeCbor(bytes);
  return isMap(headers) ? headers : undefined;
}
