import { toBase64url } from './base64url.ts';
import type { PhoneKey } from './phone-store.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** An uncompressed point: a byte, x and y (SEC 1, 2.3.3). */
const COORDINATE_BYTES = 32;
const EVEN = 2;

/** Makes a key that cannot leave this browser: not even this page gets to see it. */
export async function makeKey(): Promise<PhoneKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['sign']);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return { privateKey, publicKey: toBase64url(compressed(point)) };
}

/** Signs with a key of this phone: r and s, 64 bytes. */
export async function signWith({ privateKey }: PhoneKey, message: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(ES256, privateKey, message as BufferSource));
}

/** Signs a text, base64url. */
export async function proofOf(key: PhoneKey, text: string): Promise<string> {
  return toBase64url(await signWith(key, new TextEncoder().encode(text)));
}

function compressed(point: Uint8Array): Uint8Array {
  const isOdd = point[point.length - 1]! % 2;
  return Uint8Array.of(EVEN + isOdd, ...point.subarray(1, 1 + COORDINATE_BYTES));
}
