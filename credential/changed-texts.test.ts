import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { verify } from '../gate/verify.ts';
import { busyMs } from '../test/durations.ts';
import { onePassEach, PASS_AT } from '../test/made-up-passes.ts';
import { keysOf, makeIssuer, namedKey, textOf } from '../test/pass-issuer.ts';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { encodeCbor } from './cbor/encode.ts';
import { FORMS } from './pass.ts';
import { openText, readText } from './read.ts';
import { passText, TEXT_PREFIX } from './show.ts';
import { SUITES } from './suites.ts';

const phone = namedKey('phone');
const passes = onePassEach(phone.publicKey);
const issuers = SUITES.map((suite) => makeIssuer(namedKey('issuer', suite)));
const keys = keysOf(issuers);
const NOW = PASS_AT + 1_000;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

const kindOf = (text: string) => readText(text, keys, NOW, verify).kind;
const bytesOf = (text: string) => decodeBase45(text.slice(TEXT_PREFIX.length))!;

for (const issuer of issuers) {
  for (const form of FORMS) {
    const text = textOf(passes[form], issuer, phone, PASS_AT);
    describe(`the text of a pass: ${form}, ${issuer.suite}`, () => {
      test('is refused with any bit of its bytes turned', () => {
        const bytes = bytesOf(text);
        for (const [at, byte] of bytes.entries()) {
          // SM2 takes ten times as long: there each byte has one of its bits turned.
          const bits = issuer.suite === 'SM2' ? [at % 8] : [0, 1, 2, 3, 4, 5, 6, 7];
          for (const bit of bits) {
            const changed = passText(bytes.with(at, byte ^ (1 << bit)));
            assert.equal(kindOf(changed), 'refused', `bit ${bit} of byte ${at}`);
          }
        }
      });

      test('is refused with any character another, missing, or twice', () => {
        for (const [at, character] of [...text].entries()) {
          const [before, after] = [text.slice(0, at), text.slice(at + 1)];
          const other = ALPHABET[(ALPHABET.indexOf(character) + 1 + (at % 44)) % 45]!;
          for (const changed of [
            `${before}${other}${after}`,
            before + after,
            before + character + character + after,
          ])
            assert.ok(changed === text || kindOf(changed) === 'refused', `${at}: ${changed}`);
        }
      });

      test('is refused when it is cut off anywhere, or goes on', () => {
        for (let length = 0; length < text.length; length++)
          assert.equal(kindOf(text.slice(0, length)), 'refused');
        for (const more of ['0', '00', '000', ' ', '\n', text]) assert.equal(kindOf(text + more), 'refused');
        assert.equal(kindOf(text.toLowerCase()), 'refused');
        assert.equal(kindOf(text), 'opened');
      });
    });
  }
}

describe('garbage', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  const headers = fc.constantFrom(
    ...['a10126', 'a2012604480102030405060708', '', 'a0', 'a1013a00010001', 'a1014101'],
  );
  const payload = fc.oneof(bytes, fc.constantFrom(new Uint8Array(0), Uint8Array.of(0xa0)));
  const message = fc
    .tuple(headers, payload, fc.constantFrom(0, 63, 64, 65))
    .map(([header, content, length]) => [
      Buffer.from(header, 'hex'),
      new Map(),
      content,
      new Uint8Array(length),
    ])
    .map((value) => encodeCbor({ tag: 18, value }));

  test('is refused, and nothing is thrown', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.string({ unit: 'binary' }).map((rest) => TEXT_PREFIX + rest),
      bytes.map((each) => TEXT_PREFIX + encodeBase45(each)),
      message.map(passText),
    );
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(openText(text, keys, NOW).kind, 'refused');
      }),
      { numRuns: 2_000 },
    );
  });

  test('that is long is not even looked at', () => {
    const text = TEXT_PREFIX + '0'.repeat(10_000_000);
    assert.equal(kindOf(text), 'refused');
    const read = () => {
      for (let i = 0; i < 1_000; i++) assert.equal(kindOf(text), 'refused');
    };
    assert.ok(busyMs(read) < 1_000);
  });
});
