import { compareKeys } from './keys.ts';
import { decodeUtf8 } from './utf8.ts';
import { type CborKey, type CborMap, type CborValue, MAJOR, SIMPLE, WIDTH } from './value.ts';

/**
 * Why bytes are not read. `malformed`: no CBOR, or of a type that we do not have. `not-deterministic`: CBOR, but not its one
 * deterministic encoding.
 */
export type CborFault = 'malformed' | 'not-deterministic';

/** Deeper than anything that we write; so that nobody can exhaust the stack. */
const DEEPEST = 16;

/** The one that stands in almost every message. */
const EMPTY: CborMap = new Map();

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
  /** The first fault that was met; what was read since then means nothing. */
  fault: CborFault | undefined;
}

/** The value that bytes stand for; undefined unless they are what `encodeCbor` writes. Byte strings are views, not copies. */
export function decodeCbor(bytes: Uint8Array): CborValue | undefined {
  const { value, fault } = read(bytes);
  return fault === undefined ? value : undefined;
}

/** What keeps `decodeCbor` from reading; undefined when nothing does. */
export function cborFault(bytes: Uint8Array): CborFault | undefined {
  return read(bytes).fault;
}

function read(bytes: Uint8Array): { value: CborValue; fault: CborFault | undefined } {
  // Of a Buffer views would be Buffers too.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader: Reader = { bytes: plain, at: 0, fault: undefined };
  const value = readItem(reader, DEEPEST);
  if (reader.at !== plain.length) fail(reader, 'malformed');
  return { value, fault: reader.fault };
}

function readItem(reader: Reader, depth: number): CborValue {
  const first = reader.bytes[reader.at++];
  if (first === undefined || depth === 0) return fail(reader, 'malformed');
  const major = first >> 5;
  const argument = readArgument(reader, major, first & 0x1f);
  if (reader.fault !== undefined) return null;
  switch (major) {
    case MAJOR.unsigned:
      return argument;
    case MAJOR.negative:
      return argument === Number.MAX_SAFE_INTEGER ? fail(reader, 'malformed') : -1 - argument;
    case MAJOR.bytes:
      return readBytes(reader, argument);
    case MAJOR.text:
      return readText(reader, argument);
    case MAJOR.array:
      return readArray(reader, argument, depth);
    case MAJOR.map:
      return readMap(reader, argument, depth);
    case MAJOR.tag:
      return { tag: argument, value: readItem(reader, depth - 1) };
    default:
      return readSimple(reader, argument);
  }
}

/** The number in the head of an item, which has to be written in as few bytes as can be. */
function readArgument(reader: Reader, major: number, info: number): number {
  if (info < WIDTH.one) return info;
  const isLoose = info === WIDTH.indefinite && major >= MAJOR.bytes && major <= MAJOR.map;
  if (isLoose) return fail(reader, 'not-deterministic') ?? 0;
  // Beyond the short ones the simple values are floating point and what nobody has.
  if (info > WIDTH.eight || major === MAJOR.simple) return fail(reader, 'malformed') ?? 0;
  const width = 1 << (info - WIDTH.one);
  if (reader.at + width > reader.bytes.length) return fail(reader, 'malformed') ?? 0;
  let argument = 0;
  for (let i = 0; i < width; i++) argument = argument * 256 + reader.bytes[reader.at++]!;
  if (argument > Number.MAX_SAFE_INTEGER) fail(reader, 'malformed');
  const least = width === 1 ? WIDTH.one : 2 ** (width * 4);
  if (argument < least) fail(reader, 'not-deterministic');
  return argument;
}

function readBytes(reader: Reader, length: number): CborValue {
  if (length > reader.bytes.length - reader.at) return fail(reader, 'malformed');
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

function readText(reader: Reader, length: number): CborValue {
  if (length > reader.bytes.length - reader.at) return fail(reader, 'malformed');
  reader.at += length;
  return decodeUtf8(reader.bytes, reader.at - length, reader.at) ?? fail(reader, 'malformed');
}

function readArray(reader: Reader, length: number, depth: number): CborValue {
  const items: CborValue[] = [];
  for (let i = 0; i < length && reader.fault === undefined; i++) items.push(readItem(reader, depth - 1));
  return items;
}

function readMap(reader: Reader, length: number, depth: number): CborValue {
  if (length === 0) return EMPTY;
  const map = new Map<CborKey, CborValue>();
  let before: CborKey | undefined;
  for (let i = 0; i < length && reader.fault === undefined; i++) {
    const key = readItem(reader, depth - 1);
    if (typeof key !== 'number' && typeof key !== 'string') return fail(reader, 'malformed');
    if (before !== undefined && compareKeys(before, key) >= 0) return fail(reader, 'not-deterministic');
    before = key;
    map.set(key, readItem(reader, depth - 1));
  }
  return map;
}

function readSimple(reader: Reader, argument: number): CborValue {
  if (argument === SIMPLE.null) return null;
  if (argument === SIMPLE.true) return true;
  return argument === SIMPLE.false ? false : fail(reader, 'malformed');
}

function fail(reader: Reader, fault: CborFault): null {
  reader.fault ??= fault;
  return null;
}
