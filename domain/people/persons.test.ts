import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRecord } from '../evidence/record.ts';
import { parseInstant } from '../time.ts';
import type { Document } from './document.ts';
import { type Entry, type Persons, personsOf } from './persons.ts';

const LISTS = { designationReasons: ['community-screening'] };
const [A, B, C, D]: readonly Document[] = ['11111111', '22222222', '33333333', '44444444'].map((number) => ({
  type: 'tw-permit',
  number,
}));
const KNOWN = '2021-01-10T00:00:00+08:00';

/** A record: who, id and version, when it was recorded, and what else it says. */
function line(person: unknown, id: string, version = 1, more: object = {}): object {
  const data = { country: 'US', enteredAt: '2021-01-01T00:00:00+08:00' };
  const recordedAt = '2021-01-02T00:00:00+08:00';
  const rest = { source: 'border', recordedAt, person: { document: person }, kind: 'overseas', data };
  return { ...rest, id, version, ...more };
}

function same(person: unknown, id: string, sameAs: unknown, more: object = {}): object {
  return line(person, id, 1, { kind: 'identity', data: { document: person, sameAs }, ...more });
}

function persons(...lines: readonly object[]): Persons {
  const entries = lines.map((value, i): Entry => ({ line: i + 1, reading: readRecord(value, LISTS) }));
  return personsOf(entries, parseInstant(KNOWN));
}

/** Each person as the first digit of the document and the ids of the records that count. */
function told({ persons: found }: Persons): string[] {
  return found.map(({ document, facts }) =>
    [document.number[0], ...facts.map(({ id }) => id).sort()].join(' '),
  );
}

const LATER = { recordedAt: '2021-01-10T00:00:00.001+08:00' };
const RETRACTED = { retracted: true };

describe('records become persons', () => {
  const ROWS: readonly (readonly [
    sentence: string,
    lines: readonly object[],
    expected: readonly string[],
  ])[] = [
    ['in the order in which they first appear', [line(B, 'x'), line(A, 'y'), line(B, 'z')], ['2 x z', '1 y']],
    ['with nothing, when all is unknown', [line(A, 'x', 1, LATER)], ['1']],
    ['with what is recorded at k itself', [line(A, 'x', 1, { recordedAt: KNOWN })], ['1 x']],
    ['with nothing, when all is retracted', [line(A, 'x'), line(A, 'x', 2, RETRACTED)], ['1']],
    [
      'with the highest version that is known',
      [line(A, 'x'), line(A, 'x', 3, LATER), line(B, 'x', 2)],
      ['1', '2 x'],
    ],
    ['whatever the order of versions', [line(B, 'x', 2), line(A, 'x', 1)], ['2 x', '1']],
    ['revived by a later version', [line(A, 'x'), line(A, 'x', 2, RETRACTED), line(A, 'x', 3)], ['1 x']],
    [
      'not retracted before that is known',
      [line(A, 'x'), line(A, 'x', 2, { ...RETRACTED, ...LATER })],
      ['1 x'],
    ],
    [
      'with a retraction that has no data',
      [line(A, 'x'), line(A, 'x', 2, { ...RETRACTED, data: undefined })],
      ['1'],
    ],
    [
      'a record moves to another person, alone',
      [line(A, 'x'), line(A, 'y'), line(B, 'x', 2)],
      ['1 y', '2 x'],
    ],
    [
      'the same id of another source is another record',
      [line(A, 'x'), line(A, 'x', 1, { source: 'customs' })],
      ['1 x x'],
    ],
    ['a redelivery counts once', [line(A, 'x'), line(A, 'x')], ['1 x']],
    ['of a redelivery the first recordedAt stands', [line(A, 'x', 1, LATER), line(A, 'x')], ['1 x']],
    ['and it stands when it came first', [line(A, 'x'), line(A, 'x', 1, LATER)], ['1 x']],
    ['joined by an identity record', [line(A, 'x'), line(B, 'y'), same(A, 'i', B)], ['1 i x y']],
    ['which joins both ways', [line(B, 'y'), line(A, 'x'), same(A, 'i', B)], ['2 i x y']],
    ['and through a third', [line(A, 'x'), line(C, 'z'), same(A, 'i', B), same(C, 'j', B)], ['1 i j x z']],
    [
      'stated about somebody else, who joins too',
      [line(A, 'x'), line(B, 'y'), { ...same(A, 'i', B), person: { document: C } }],
      ['1 i x y'],
    ],
    [
      'not by one that is retracted',
      [line(A, 'x'), line(B, 'y'), same(A, 'i', B, RETRACTED)],
      ['1 x', '2 y'],
    ],
    [
      'not by one that is not known yet',
      [line(A, 'x'), line(B, 'y'), same(A, 'i', B, LATER)],
      ['1 x', '2 y'],
    ],
    [
      'under the first document, though its line is unknown',
      [line(B, 'y', 1, LATER), line(A, 'x'), same(A, 'i', B)],
      ['2 i x'],
    ],
    ['of which one that is only named is not the first', [same(A, 'i', B), line(B, 'y')], ['1 i y']],
    ['long chains', [line(D, 'w'), same(C, 'k', D), same(B, 'j', C), same(A, 'i', B)], ['4 i j k w']],
    ['a document joined to itself', [line(A, 'x'), same(A, 'i', A)], ['1 i x']],
  ];
  for (const [sentence, lines, expected] of ROWS) {
    test(sentence, () => {
      const found = persons(...lines);
      assert.deepEqual(told(found), expected);
      assert.deepEqual(found.faults, []);
    });
  }

  test('a trailing x is X, of the same person', () => {
    const [small, capital] = ['x', 'X'].map((digit) => ({
      type: 'resident-id',
      number: `33990019900101002${digit}`,
    }));
    assert.equal(persons(line(small, 'x'), line(capital, 'y')).persons.length, 1);
  });
});

describe('a fault silences (docs/decisions/0009)', () => {
  const BAD = { data: { country: 'CN', enteredAt: '2021-01-01T00:00:00+08:00' } };
  const OTHER = { data: { country: 'FR', enteredAt: '2021-01-01T00:00:00+08:00' } };
  const ROWS: readonly (readonly [
    sentence: string,
    lines: readonly object[],
    left: readonly string[],
    at: readonly number[],
  ])[] = [
    [
      'the person of the record and nobody else',
      [line(A, 'x'), line(A, 'y', 1, BAD), line(B, 'z')],
      ['2 z'],
      [2],
    ],
    [
      'whoever is joined to that person',
      [line(A, 'x', 1, BAD), line(B, 'y'), same(B, 'i', A), line(C, 'z')],
      ['3 z'],
      [1],
    ],
    [
      'both persons of an identity record',
      [line(A, 'x'), line(B, 'y'), { ...same(A, 'i', B), recordedAt: 'x' }, line(C, 'z')],
      ['3 z'],
      [3],
    ],
    ['when it is superseded too', [line(A, 'x', 1, BAD), line(A, 'x', 2)], [], [1]],
    ['when it is not known yet too', [line(A, 'x'), line(A, 'y', 1, { ...BAD, ...LATER })], [], [2]],
    ['when it is retracted too', [line(A, 'x', 1, { ...BAD, ...RETRACTED })], [], [1]],
    ['both persons of two contents of one version', [line(A, 'x'), line(B, 'x'), line(C, 'z')], ['3 z'], [2]],
    ['of other data', [line(A, 'x'), line(A, 'x', 1, OTHER)], [], [2]],
    [
      'of another kind',
      [line(A, 'x'), line(A, 'x', 1, { kind: 'identity', data: { document: A, sameAs: B } })],
      [],
      [2],
    ],
    ['of a retraction under the same version', [line(A, 'x'), line(A, 'x', 1, RETRACTED)], [], [2]],
    ['of two contents, one known later', [line(A, 'x'), line(A, 'x', 1, { ...OTHER, ...LATER })], [], [2]],
    ['two contents, one of them with a fault of its own', [line(A, 'x'), line(B, 'x', 1, BAD)], [], [2, 2]],
    [
      'nobody, when no document can be read',
      [line(A, 'x'), line({ type: 'tw-permit', number: '1' }, 'y')],
      ['1 x'],
      [2],
    ],
  ];
  for (const [sentence, lines, left, at] of ROWS) {
    test(sentence, () => {
      const found = persons(...lines);
      assert.deepEqual(told(found), left);
      assert.deepEqual(
        found.faults.map(({ line: number }) => number),
        at,
      );
    });
  }

  test('nobody, when the same is said in another order of names, or retracted: false is left out', () => {
    const stated = line(A, 'x', 1, { retracted: false });
    const again = Object.fromEntries(Object.entries(line(A, 'x')).reverse());
    assert.deepEqual(told(persons(stated, again)), ['1 x']);
  });
});
