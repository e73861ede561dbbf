import { PUBLIC_KEY_BYTES } from '../suites.ts';

/** P-256 (SEC 2, 2.4.2): the prime of its field, and its constant b; a is -3. */
const PRIME = '0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
const B = '0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b';
const COORDINATE_BYTES = 32;

/**
 * A compressed point on P-256 in the uncompressed form, 65 bytes (SEC 1, 2.3.4), which WebCrypto wants; undefined when there is
 * no such point. Not for secrets: how long it takes tells the point.
 */
export function uncompressed(point: Uint8Array): Uint8Array | undefined {
  const first = point[0];
  if (point.length !== PUBLIC_KEY_BYTES || (first !== 2 && first !== 3)) return undefined;
  // Literals would keep pages from loading in browsers that know no such numbers.
  const [prime, one, three] = [BigInt(PRIME), BigInt(1), BigInt(3)];
  const x = numberOf(point.subarray(1));
  if (x >= prime) return undefined;
  const square = (x * x * x - three * x + BigInt(B)) % prime;
  // The prime is 3 modulo 4, so that this power is a square root where there is one (SEC 1, 2.3.4).
  const root = power(square, (prime + one) / BigInt(4), prime);
  if ((root * root - square) % prime !== BigInt(0)) return undefined;
  const isOdd = (root & one) === one;
  const y = isOdd === (first === 3) ? root : prime - root;
  const whole = new Uint8Array(1 + 2 * COORDINATE_BYTES);
  whole[0] = 4;
  whole.set(point.subarray(1), 1);
  write(y, whole.subarray(1 + COORDINATE_BYTES));
  return whole;
}

function numberOf(bytes: Uint8Array): bigint {
  let hex = '0x';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return BigInt(hex);
}

function write(number: bigint, into: Uint8Array): void {
  const hex = number.toString(16).padStart(into.length * 2, '0');
  for (let at = 0; at < into.length; at++) into[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = BigInt(1);
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}
