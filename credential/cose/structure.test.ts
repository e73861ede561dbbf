import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCbor } from '../cbor/encode.ts';
import { toBeSignedBy } from './sign.ts';
import { toBeSigned } from './sign1.ts';

const part = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.uint8Array({ minLength: 250, maxLength: 260 }),
  fc.constantFrom(23, 24, 0xff, 0x100, 0xffff, 0x10000).map((length) => new Uint8Array(length)),
);

test('what is signed is the array of RFC 9052, in deterministic CBOR', () => {
  fc.assert(
    fc.property(part, part, part, part, (body, header, external, payload) => {
      const one = encodeCbor(['Signature1', header, external, payload]);
      assert.deepEqual(toBeSigned(header, payload, external), one);
      const many = encodeCbor(['Signature', body, header, external, payload]);
      assert.deepEqual(toBeSignedBy(header, payload, { body, external }), many);
    }),
  );
});
