/** How an array of up to 23 items and a byte string begin (RFC 8949 3.1). */
const ARRAY = 0x80;
const BYTES = 0x40;

/**
 * A Sig_structure (RFC 9052 4.4): an array of a context, written as a text, and of byte strings. Written at once, since each
 * verification begins with it.
 */
export function sigStructure(context: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let length = 1 + context.length;
  for (const part of parts) length += headLength(part.length) + part.length;
  const bytes = new Uint8Array(length);
  bytes[0] = ARRAY | (1 + parts.length);
  bytes.set(context, 1);
  let at = 1 + context.length;
  for (const part of parts) {
    at = writeHead(bytes, at, part.length);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function headLength(length: number): number {
  if (length < 24) return 1;
  return length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

function writeHead(bytes: Uint8Array, at: number, length: number): number {
  const head = headLength(length);
  if (head === 1) bytes[at] = BYTES | length;
  else bytes[at] = BYTES | (head === 2 ? 24 : head === 3 ? 25 : 26);
  for (let i = 1; i < head; i++) bytes[at + i] = length >>> (8 * (head - 1 - i));
  return at + head;
}
