import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { describePublic } from '../../test/public-data.ts';
import { cborFault } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import {
  decodeList,
  decodeToken,
  encodeToken,
  type Inflate,
  readList,
  type StatusBits,
  statusInList,
} from './token.ts';

const inflate: Inflate = (bytes, most) => {
  try {
    return inflateSync(bytes, { maxOutputLength: most });
  } catch {
    return undefined;
  }
};

interface Vector {
  readonly bits: StatusBits;
  readonly size: number;
  readonly nonzero: Readonly<Record<string, number>>;
  readonly lst: string;
  readonly cbor_hex: string;
}

/** The size of a vector, and what stands in it besides zeros. */
function checkVector({ bits, size, nonzero }: Vector, lst: Uint8Array): void {
  const list = readList(bits, lst, inflate);
  assert.ok(list);
  assert.equal((list.bytes.length * 8) / bits, size);
  for (let index = 0; index < size; index++) {
    const status = statusInList(list, index);
    if (status !== (nonzero[index] ?? 0)) assert.fail(`${index}: ${status}`);
  }
  assert.equal(statusInList(list, size), undefined);
}

describePublic('the public vectors of status lists', 'status-list', (folder) => {
  const vectors = JSON.parse(
    readFileSync(join(folder, 'ietf-token-status-list-vectors.json'), 'utf8'),
  ) as Vector[];

  test('of the IETF say what they should', () => {
    assert.ok(vectors.length >= 2);
    for (const vector of vectors) checkVector(vector, Buffer.from(vector.lst, 'base64url'));
  });

  test('of the IETF in CBOR hold the same, in an order of keys that is not deterministic', () => {
    for (const vector of vectors) {
      const bytes = Buffer.from(vector.cbor_hex, 'hex');
      // `bits` stands before `lst`, which RFC 8949 4.2.1 puts first: our reader takes the one encoding only.
      assert.equal(cborFault(bytes), 'not-deterministic');
      const lst = Buffer.from(vector.lst, 'base64url');
      assert.ok(bytes.subarray(-lst.length).equals(lst));
      const ordered = encodeCbor(
        new Map<string, number | Uint8Array>([
          ['lst', lst],
          ['bits', vector.bits],
        ]),
      );
      assert.ok(decodeList(ordered, inflate));
    }
  });

  test('of the examples of the draft are read, those of JWT are not ours', () => {
    const examples = readdirSync(join(folder, 'ietf-examples'));
    const read: string[] = [];
    for (const name of examples.filter((name) => name.endsWith('_json.md'))) {
      const text = readFileSync(join(folder, 'ietf-examples', name), 'utf8').replace(/\\\n\s*/g, '');
      const bits = Number(/"bits"\s*:\s*(\d)/.exec(text)?.[1]);
      const lst = /"lst"\s*:\s*"([\w\s-]+)"/.exec(text)?.[1]?.replace(/\s/g, '');
      const list = lst && readList(bits, Buffer.from(lst, 'base64url'), inflate);
      assert.ok(list, name);
      read.push(name);
    }
    assert.equal(read.length, 4);
    // A status list token as JWT is another form of signature; a gate of ours reads COSE only.
    const others = examples.filter((name) => !/_(?:json|cbor|cbor_diag)\.md$/.test(name));
    assert.deepEqual(others.sort(), ['status_list_jwt.md', 'status_list_jwt_raw.md']);
  });

  test('of the W3C are another format: GZIP, with the first bit highest, which is not taken for ours', () => {
    const lists = JSON.parse(readFileSync(join(folder, 'w3c-bitstring.json'), 'utf8')) as {
      encodedList: string;
    }[];
    assert.ok(lists.length > 0);
    for (const { encodedList } of lists)
      assert.equal(readList(1, Buffer.from(encodedList.slice(1), 'base64url'), inflate), undefined);
  });
});

describe('a status list token', () => {
  // IETF Token Status List, 4.1: statuses 1 0 0 1 1 1 0 1 1 1 0 0 0 1 0 1 of one bit.
  test('has the first status in the lowest bit', () => {
    const list = { bits: 1, bytes: Uint8Array.from([0xb9, 0xa3]) } as const;
    const statuses = Array.from({ length: 16 }, (_, index) => statusInList(list, index));
    assert.deepEqual(statuses, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    const two = { bits: 2, bytes: Uint8Array.from([0xc9, 0x44, 0xf9]) } as const;
    assert.deepEqual(
      Array.from({ length: 12 }, (_, index) => statusInList(two, index)),
      [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3],
    );
  });

  test('is read as it was written, with 1, 2, 4 and 8 bits', () => {
    for (const bits of [1, 2, 4, 8] as const) {
      const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) % 256);
      const claims = { subject: 'a', issuedAt: 1_000, expiresAt: 2_000, keptSeconds: 5 };
      const token = encodeToken(claims, { bits, lst: deflateSync(bytes) });
      const read = decodeToken(token, inflate);
      assert.deepEqual({ ...read, list: undefined }, { ...claims, list: undefined });
      assert.deepEqual(Uint8Array.from(read!.list.bytes), bytes);
      assert.equal(read!.list.bits, bits);
    }
  });

  test('of another number of bits, or whose list is no zlib, is none', () => {
    const lst = deflateSync(new Uint8Array(4));
    assert.equal(readList(3, lst, inflate), undefined);
    assert.equal(readList('2', lst, inflate), undefined);
    assert.equal(readList(2, lst.subarray(0, -1), inflate), undefined);
    assert.equal(decodeToken(encodeCbor(new Map([[2, 'a']])), inflate), undefined);
  });

  test('does not unpack more than it may', () => {
    const bomb = deflateSync(new Uint8Array(1_000));
    assert.equal(inflate(bomb, 999), undefined);
    assert.equal(inflate(bomb, 1_000)?.length, 1_000);
  });
});
