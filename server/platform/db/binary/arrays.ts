import { type Instant, NEVER } from '../../../../domain/time.ts';

// Lists as values of statements, in the binary form of PostgreSQL (array_recv in arrayfuncs.c). As texts, every value of them
// would be quoted here and read there, which takes longer than most of what is done with many rows. A statement has to name
// the type of each: `${uuids(ids)}::uuid[]`.

const UUID = 2950;
const TEXT = 25;
const BYTEA = 17;
const TIMESTAMPTZ = 1184;
const SMALLINT = 21;
const BIGINT = 20;
const BOOLEAN = 16;

/** Number of dimensions, whether there are nulls, type; of the one dimension: how many, counted from which number. */
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NONE = -1;

/** `uuid[]`. */
export function uuids(ids: readonly string[]): Buffer {
  return fixed(UUID, ids, 16, (bytes, id, at) => {
    const hex = id.replaceAll('-', '');
    // What cannot be written would leave what lay in memory before.
    if (hex.length !== 32 || bytes.write(hex, at, 'hex') !== 16)
      throw new Error('what should be an id is no uuid');
  });
}

/** `timestamptz[]`; what has no end is `infinity`. */
export function times(instants: readonly Instant[]): Buffer {
  return fixed(TIMESTAMPTZ, instants, 8, (bytes, instant, at) => {
    bytes.writeBigInt64BE(microseconds(instant), at);
  });
}

/** `smallint[]`. */
export function smallints(numbers: readonly number[]): Buffer {
  return fixed(SMALLINT, numbers, 2, (bytes, number, at) => {
    bytes.writeInt16BE(number, at);
  });
}

/** `bigint[]` of whole numbers that JavaScript can tell from their neighbours. */
export function bigints(numbers: readonly number[]): Buffer {
  return fixed(BIGINT, numbers, 8, (bytes, number, at) => {
    bytes.writeBigInt64BE(BigInt(number), at);
  });
}

/** `boolean[]`. */
export function booleans(values: readonly boolean[]): Buffer {
  return fixed(BOOLEAN, values, 1, (bytes, value, at) => {
    bytes[at] = value ? 1 : 0;
  });
}

/** `text[]`. */
export function texts(values: readonly (string | null)[]): Buffer {
  // A character of UTF-16 is three bytes of UTF-8 at most.
  const most = values.reduce((sum, value) => sum + LENGTH_BYTES + 3 * (value?.length ?? 0), HEAD_BYTES);
  const bytes = Buffer.allocUnsafe(most);
  let at = writeHead(bytes, TEXT, values);
  for (const value of values) {
    const length = value === null ? NONE : bytes.write(value, at + LENGTH_BYTES);
    bytes.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(0, length);
  }
  return bytes.subarray(0, at);
}

/** `bytea[]`. */
export function byteStrings(values: readonly (Uint8Array | null)[]): Buffer {
  const total = values.reduce((sum, value) => sum + LENGTH_BYTES + (value?.length ?? 0), HEAD_BYTES);
  const bytes = Buffer.allocUnsafe(total);
  let at = writeHead(bytes, BYTEA, values);
  for (const value of values) {
    bytes.writeInt32BE(value?.length ?? NONE, at);
    at += LENGTH_BYTES;
    if (!value) continue;
    bytes.set(value, at);
    at += value.length;
  }
  return bytes.subarray(0, at);
}

/** A list of values that are of one size and never null. */
function fixed<T>(
  type: number,
  values: readonly T[],
  size: number,
  write: (bytes: Buffer, value: T, at: number) => void,
): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + values.length * (LENGTH_BYTES + size));
  let at = writeHead(bytes, type, values);
  for (const value of values) {
    bytes.writeInt32BE(size, at);
    write(bytes, value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + size;
  }
  return bytes.subarray(0, at);
}

/** Returns where the values begin. A list of nothing has no dimension. */
function writeHead(bytes: Buffer, type: number, values: readonly unknown[]): number {
  bytes.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  bytes.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  bytes.writeInt32BE(type, 8);
  if (values.length === 0) return 12;
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  return HEAD_BYTES;
}

const YEAR_2000 = Date.UTC(2000, 0, 1);
const INFINITY = 2n ** 63n - 1n;

function microseconds(instant: Instant): bigint {
  if (instant === NEVER) return INFINITY;
  if (instant === -NEVER) return -INFINITY - 1n;
  return BigInt(Math.trunc(instant) - YEAR_2000) * 1_000n;
}
