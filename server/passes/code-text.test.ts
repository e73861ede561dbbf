import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodeBase45 } from '../../credential/base45.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { createKeyRing } from '../platform/keys/key-ring.ts';
import { sealWithRing } from '../platform/keys/ring-seal.ts';
import { SUITE_NAMES } from '../platform/keys/suites/suite.ts';
import { CODE_LIFE_MS, issueCode, readCode } from './code-text.ts';

const root = temporaryFolder();
const NOW = Date.UTC(2021, 0, 6);
const PERSON = timeUuid(NOW);
/** The characters of a QR code, and some that are none of them. */
const CHARACTERS = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:', 'a', '\0', '码', '\ud800'];

for (const suite of SUITE_NAMES) {
  const keys = createKeyRing(join(root, suite), { suite });
  const others = createKeyRing(join(root, `${suite}-of-others`), { suite });

  describe(`the text of a code, under ${suite},`, () => {
    test('leads to its person until it ends, whoever they are and whenever it was made', () => {
      const instant = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) });
      fc.assert(
        fc.property(fc.uuid(), instant, fc.nat({ max: CODE_LIFE_MS - 1 }), (personId, now, later) => {
          const { text, expiresAt } = issueCode(keys, personId, now);
          assert.equal(expiresAt, now + CODE_LIFE_MS);
          assert.deepEqual(readCode(keys, text, now + later), { personId });
        }),
      );
    });

    test('is short, and of the characters that a QR code stores densely', () => {
      const { text } = issueCode(keys, PERSON, NOW);
      assert.match(text, /^ZJ0:[0-9A-Z $%*+./:-]{80}$/);
    });

    test('is expired after a minute, to the millisecond', () => {
      const { text } = issueCode(keys, PERSON, NOW);
      assert.deepEqual(readCode(keys, text, NOW + 59_999), { personId: PERSON });
      assert.equal(readCode(keys, text, NOW + 60_000), 'expired');
      assert.equal(readCode(keys, text, NOW + 86_400_000), 'expired');
    });

    test('of a clock that runs ahead counts when that is a few seconds, and not as long as it would', () => {
      assert.deepEqual(readCode(keys, issueCode(keys, PERSON, NOW + 5_000).text, NOW), { personId: PERSON });
      assert.equal(readCode(keys, issueCode(keys, PERSON, NOW + 5_001).text, NOW), 'expired');
    });

    test('is unreadable with any one character changed, left out or added', () => {
      const { text } = issueCode(keys, PERSON, NOW);
      for (let at = 0; at < text.length; at++) {
        for (const character of CHARACTERS) {
          const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
          if (character !== text[at])
            assert.equal(readCode(keys, head + character + tail, NOW), 'unreadable');
          assert.equal(readCode(keys, head + tail, NOW), 'unreadable');
          const longer = head + character + text.slice(at);
          if (longer !== text) assert.equal(readCode(keys, longer, NOW), 'unreadable');
        }
      }
      assert.equal(readCode(keys, text.toLowerCase(), NOW), 'unreadable');
    });

    test('of other keys, and what was sealed for something else, is unreadable', () => {
      assert.equal(readCode(others, issueCode(keys, PERSON, NOW).text, NOW), 'unreadable');
      const bytes = Buffer.alloc(22, 0xff);
      const elsewhere = [
        sealWithRing(keys, 'code', bytes, 'something else'),
        sealWithRing(keys, 'session', bytes, 'code text 0'),
        sealWithRing(keys, 'code', bytes.subarray(1), 'code text 0'),
      ];
      for (const sealed of elsewhere)
        assert.equal(readCode(keys, `ZJ0:${encodeBase45(sealed)}`, NOW), 'unreadable');
    });

    test('shares nothing with another of its person that it does not share with those of others', () => {
      const same = Array.from({ length: 50 }, () => issueCode(keys, PERSON, NOW).text);
      const different = Array.from({ length: 50 }, () => issueCode(keys, randomUUID(), NOW).text);
      assert.equal(new Set(same).size, 50);
      assert.deepEqual(constantPlaces(same), constantPlaces(different));
      assert.deepEqual(constantPlaces(same), constantPlaces([...same, ...different]));
    });
  });
}

/** The places at which all of some texts have the same character, with that character. */
function constantPlaces(texts: readonly string[]): string[] {
  return [...texts[0]!].flatMap((character, at) =>
    texts.every((text) => text[at] === character) ? [`${at} ${character}`] : [],
  );
}

describe('any text at all', () => {
  const keys = createKeyRing(join(root, 'any'));
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^ZJ0:[0-9A-Z $%*+./:-]{0,124}$/),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => `ZJ0:${encodeBase45(bytes)}`),
  );

  test('is unreadable, and nothing worse', () => {
    fc.assert(
      fc.property(odd, (text) => readCode(keys, text, NOW) === 'unreadable'),
      { numRuns: 1_000 },
    );
  });

  test('is unreadable at once, however long', () => {
    const long = `ZJ0:${'A'.repeat(30_000_000)}`;
    const startedAt = performance.now();
    assert.equal(readCode(keys, long, NOW), 'unreadable');
    assert.ok(performance.now() - startedAt < 50);
  });
});
