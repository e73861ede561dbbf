/** Reads big-endian numbers from bytes, one after the other. */
export interface ByteReader {
  at: number;
  readonly bytes: Buffer;
}

export function readerOf(bytes: Buffer): ByteReader {
  return { at: 0, bytes };
}

export function u8(from: ByteReader): number {
  return from.bytes.readUInt8(from.at++);
}

export function u16(from: ByteReader): number {
  from.at += 2;
  return from.bytes.readUInt16BE(from.at - 2);
}

export function u32(from: ByteReader): number {
  from.at += 4;
  return from.bytes.readUInt32BE(from.at - 4);
}

export function take(from: ByteReader, length: number): Buffer {
  from.at += length;
  if (from.at > from.bytes.length) throw new RangeError('the font ends too early');
  return from.bytes.subarray(from.at - length, from.at);
}

/** A number in one to three bytes (WOFF2, 255UInt16). */
export function u16Of255(from: ByteReader): number {
  const first = u8(from);
  if (first === 253) return u16(from);
  if (first === 254) return u8(from) + 506;
  if (first === 255) return u8(from) + 253;
  return first;
}

/** A number of seven bits a byte, the highest first (WOFF2, UIntBase128). */
export function uBase128(from: ByteReader): number {
  let value = 0;
  for (;;) {
    const byte = u8(from);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
  }
}
