import { printInstant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';

const INSTANTS = ['issuedAt', 'expiresAt', 'shownAt', 'asOf', 'at', 'notBefore', 'notAfter', 'revokedAt'];

/** The same as it stands in the vectors: bytes in hexadecimal, instants as RFC 3339. */
export function plain(value: unknown, name = ''): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === 'number' && INSTANTS.includes(name)) return printInstant(value);
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each, key)]));
}

/** A text that is the same for the same content, in whatever order its fields stand. */
export function inOrder(value: unknown): string {
  return JSON.stringify(plain(value), (_, each) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
