import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOverseas } from './countries.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

describe('a country from which one enters (R2e)', () => {
  for (const code of ['US', 'AF', 'ZW', 'GB', 'AX', 'BQ', 'SS'])
    test(code, () => assert.ok(isOverseas(code)));
  for (const code of ['HK', 'MO', 'TW']) test(`${code} counts`, () => assert.ok(isOverseas(code)));

  const NONE: readonly (readonly [why: string, code: string])[] = [
    ['the mainland', 'CN'],
    ['a code in small letters', 'us'],
    ['a code of three letters', 'USA'],
    ['a number', '840'],
    ['nothing', ''],
    ['two codes', 'US GB'],
    ['a code reserved but not assigned', 'UK'],
    ['the European Union', 'EU'],
    ['a code for private use', 'XK'],
    ['a country that is no more', 'SU'],
  ];
  for (const [why, code] of NONE) test(`is not ${why}`, () => assert.ok(!isOverseas(code)));

  test('is one of 249 codes, without the mainland', () => {
    const codes = LETTERS.flatMap((one) => LETTERS.map((other) => one + other));
    assert.equal(codes.filter(isOverseas).length, 248);
  });
});
