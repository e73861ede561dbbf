import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isRegionCode, normalisePlace, significantSteps } from './region.ts';

describe('a region code', () => {
  for (const code of ['330683', '330683001', '330683001001', '330000', '999999', '010000', '330000000000'])
    test(`is ${code}`, () => assert.ok(isRegionCode(code)));

  const NONE: readonly (readonly [why: string, code: string])[] = [
    ['empty', ''],
    ['of 2 digits', '33'],
    ['of 4 digits', '3306'],
    ['of 5 digits', '33068'],
    ['of 7 digits', '3306830'],
    ['of 8 digits', '33068300'],
    ['of 10 digits', '3306830010'],
    ['of 11 digits', '33068300100'],
    ['of 13 digits', '3306830010010'],
    ['of 15 digits', '330683001001001'],
    ['of province 00', '000683'],
    ['of province 00 with a street', '000683001'],
    ['with a letter', '33068a'],
    ['with a sign', '+30683'],
    ['with white space', '330683 '],
    ['with a line break after it', '330683\n'],
    ['in wide digits', '３３０６８３'],
  ];
  for (const [why, code] of NONE) test(`is none ${why}`, () => assert.ok(!isRegionCode(code)));
});

describe('the steps of a region code (2-2-2-3-3)', () => {
  const STEPS: readonly (readonly [why: string, code: string, steps: string])[] = [
    ['all of a county', '330683', '330683'],
    ['all of a street', '330683001', '330683001'],
    ['all of a community', '330683001001', '330683001001'],
    ['a city, without the county 00', '330600', '3306'],
    ['a province, without 0000', '330000', '33'],
    ['a county of 9 digits, without the street 000', '330683000', '330683'],
    ['a county of 12 digits', '330683000000', '330683'],
    ['a street of 12 digits', '330683001000', '330683001'],
    ['a province of 12 digits', '330000000000', '33'],
    ['a zero within a step stays', '330610', '330610'],
    ['a step of zeros between others stays', '330001', '330001'],
    ['a street of zeros before a community stays', '330683000001', '330683000001'],
    ['a street that ends in zeros stays', '330683100', '330683100'],
    ['a city that ends in a zero stays', '331000', '3310'],
  ];
  for (const [why, code, steps] of STEPS) test(why, () => assert.equal(significantSteps(code), steps));

  test('a code with more zeros behind it is the same', () => {
    const code = fc.stringMatching(/^[1-9]\d{5}$/);
    const holds = fc.property(code, (text) => {
      const steps = significantSteps(text);
      return significantSteps(`${text}000`) === steps && significantSteps(`${text}000000`) === steps;
    });
    fc.assert(holds, { seed: 2021 });
  });
});

describe('a place in words, for comparison', () => {
  const PLACES: readonly (readonly [why: string, place: string, text: string])[] = [
    ['wide letters and digits are narrow ones', 'ＡＢ１２', 'AB12'],
    ['narrow kana are wide ones', 'ｶﾞ', 'ガ'],
    ['a space goes', '越都 社区', '越都社区'],
    ['an ideographic space goes', '越都\u3000社区', '越都社区'],
    ['a space that does not break goes', '越都\u00a0社区', '越都社区'],
    ['tabs and line breaks go', '\t越都\r\n社区\u2028\u0085', '越都社区'],
    ['nothing is left of white space', ' \u3000', ''],
    ['a space without width is no white space', '越都\u200b社区', '越都\u200b社区'],
    ['small letters are not capitals', 'abc', 'abc'],
    ['composed and decomposed are the same', 'e\u0301', '\u00e9'],
  ];
  for (const [why, place, text] of PLACES) test(why, () => assert.equal(normalisePlace(place), text));
});
