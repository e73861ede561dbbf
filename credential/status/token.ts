import type { Instant } from '../../domain/time.ts';
import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborKey, type CborMap, type CborValue, isBytes, isCount, isMap } from '../cbor/value.ts';

/** How many bits an index has (IETF Token Status List, 4.1). Ours have two. */
export type StatusBits = 1 | 2 | 4 | 8;

/** A Status List (IETF, 4.2, 4.3): statuses of `bits` each, the first in the lowest bits of the first byte. */
export interface StatusList {
  readonly bits: StatusBits;
  readonly bytes: Uint8Array;
}

/** A Status List as it is written: its bytes packed by zlib (RFC 1950). */
export interface PackedList {
  readonly bits: StatusBits;
  readonly lst: Uint8Array;
}

/** What a Status List Token says of itself (IETF, 5.2): its name, when it was made, until when, for how long it may be kept. */
export interface TokenClaims {
  readonly subject: string;
  readonly issuedAt: Instant;
  readonly expiresAt?: Instant;
  readonly keptSeconds?: number;
}

/** A Status List Token, a CWT. */
export interface StatusToken extends TokenClaims {
  readonly list: StatusList;
}

/**
 * Unpacks zlib; passed in, since a browser does it otherwise than Node. Undefined for what is none, or is longer than
 * `most` bytes when it is unpacked.
 */
export type Inflate = (bytes: Uint8Array, most: number) => Uint8Array | undefined;

/** The type of the token in its protected header (IETF, 5.2). */
export const TOKEN_TYPE = 'application/statuslist+cwt';
/** How many indexes stand in one of ours. */
export const TOKEN_ENTRIES = 2 ** 20;

const CLAIM = { subject: 2, expires: 4, issued: 6, list: 65_533, kept: 65_534 } as const;
const MOST_BYTES = 2 ** 27;

/** The status of an index; undefined for one that is not in the list. */
export function statusInList({ bits, bytes }: StatusList, index: number): number | undefined {
  const each = 8 / bits;
  const byte = bytes[Math.floor(index / each)];
  return byte === undefined ? undefined : (byte >> ((index % each) * bits)) & (2 ** bits - 1);
}

/** The claims of a token, in deterministic CBOR. */
export function encodeToken(token: TokenClaims, list: PackedList): Uint8Array {
  const { subject, issuedAt, expiresAt, keptSeconds } = token;
  const claims = new Map<CborKey, CborValue>([
    [CLAIM.subject, subject],
    [CLAIM.issued, issuedAt / 1_000],
    [CLAIM.list, listValue(list)],
  ]);
  if (expiresAt !== undefined) claims.set(CLAIM.expires, expiresAt / 1_000);
  if (keptSeconds !== undefined) claims.set(CLAIM.kept, keptSeconds);
  return encodeCbor(claims);
}

function listValue({ bits, lst }: PackedList): CborValue {
  return new Map<CborKey, CborValue>([
    ['bits', bits],
    ['lst', lst],
  ]);
}

/** Reads a token in deterministic CBOR; undefined for anything else. Claims that are not ours are passed over. */
export function decodeToken(payload: Uint8Array, inflate: Inflate): StatusToken | undefined {
  const claims = decodeCbor(payload);
  if (!isMap(claims)) return undefined;
  const list = readListValue(claims.get(CLAIM.list), inflate);
  const read = readClaims(claims);
  return list && read && { ...read, list };
}

/** What a token says of itself, without its list being unpacked. */
export function decodeTokenClaims(payload: Uint8Array): TokenClaims | undefined {
  const claims = decodeCbor(payload);
  return isMap(claims) && isMap(claims.get(CLAIM.list)) ? readClaims(claims) : undefined;
}

function readClaims(claims: CborMap): TokenClaims | undefined {
  const subject = claims.get(CLAIM.subject);
  const issued = claims.get(CLAIM.issued);
  const expires = claims.get(CLAIM.expires);
  const kept = claims.get(CLAIM.kept);
  if (typeof subject !== 'string' || !isCount(issued)) return undefined;
  if (!(expires === undefined || isCount(expires)) || !(kept === undefined || isCount(kept)))
    return undefined;
  return {
    subject,
    issuedAt: issued * 1_000,
    ...(expires !== undefined && { expiresAt: expires * 1_000 }),
    ...(kept !== undefined && { keptSeconds: kept }),
  };
}

/** Reads a Status List in CBOR, in which `lst` is packed (IETF, 4.3). */
export function decodeList(bytes: Uint8Array, inflate: Inflate): StatusList | undefined {
  return readListValue(decodeCbor(bytes), inflate);
}

function readListValue(value: CborValue | undefined, inflate: Inflate): StatusList | undefined {
  if (!isMap(value)) return undefined;
  const lst = value.get('lst');
  return isBytes(lst) ? readList(value.get('bits'), lst, inflate) : undefined;
}

/** Reads a Status List from its parts: of JSON, `lst` is Base64url of the same bytes (IETF, 4.2). */
export function readList(bits: unknown, packed: Uint8Array, inflate: Inflate): StatusList | undefined {
  if (bits !== 1 && bits !== 2 && bits !== 4 && bits !== 8) return undefined;
  const bytes = inflate(packed, MOST_BYTES);
  return bytes && { bits, bytes };
}
