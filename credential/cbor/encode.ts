import { compareKeys } from './keys.ts';
import { encodeUtf8 } from './utf8.ts';
import { type CborMap, type CborValue, isArray, isBytes, isMap, MAJOR, SIMPLE, WIDTH } from './value.ts';

/** Bytes that grow; `length` of them are written. */
interface Writer {
  bytes: Uint8Array;
  length: number;
}

/** Where each value is written before it is copied: nearly all fit, and to make such bytes each time takes longer than to fill them. */
const FIRST_BYTES = new Uint8Array(256);
const LONGEST_HEAD = 9;

/**
 * Writes a value in the one deterministic encoding (RFC 8949 4.2.1): shortest heads, definite lengths, keys in the order
 * of their bytes. Throws RangeError for a number that is no safe integer.
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer: Writer = { bytes: FIRST_BYTES, length: 0 };
  writeItem(writer, value);
  return writer.bytes.slice(0, writer.length);
}

function writeItem(writer: Writer, value: CborValue): void {
  if (typeof value === 'number') writeInteger(writer, value);
  else if (typeof value === 'boolean') writeHead(writer, MAJOR.simple, value ? SIMPLE.true : SIMPLE.false);
  else if (value === null) writeHead(writer, MAJOR.simple, SIMPLE.null);
  else if (typeof value === 'string') writeString(writer, MAJOR.text, encodeUtf8(value));
  else if (isBytes(value)) writeString(writer, MAJOR.bytes, value);
  else if (isMap(value)) writeMap(writer, value);
  else if (isArray(value)) {
    writeHead(writer, MAJOR.array, value.length);
    for (const item of value) writeItem(writer, item);
  } else {
    writeHead(writer, MAJOR.tag, value.tag);
    writeItem(writer, value.value);
  }
}

function writeInteger(writer: Writer, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError('not a safe integer');
  if (value < 0) writeHead(writer, MAJOR.negative, -1 - value);
  else writeHead(writer, MAJOR.unsigned, value);
}

function writeMap(writer: Writer, map: CborMap): void {
  const entries = [...map].sort(([one], [other]) => compareKeys(one, other));
  writeHead(writer, MAJOR.map, entries.length);
  for (const [key, value] of entries) {
    writeItem(writer, key);
    writeItem(writer, value);
  }
}

function writeString(writer: Writer, major: number, bytes: Uint8Array): void {
  writeHead(writer, major, bytes.length);
  writeBytes(writer, bytes);
}

/** The kind of an item and its argument, in as few bytes as can be. */
function writeHead(writer: Writer, major: number, argument: number): void {
  reserve(writer, LONGEST_HEAD);
  const kind = major << 5;
  if (argument < WIDTH.one) {
    writer.bytes[writer.length++] = kind | argument;
    return;
  }
  const width = widthOf(argument);
  writer.bytes[writer.length++] = kind | (WIDTH.one + Math.log2(width));
  let left = argument;
  for (let at = writer.length + width - 1; at >= writer.length; at--) {
    writer.bytes[at] = left % 0x100;
    left = Math.floor(left / 0x100);
  }
  writer.length += width;
}

function widthOf(argument: number): number {
  if (argument < 0x100) return 1;
  if (argument < 0x10000) return 2;
  return argument < 0x100000000 ? 4 : 8;
}

function writeBytes(writer: Writer, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

function reserve(writer: Writer, more: number): void {
  const needed = writer.length + more;
  if (needed <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, writer.bytes.length * 2));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}
