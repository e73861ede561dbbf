import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AreaMatches, indexAreas, type Matching } from './area-index.ts';
import type { ListedArea } from './listed-area.ts';

const MATCHING: Matching = { stayMatch: 'inside', wholeRegionTexts: ['全域', '全区', '全市', '全县'] };
const [EARLY, KNOWN, LATE] = [Date.UTC(2021, 0, 5), Date.UTC(2021, 0, 10), Date.UTC(2021, 0, 20)];

function area(region: string, place?: string, more: Partial<ListedArea> = {}): ListedArea {
  const where = place === undefined ? { region } : { region, place };
  return { level: 'medium', ...where, from: EARLY, recordedAt: EARLY, ...more };
}

type Spot = readonly [region: string, place?: string];
type Match = 'inside' | 'possible' | 'no';

function matchOf({ inside, possible }: AreaMatches): Match {
  if (inside.length > 0) return 'inside';
  return possible.length > 0 ? 'possible' : 'no';
}

function match([stayRegion, stayPlace]: Spot, [region, place]: Spot, matching = MATCHING): Match {
  return matchOf(indexAreas([area(region, place)], KNOWN, matching)(stayRegion, stayPlace));
}

describe('a stay and a listed area', () => {
  const ROWS: readonly (readonly [sentence: string, stay: Spot, area: Spot, match: Match])[] = [
    ['the same county', ['330683'], ['330683'], 'inside'],
    ['a community of the county', ['330683001001'], ['330683'], 'inside'],
    ['a street of the city', ['330683001'], ['330600'], 'inside'],
    ['anywhere in the province', ['330683001001', '越都'], ['330000'], 'inside'],
    ['a prefix goes by steps: 310110 is none of 310112', ['310112'], ['310110'], 'no'],
    ['nor of a street of it', ['310112001'], ['310110'], 'no'],
    ['nor is 3301 of 3311', ['331100'], ['330100'], 'no'],
    ['another county', ['330682'], ['330683'], 'no'],
    ['another street', ['330683002'], ['330683001'], 'no'],
    ['trailing zeros of the area are dropped', ['330683001'], ['330683000000'], 'inside'],
    ['trailing zeros of the stay are dropped', ['330683000'], ['330683'], 'inside'],
    ['both drop them', ['330683001000'], ['330683001'], 'inside'],
    ['a place within a whole region', ['330683', '越都社区'], ['330683'], 'inside'],
    ['an empty place means the whole region', ['330683', '越都社区'], ['330683', ''], 'inside'],
    ['so does 全域', ['330683', '越都社区'], ['330683', '全域'], 'inside'],
    ['so does 全区', ['330683'], ['330683', '全区'], 'inside'],
    ['so does 全市', ['330683'], ['330600', '全市'], 'inside'],
    ['so does 全县', ['330683'], ['330683', '全县'], 'inside'],
    ['so does one with white space in it', ['330683', '越都'], ['330683', ' 全\u3000县 '], 'inside'],
    ['so does white space alone', ['330683', '越都'], ['330683', '\u3000'], 'inside'],
    ['a text that only holds one does not', ['330683', '越都'], ['330683', '越州全域'], 'no'],
    ['the same place', ['330683', '越都社区'], ['330683', '越都社区'], 'inside'],
    ['the same but for white space', ['330683', '越都 社区'], ['330683', '越都\u3000社区'], 'inside'],
    ['the same but for width', ['330683', '越都社区１幢'], ['330683', '越都社区1幢'], 'inside'],
    ['the same place, the stay in a community', ['330683001001', '越都'], ['330683', '越都'], 'inside'],
    ['a place with a space that has no width is another', ['330683', '越\u200b都'], ['330683', '越都'], 'no'],
    ['small letters are others than capitals', ['330683', 'abc'], ['330683', 'ABC'], 'no'],
    ['the stay names no place', ['330683'], ['330683', '越都社区'], 'possible'],
    ['the stay names the whole region', ['330683', '全域'], ['330683', '越都社区'], 'possible'],
    ['the stay names an empty place', ['330683', ''], ['330683', '越都社区'], 'possible'],
    [
      'the place of the stay is within that of the area',
      ['330683', '越都社区1幢'],
      ['330683', '越都社区'],
      'possible',
    ],
    ['and the other way round', ['330683', '越都'], ['330683', '越都社区'], 'possible'],
    ['the places contradict each other', ['330683', '越都社区'], ['330683', '大滩社区'], 'no'],
    ['the stay is coarser than the area', ['330683'], ['330683001'], 'possible'],
    ['a province is coarser still', ['330000'], ['330683001001'], 'possible'],
    ['coarser, and the places agree', ['330683', '越都'], ['330683001', '越都'], 'possible'],
    ['coarser, and the area is whole', ['330683', '越都'], ['330683001'], 'possible'],
    ['coarser, and the places contradict', ['330683', '越都'], ['330683001', '大滩'], 'no'],
    ['coarser by digits, not by steps', ['310110'], ['310112001'], 'no'],
  ];
  for (const [sentence, stay, listed, expected] of ROWS) {
    test(`${sentence}: ${expected}`, () => assert.equal(match(stay, listed), expected));
  }

  test('a possible match is inside where the parameter says so', () => {
    const matching = { ...MATCHING, stayMatch: 'possible' } as const;
    for (const [, stay, listed, expected] of ROWS)
      assert.equal(match(stay, listed, matching), expected === 'no' ? 'no' : 'inside');
  });

  test('the texts that mean a whole region are a parameter', () => {
    const matching = { ...MATCHING, wholeRegionTexts: ['ＡＬＬ of it'] };
    assert.equal(match(['330683', '越都'], ['330683', 'ALLofit'], matching), 'inside');
    assert.equal(match(['330683', '越都'], ['330683', '全域'], matching), 'no');
  });

  test('each area is matched again when it is asked again, and areas listed alike count once', () => {
    const areas = [area('330683'), area('330683', '越都'), area('330683001'), area('330000'), area('110000')];
    const find = indexAreas(areas, KNOWN, MATCHING);
    for (let i = 0; i < 3; i++) {
      const { inside, possible } = find('330683', '大滩');
      assert.deepEqual([inside.length, possible.length], [1, 1]);
      assert.equal(find('110105', undefined).inside.length, 1);
      assert.deepEqual(find('440000', undefined), { inside: [], possible: [] });
    }
  });
});

describe('an area as known at an instant', () => {
  const listing = (more: Partial<ListedArea>, knownAt = KNOWN) =>
    indexAreas([area('330683', undefined, more)], knownAt, MATCHING)('330683', undefined).inside[0];

  test('is unknown before it is recorded', () => {
    assert.equal(listing({ recordedAt: KNOWN + 1 }), undefined);
    assert.ok(listing({ recordedAt: KNOWN }));
  });

  test('may begin in the future', () => assert.equal(listing({ from: LATE })?.from, LATE));

  test('has no end while none is stated', () => assert.equal(listing({})?.to, Number.POSITIVE_INFINITY));

  test('has an end that is known', () => {
    assert.equal(listing({ to: KNOWN })?.to, KNOWN);
    assert.equal(listing({ to: KNOWN - 1 })?.to, KNOWN - 1);
  });

  test('has no end that lies after the instant of knowledge', () => {
    assert.equal(listing({ to: KNOWN + 1 })?.to, Number.POSITIVE_INFINITY);
    assert.equal(listing({ to: LATE, level: 'high' })?.to, Number.POSITIVE_INFINITY);
  });

  test('has its approved end when it is severe', () => {
    assert.equal(listing({ to: LATE, level: 'severe' })?.to, LATE);
  });

  test('is nothing when it was listed at no instant', () => assert.equal(listing({ to: EARLY }), undefined));
});
