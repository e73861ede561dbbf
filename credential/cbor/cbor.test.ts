import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decode, encode, rfc8949EncodeOptions, Tagged } from 'cborg';
import fc from 'fast-check';
import { cborFault, decodeCbor } from './decode.ts';
import { encodeCbor } from './encode.ts';
import { type CborKey, type CborTagged, type CborValue, isArray, isBytes, isMap } from './value.ts';

const key = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme', maxLength: 30 }));

const value: fc.Arbitrary<CborValue> = fc.letrec<{ item: CborValue }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    fc.maxSafeInteger(),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('item'), { maxLength: 30 }),
    fc.array(fc.tuple(key, tie('item')), { maxLength: 30 }).map((entries) => new Map(entries)),
    fc.record({ tag: fc.nat(70_000), value: tie('item') }, { noNullPrototype: true }),
  ),
})).item;

/** The same by a package that other people rely on. */
function byCborg(item: unknown): Uint8Array {
  return Uint8Array.from(encode(item, rfc8949EncodeOptions));
}

function forCborg(item: CborValue): unknown {
  if (isMap(item))
    return new Map([...item].map(([name, each]): [CborKey, unknown] => [name, forCborg(each)]));
  if (isArray(item)) return item.map(forCborg);
  if (typeof item !== 'object' || item === null || isBytes(item)) return item;
  const { tag, value: inside } = item as CborTagged;
  return new Tagged(tag, forCborg(inside));
}

/** Whether cborg reads bytes as something that we have, and would write it in the same way. */
function isReadByCborg(bytes: Uint8Array): boolean {
  try {
    const item = decode(bytes, { useMaps: true, strict: true, rejectDuplicateMapKeys: true, tags: TAGS });
    return isOurs(item) && Buffer.compare(byCborg(item), bytes) === 0;
  } catch {
    return false;
  }
}

const TAGS = Tagged.preserve(...Array.from({ length: 24 }, (_, tag) => tag));

function isOurs(item: unknown): boolean {
  if (Array.isArray(item)) return item.every(isOurs);
  if (item instanceof Map) return [...item].every(([name, each]) => isKey(name) && isOurs(each));
  if (item instanceof Tagged) return isOurs(item.value);
  const isText = typeof item === 'string' || typeof item === 'boolean';
  return isText || Number.isSafeInteger(item) || item === null || item instanceof Uint8Array;
}

function isKey(name: unknown): boolean {
  return typeof name === 'string' || Number.isSafeInteger(name);
}

describe('CBOR', () => {
  test('writes the bytes that cborg writes, and reads them again', () => {
    fc.assert(
      fc.property(value, (item) => {
        const bytes = encodeCbor(item);
        assert.deepEqual(bytes, byCborg(forCborg(item)));
        assert.deepEqual(decodeCbor(bytes), item);
        assert.equal(cborFault(bytes), undefined);
      }),
      { numRuns: 500 },
    );
  });

  test('reads no bytes but those that it writes, and all that cborg reads and writes the same', () => {
    const small = fc.constantFrom(
      0,
      1,
      0x17,
      0x18,
      0x19,
      0x20,
      0x41,
      0x61,
      0x81,
      0x82,
      0xa1,
      0xa2,
      0xc1,
      0xf6,
    );
    const random = fc.array(fc.oneof(small, fc.nat(255)), { maxLength: 12 });
    const changed = fc.tuple(value, fc.nat(), fc.nat(255)).map(([item, at, byte]) => {
      const bytes = encodeCbor(item);
      return [...bytes.with(at % bytes.length, byte)];
    });
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(random, changed), (list) => {
        const bytes = Uint8Array.from(list);
        const item = decodeCbor(bytes);
        if (item !== undefined) assert.deepEqual(encodeCbor(item), bytes);
        else assert.equal(isReadByCborg(bytes), false);
        assert.equal(cborFault(bytes) === undefined, item !== undefined);
        read += item === undefined ? 0 : 1;
      }),
      { numRuns: 3_000 },
    );
    assert.ok(read > 300, `${read} were read`);
  });

  for (const [what, hex, fault] of [
    ['nothing at all', '', 'malformed'],
    ['what is cut off', '8201', 'malformed'],
    ['a second item', '0101', 'malformed'],
    ['a number in more bytes than it needs', '1817', 'not-deterministic'],
    ['a number in twice as many bytes', '1a0000ffff', 'not-deterministic'],
    ['a number in eight bytes that four hold', '1b00000000ffffffff', 'not-deterministic'],
    ['a length in more bytes than it needs', '580101', 'not-deterministic'],
    ['a text without an end', '7f6161ff', 'not-deterministic'],
    ['an array without an end', '9f01ff', 'not-deterministic'],
    ['a map without an end', 'bf0101ff', 'not-deterministic'],
    ['keys in the wrong order', 'a202010101', 'not-deterministic'],
    ['a key before one that is shorter', 'a2616101' + '1818' + '01', 'not-deterministic'],
    ['a key twice', 'a201010102', 'not-deterministic'],
    ['a key that is bytes', 'a1410101', 'malformed'],
    ['a number that no number holds', '1b0020000000000000', 'malformed'],
    ['the same below zero', '3b001fffffffffffff', 'malformed'],
    ['half a character', '61c3', 'malformed'],
    ['a character in more bytes than it needs', '62c1a1', 'malformed'],
    ['half of a surrogate pair', '63eda080', 'malformed'],
    ['a character beyond the last', '64f4908080', 'malformed'],
    ['floating point', 'f93c00', 'malformed'],
    ['undefined', 'f7', 'malformed'],
    ['a simple value', 'f0', 'malformed'],
    ['a simple value in two bytes', 'f814', 'malformed'],
    ['the end of nothing', 'ff', 'malformed'],
    ['more items than bytes', '9affffffff', 'malformed'],
    ['more bytes than there are', '5affffffff00', 'malformed'],
    ['a hundred thousand arrays in each other', '81'.repeat(100_000), 'malformed'],
    ['as many tags', 'c1'.repeat(100_000), 'malformed'],
  ] as const) {
    test(`does not read ${what}: ${hex.slice(0, 20)}`, () => {
      const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
      assert.equal(decodeCbor(bytes), undefined);
      assert.equal(cborFault(bytes), fault);
    });
  }

  test('writes no number that it could not read', () => {
    for (const number of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 53)])
      assert.throws(() => encodeCbor(number), RangeError);
    assert.throws(() => encodeCbor('\ud800'), RangeError);
  });

  test('gives views of the bytes that came, also of a part of a Buffer', () => {
    const buffer = Buffer.from('ff43010203ff', 'hex');
    const bytes = decodeCbor(buffer.subarray(1, 5));
    assert.deepEqual(bytes, Uint8Array.of(1, 2, 3));
    assert.equal((bytes as Uint8Array).buffer, buffer.buffer);
  });
});
