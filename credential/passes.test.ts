import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import encodeQR from 'qr';
import { LATEST } from '../domain/time.ts';
import { onePassEach, PASS_AT } from '../test/made-up-passes.ts';
import { makeIssuer, namedKey, textOf } from '../test/pass-issuer.ts';
import { decodeCbor } from './cbor/decode.ts';
import { encodeCbor } from './cbor/encode.ts';
import { type CborKey, type CborMap, type CborValue, isArray, isMap } from './cbor/value.ts';
import { CLAIM } from './claims.ts';
import { FORMS, type Pass } from './pass.ts';
import { decodePass, encodePass } from './passes.ts';
import { SUITES } from './suites.ts';

const phone = namedKey('phone');
const passes = onePassEach(phone.publicKey);
const count = fc.nat(0xffff_ffff);
const seconds = fc.nat(LATEST / 1_000 - 1).map((each) => each * 1_000);
const times = fc
  .tuple(seconds, seconds)
  .filter(([one, other]) => one !== other)
  .map(([one, other]) => ({ issuedAt: Math.min(one, other), expiresAt: Math.max(one, other) }));
const member = { index: count, hint: fc.nat(0xfff) };
const holderKey = fc
  .tuple(fc.constantFrom(2, 3), fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([first, x]) => Uint8Array.of(first, ...x));
const anyPass: fc.Arbitrary<Pass> = fc
  .tuple(
    times,
    fc.oneof(
      fc.record({
        ...{ form: fc.constant('online' as const), epoch: count, ...member, rules: count },
        colour: fc.constantFrom('green' as const, 'yellow' as const, 'red' as const),
      }),
      fc.record({ form: fc.constant('holder' as const), epoch: count, ...member, rules: count, holderKey }),
      fc.record({
        ...{ form: fc.constant('group' as const), epoch: count, rules: count, holderKey },
        members: fc.array(fc.record(member, { noNullPrototype: true }), { minLength: 2, maxLength: 6 }),
      }),
      fc.record({
        ...{ form: fc.constant('paper' as const), ...member, rules: count },
        name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
        birthYear: fc.integer({ min: 1850, max: 2200 }),
      }),
    ),
  )
  .map(([each, form]) => ({ ...form, ...each }));

describe('a pass', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        assert.deepEqual(decodePass(encodePass(pass)), pass);
      }),
      { numRuns: 500 },
    );
  });

  test('is not written when it could not be read', () => {
    const { online, group, holder, paper } = passes;
    const first = group.members[0]!;
    for (const [what, pass] of Object.entries<Pass>({
      'parts of a second': { ...online, issuedAt: PASS_AT + 0.5 },
      'expired before it was issued': { ...online, expiresAt: PASS_AT },
      'a hint of 13 bits': { ...online, hint: 0x1000 },
      'an index of five bytes': { ...holder, index: 2 ** 32 },
      'an index below zero': { ...holder, index: -1 },
      'a key that is no compressed point': { ...holder, holderKey: phone.publicKey.slice(1) },
      'a group of one': { ...group, members: [first] },
      'a group of seven': { ...group, members: Array(7).fill(first) },
      'no name': { ...paper, name: '' },
      'a name that does not fit': { ...paper, name: '名'.repeat(41) },
      'a birth in the future': { ...paper, birthYear: 2201 },
    }))
      assert.throws(() => encodePass(pass), RangeError, what);
  });

  for (const form of FORMS) {
    test(`is not read when it holds anything more, or less: ${form}`, () => {
      const claims = decodeCbor(encodePass(passes[form]));
      assert.ok(isMap(claims));
      const fields = claims.get(CLAIM.ours);
      assert.ok(isArray(fields));
      const readsWith = (key: CborKey, value: CborValue) =>
        decodePass(encodeCbor(new Map([...claims, [key, value]])));
      for (const key of claims.keys()) {
        const rest: CborMap = new Map([...claims].filter(([name]) => name !== key));
        assert.equal(decodePass(encodeCbor(rest)), undefined, `without ${key}`);
        assert.equal(readsWith(key, 'text'), undefined, `with a text as ${key}`);
      }
      for (const more of [1, 5, 7, -65_538, 'name']) assert.equal(readsWith(more, 1), undefined);
      for (const more of [[0], [false], [true, true]])
        assert.equal(readsWith(CLAIM.ours, [...fields, ...more]), undefined);
      const marked = readsWith(CLAIM.ours, [...fields, true]);
      if (form === 'online' || form === 'paper') assert.equal(marked, undefined);
      else assert.deepEqual(marked, { ...passes[form], needsNewerLists: true });
      for (const at of fields.keys()) {
        assert.equal(readsWith(CLAIM.ours, fields.toSpliced(at, 1)), undefined, `without field ${at}`);
        for (const wrong of [-1, null, true, Uint8Array.of(1), 2 ** 40])
          assert.equal(readsWith(CLAIM.ours, fields.with(at, wrong)), undefined, `field ${at}: ${wrong}`);
      }
      assert.ok(decodePass(encodeCbor(claims)));
    });
  }
});

describe('the picture of a pass', () => {
  const most = { index: 0xffff_ffff, hint: 0xfff };
  const largest: Readonly<Record<Pass['form'], Pass>> = {
    online: { ...passes.online, ...most, rules: 0xffff_ffff, epoch: 0xffff_ffff },
    holder: { ...passes.holder, ...most, rules: 0xffff_ffff, needsNewerLists: true },
    group: { ...passes.group, members: Array(6).fill(most), rules: 0xffff_ffff, needsNewerLists: true },
    paper: { ...passes.paper, ...most, name: '名'.repeat(40), rules: 0xffff_ffff },
  };
  /** By form: the characters of the text, and the modules of a side. */
  const SIZES = {
    online: { ES256: [190, 49], SM2: [196, 49] },
    holder: { ES256: [391, 65], SM2: [397, 65] },
    group: { ES256: [453, 69], SM2: [459, 69] },
    paper: { ES256: [369, 65], SM2: [375, 65] },
  } as const;
  const VERSION_13 = 17 + 4 * 13;

  for (const suite of SUITES) {
    for (const form of FORMS) {
      test(`fits into version 13 with correction M, however large its numbers are: ${form}, ${suite}`, () => {
        const text = textOf(largest[form], makeIssuer(namedKey('issuer', suite)), phone, PASS_AT);
        const modules = encodeQR(text, 'raw', { ecc: 'medium', border: 1 }).length - 2;
        assert.ok(modules <= VERSION_13, `${modules} modules`);
        assert.deepEqual([text.length, modules], SIZES[form][suite]);
      });
    }
  }
});
