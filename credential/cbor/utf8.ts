/** Writes text as UTF-8 (RFC 3629). Throws RangeError for a half of a surrogate pair, which is no character. */
export function encodeUtf8(text: string): Uint8Array {
  return encodeAscii(text) ?? encodeCharacters(text);
}

/** Nearly all texts in what we sign are such; undefined for any other. */
function encodeAscii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) return undefined;
    bytes[at] = unit;
  }
  return bytes;
}

function encodeCharacters(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point, 0));
    else if (point >= 0xd800 && point < 0xe000) throw new RangeError('half of a surrogate pair');
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point, 6), tail(point, 0));
    else bytes.push(0xf0 | (point >> 18), tail(point, 12), tail(point, 6), tail(point, 0));
  }
  return Uint8Array.from(bytes);
}

/** Reads UTF-8; undefined for bytes that `encodeUtf8` does not write. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string | undefined {
  let text = '';
  for (let at = start; at < end; ) {
    const first = bytes[at]!;
    const length = lengthOf(first);
    if (length === 0 || at + length > end) return undefined;
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let i = 1; i < length; i++) {
      const next = bytes[at + i]!;
      if (next >> 6 !== 0b10) return undefined;
      point = (point << 6) | (next & 0x3f);
    }
    const isSurrogate = point >= 0xd800 && point < 0xe000;
    if (point < SMALLEST[length]! || point > 0x10ffff || isSurrogate) return undefined;
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

/** By length: the smallest character that needs it. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x10000];

/** How many bytes a character takes, by its first byte; 0 when none begins so. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >> 5 === 0b110) return 2;
  if (first >> 4 === 0b1110) return 3;
  return first >> 3 === 0b11110 ? 4 : 0;
}

function tail(point: number, shift: number): number {
  return 0x80 | ((point >> shift) & 0x3f);
}
