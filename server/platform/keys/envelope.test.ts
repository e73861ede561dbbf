import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { contextOf, createDataKey, open, openDataKey, seal } from './envelope.ts';
import { createKeyRing } from './key-ring.ts';
import { openQuarantined, sealQuarantined } from './quarantine.ts';
import { SUITE_NAMES } from './suites/suite.ts';

const root = temporaryFolder();
const anyText = fc.string({ unit: 'grapheme', maxLength: 300 });
const UNREADABLE = { name: 'KeyError', code: 'unreadable' };

/** Each way of changing one bit, cutting off the end, and adding a byte. */
function* spoiltCopies(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const copy = Buffer.from(bytes);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    yield copy;
  }
  for (let length = 0; length < bytes.length; length++) yield bytes.subarray(0, length);
  yield Buffer.concat([bytes, Buffer.alloc(1)]);
}

for (const suite of SUITE_NAMES) {
  const ring = createKeyRing(join(root, suite), { suite });
  const stranger = createKeyRing(join(root, `${suite}-of-others`), { suite });
  const { wrapped, key } = createDataKey(ring, 'p');

  describe(`the data key of a person, under ${suite},`, () => {
    test('opens what it sealed, texts and bytes, also after it was stored and opened again', () => {
      fc.assert(
        fc.property(anyText, fc.uint8Array({ maxLength: 300 }), anyText, (text, bytes, context) => {
          const again = openDataKey(ring, 'p', wrapped);
          assert.equal(open(again, seal(key, text, context), context).toString(), text);
          assert.deepEqual(open(key, seal(again, bytes, context), context), Buffer.from(bytes));
        }),
      );
    });

    test('opens nothing in another context', () => {
      fc.assert(
        fc.property(anyText, anyText, anyText, (text, context, other) => {
          fc.pre(context !== other);
          assert.throws(() => open(key, seal(key, text, context), other), UNREADABLE);
        }),
      );
    });

    test('opens nothing of another person, and is not opened as that of another person', () => {
      const { key: other } = createDataKey(ring, 'q');
      assert.throws(() => open(other, seal(key, '张三', 'name'), 'name'), UNREADABLE);
      fc.assert(
        fc.property(anyText, (personId) => {
          fc.pre(personId !== 'p');
          assert.throws(() => openDataKey(ring, personId, wrapped), UNREADABLE);
        }),
      );
    });

    test('is not opened by another ring', () => {
      assert.throws(() => openDataKey(stranger, 'p', wrapped), UNREADABLE);
    });

    test('is not opened, nor opens anything, when one bit is flipped or the end is missing', () => {
      for (const copy of spoiltCopies(wrapped)) assert.throws(() => openDataKey(ring, 'p', copy), UNREADABLE);
      for (const copy of spoiltCopies(seal(key, 'x', 'c')))
        assert.throws(() => open(key, copy, 'c'), UNREADABLE);
    });

    test('is another one for the same person made twice', () => {
      const { key: second } = createDataKey(ring, 'p');
      assert.throws(() => open(second, seal(key, 'x', 'c'), 'c'), UNREADABLE);
    });

    test('fills texts up, so that only every 64th byte shows in the length', () => {
      const lengths = [0, 1, 18, 63].map((length) => seal(key, 'x'.repeat(length), 'c').length);
      assert.deepEqual([...new Set(lengths)], [1 + 12 + 64 + 16]);
      assert.equal(seal(key, 'x'.repeat(64), 'c').length, 1 + 12 + 128 + 16);
      for (const end of ['\0', '\0\0\u0080', '\u0080'])
        assert.equal(open(key, seal(key, end, 'c'), 'c').toString(), end);
    });
  });

  describe(`the quarantine, under ${suite},`, () => {
    test('opens what was sealed, in its own place only', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), anyText, anyText, (record, context, other) => {
          fc.pre(context !== other);
          const sealed = sealQuarantined(ring, record, context);
          assert.deepEqual(openQuarantined(ring, sealed, context), Buffer.from(record));
          assert.throws(() => openQuarantined(ring, sealed, other), UNREADABLE);
        }),
      );
    });

    test('opens nothing that was changed, nor what was sealed for another purpose, nor what another ring sealed', () => {
      for (const copy of spoiltCopies(sealQuarantined(ring, 'x', 'p')))
        assert.throws(() => openQuarantined(ring, copy, 'p'), UNREADABLE);
      assert.throws(() => openQuarantined(ring, wrapped, 'p'), UNREADABLE);
      assert.throws(() => openDataKey(ring, 'p', sealQuarantined(ring, Buffer.alloc(32), 'p')), UNREADABLE);
      assert.throws(() => openQuarantined(stranger, sealQuarantined(ring, 'x', 'p'), 'p'), UNREADABLE);
    });
  });

  test(`an error says nothing of the content, the context or the person, under ${suite}`, () => {
    const sealed = seal(key, '339900199001010011', '李四');
    sealed[40]! ^= 1;
    for (const work of [() => open(key, sealed, '李四'), () => openDataKey(ring, '王五', wrapped)]) {
      assert.throws(work, (error: Error) => {
        assert.equal(error.message, 'a sealed text does not open with these keys in this context');
        assert.equal(error.cause, undefined);
        return true;
      });
    }
  });
}

test('contexts of different parts are different', () => {
  const parts = fc.array(fc.oneof(anyText, fc.integer(), fc.constantFrom('a,b', '","', '1')), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      const same = a.length === b.length && a.every((part, i) => part === b[i]);
      assert.equal(contextOf(...a) === contextOf(...b), same);
    }),
  );
  assert.notEqual(contextOf('ab', 'c'), contextOf('a', 'bc'));
  assert.notEqual(contextOf('a","b'), contextOf('a', 'b'));
});
