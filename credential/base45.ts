/** The characters that a QR code stores two in eleven bits (RFC 9285, table 1). */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const BASE = ALPHABET.length;

/** By character code: its value; -1 for a character that is none of them. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < BASE; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Two digits, by the number that they stand for, the lowest first. */
const PAIRS = Array.from(
  { length: BASE * BASE },
  (_, number) => ALPHABET[number % BASE]! + ALPHABET[Math.floor(number / BASE)]!,
);

/** Writes bytes as Base45 (RFC 9285, section 4): three characters for two bytes, two for a last one. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const number = bytes[at]! * 256 + bytes[at + 1]!;
    const highest = Math.floor(number / PAIRS.length);
    text += PAIRS[number - highest * PAIRS.length]! + ALPHABET[highest]!;
  }
  return bytes.length % 2 === 0 ? text : text + PAIRS[bytes[bytes.length - 1]!]!;
}

/**
 * Reads Base45; undefined for anything that `encodeBase45` does not write (RFC 9285, section 6). So no two texts give
 * the same bytes.
 */
export function decodeBase45(text: string): Uint8Array | undefined {
  const rest = text.length % 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest === 2 ? 1 : 0));
  let filled = 0;
  for (let at = 0; at + 2 < text.length; at += 3) {
    const value = numberAt(text, at, 3);
    if (value < 0 || value > 0xffff) return undefined;
    bytes[filled++] = value >> 8;
    bytes[filled++] = value & 0xff;
  }
  if (rest === 0) return bytes;
  const last = numberAt(text, text.length - 2, 2);
  if (last < 0 || last > 0xff) return undefined;
  bytes[filled] = last;
  return bytes;
}

/** The number that digits stand for; -1 when one of them is none. */
function numberAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let i = count - 1; i >= 0; i--) {
    const value = VALUES[text.charCodeAt(at + i)] ?? -1;
    if (value < 0) return -1;
    number = number * BASE + value;
  }
  return number;
}
