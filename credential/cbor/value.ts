/**
 * What stands in what we sign: the part of CBOR (RFC 8949) without floating point, without `undefined` and without
 * integers that a number cannot hold.
 */
export type CborValue =
  | number
  | boolean
  | null
  | string
  | Uint8Array
  | readonly CborValue[]
  | CborMap
  | CborTagged;

export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;

export interface CborTagged {
  readonly tag: number;
  readonly value: CborValue;
}

/** The kinds of items, the first three bits of each (RFC 8949 3.1). */
export const MAJOR = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const;

/** The simple values that we have (RFC 8949 3.3). */
export const SIMPLE = { false: 20, true: 21, null: 22 } as const;

/** How many bytes follow the first one of an item, by its last five bits (RFC 8949 3). */
export const WIDTH = { one: 24, two: 25, four: 26, eight: 27, indefinite: 31 } as const;

export function isBytes(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array;
}

export function isMap(value: CborValue | undefined): value is CborMap {
  return value instanceof Map;
}

export function isArray(value: CborValue | undefined): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** A whole number that is not negative. */
export function isCount(value: CborValue | undefined, most = Number.MAX_SAFE_INTEGER): value is number {
  return typeof value === 'number' && value >= 0 && value <= most;
}

/** Whether a value is what a tag is set before. */
export function isTagged(value: CborValue | undefined, tag: number): value is CborTagged {
  return (
    typeof value === 'object' && value !== null && 'tag' in value && 'value' in value && value.tag === tag
  );
}
