import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ListedPlaces, type MadeUpList, officialList } from '../../test/official-lists.ts';
import { parseInstant } from '../time.ts';
import { type Taken, takeList } from './in-force.ts';
import type { Standing } from './plausibility.ts';
import { readSnapshot } from './snapshot.ts';

const RECEIVED = parseInstant('2022-10-01T00:00:00+08:00');

/** Takes lists one after the other. */
function take(lists: readonly unknown[], accepted: readonly string[] = []): Taken[] {
  let standing: Standing | undefined;
  return lists.map((value) => {
    const { snapshot } = readSnapshot(value);
    assert.ok(snapshot);
    const judging = { receivedAt: RECEIVED, accepted: new Set(accepted.map(parseInstant)) };
    const taken = takeList(standing, snapshot, judging);
    standing = taken.standing;
    return taken;
  });
}

function takeMade(...lists: readonly MadeUpList[]): Taken[] {
  return take(lists.map(officialList));
}

function shaoxing(...places: readonly string[]): readonly ListedPlaces[] {
  return [['浙江省', '绍兴市', '越城区', places]];
}

/** So many made-up places of a city. */
function many(province: string, city: string, count: number): ListedPlaces {
  return [province, city, '新区', Array.from({ length: count }, (_, i) => `${i + 1}号楼`)];
}

const ZHEJIANG = many('浙江省', '绍兴市', 40);
const JIANGSU = many('江苏省', '苏州市', 60);

describe('the ledger of lists', () => {
  test('has no changes for the first list', () => {
    const [first] = takeMade({ time: '2022-04-15 8时', high: shaoxing('甲', '乙'), medium: shaoxing('丙') });
    assert.deepEqual(first?.line, {
      ...{ time: '2022-04-15T08:00:00+08:00', high: 2, medium: 1, low: 0 },
      ...{ added: 0, removed: 0, raised: 0, lowered: 0, rejected: null },
    });
  });

  test('counts what was added, removed, raised and lowered since the list before', () => {
    const [, second] = takeMade(
      { time: '2022-04-15 8时', high: shaoxing('甲', '乙'), medium: shaoxing('丙', '丁') },
      {
        time: '2022-04-15 9时',
        high: shaoxing('丙'),
        medium: shaoxing('甲', '丁', '戊'),
        low: shaoxing('己'),
      },
    );
    const { time: _, rejected, ...counts } = second!.line;
    assert.deepEqual(counts, { high: 1, medium: 3, low: 1, added: 2, removed: 1, raised: 1, lowered: 1 });
    assert.equal(rejected, null);
  });

  test('counts a place once, at the higher of two levels, and blank places not at all', () => {
    const [list] = takeMade({
      time: '2022-04-15 8时',
      high: [...shaoxing('甲', '甲'), ['', '', '', []]],
      medium: shaoxing('甲', '', ' '),
    });
    assert.equal(list?.line.high, 1);
    assert.equal(list.line.medium, 0);
    assert.equal(list.line.rejected, null);
  });

  test('takes lists in the order given, also when their times go back or come again', () => {
    const taken = takeMade(
      { time: '2022-04-15 12时', high: shaoxing('甲') },
      { time: '2022-04-15 12时', high: shaoxing('甲', '乙') },
      { time: '2022-04-15 11时', high: shaoxing('甲') },
      { time: '2022-04-15 13时', high: shaoxing('甲') },
    );
    assert.deepEqual(
      taken.map(({ line }) => [line.added, line.removed, line.rejected]),
      [
        [0, 0, null],
        [1, 0, null],
        [0, 1, null],
        [0, 0, null],
      ],
    );
  });
});

describe('a list that cannot be true is held', () => {
  const good = { time: '2022-07-10 8时', high: [ZHEJIANG, JIANGSU] };
  const reasonAfter = (...lists: readonly MadeUpList[]) => takeMade(...lists).at(-1)?.line.rejected ?? null;

  test('when its header counts other places than it has', () => {
    const list = officialList(good);
    const [taken] = take([{ ...list, data: { ...list.data, hcount: 99 } }]);
    assert.equal(taken?.line.rejected, 'says 99 places, and the list has 100');
    assert.equal(taken.held?.field, 'data.hcount');
    assert.equal(taken.standing, undefined);
  });

  test('when it announces low areas and has none', () => {
    const list = officialList(good);
    const [taken] = take([{ ...list, data: { ...list.data, lcount: 12 } }]);
    assert.equal(taken?.line.rejected, 'says 12 places, and the list has 0');
  });

  test('when it is empty after one of five areas or more', () => {
    const five = shaoxing('甲', '乙', '丙', '丁', '戊');
    assert.equal(
      reasonAfter({ time: '2022-07-10 8时', high: five }, { time: '2022-07-10 9时' }),
      'has no area at all, after 5 in the last good list',
    );
    assert.equal(reasonAfter({ time: '2022-07-10 8时' }, { time: '2022-07-10 9时' }), null);
  });

  test('when a province with many areas is gone or cut to a sliver, whatever the total says', () => {
    const left = many('浙江省', '绍兴市', 2);
    const more = many('江苏省', '苏州市', 98);
    assert.match(
      String(reasonAfter(good, { time: '2022-07-10 9时', high: [more] })),
      /^浙江省 falls from 40 areas to 0/,
    );
    assert.match(
      String(reasonAfter(good, { time: '2022-07-10 9时', high: [left, more] })),
      /^浙江省 falls from 40 areas to 2/,
    );
  });

  test('when a province loses what was newly listed', () => {
    const reason = reasonAfter(
      { time: '2022-07-01 8时', medium: [JIANGSU] },
      { time: '2022-07-03 8时', medium: [JIANGSU] },
      { time: '2022-07-05 8时', medium: [JIANGSU, many('浙江省', '绍兴市', 12)] },
      { time: '2022-07-06 8时', medium: [JIANGSU] },
    );
    assert.match(
      String(reason),
      /^浙江省 falls from 12 areas to 0.* 12 not known to be older than 60 hours$/,
    );
  });

  test('when it lost half of its areas at once', () => {
    const cities = ['宁波市', '温州市', '嘉兴市'].map((city, i) => many(`省${i}`, city, 30));
    const rest = cities.map(([province, city]) => many(province, city, 14));
    assert.equal(
      reasonAfter({ time: '2022-07-10 8时', high: cities }, { time: '2022-07-10 9时', high: rest }),
      'falls from 90 areas to 42',
    );
  });

  test('when a level with many areas is empty', () => {
    assert.equal(
      reasonAfter({ ...good, medium: [many('安徽省', '宿州市', 20)] }, { ...good, time: '2022-07-10 9时' }),
      'is empty, after 20 areas',
    );
  });

  test('when it is dated before the first national list, or in the future', () => {
    assert.equal(reasonAfter({ ...good, time: '2002-07-10 9时' }), 'lies before the first national list');
    assert.equal(reasonAfter({ ...good, time: '2022-10-02 9时' }), 'lies in the future');
    assert.equal(reasonAfter({ ...good, time: '2022-10-01 9时' }), null);
  });

  test('when its date is far off and its places are those of the last list', () => {
    const reason =
      /^lies 365 days from the last good list \(2022-07-10T08:00:00\+08:00\), and 100 areas are the same$/;
    assert.match(String(reasonAfter(good, { ...good, time: '2021-07-10 8时' })), reason);
  });
});

describe('a list is in force', () => {
  test('when a province drops areas that had stood for days and were not high', () => {
    const taken = takeMade(
      { time: '2022-07-01 8时', medium: [ZHEJIANG, JIANGSU] },
      { time: '2022-07-03 8时', medium: [ZHEJIANG, JIANGSU] },
      { time: '2022-07-05 8时', medium: [JIANGSU] },
    );
    assert.deepEqual(
      taken.map(({ line }) => line.rejected),
      [null, null, null],
    );
  });

  test('when a province with few areas drops them', () => {
    const [, second] = takeMade(
      { time: '2022-07-01 8时', high: [JIANGSU, ...shaoxing('甲', '乙', '丙')] },
      { time: '2022-07-01 9时', high: [JIANGSU] },
    );
    assert.equal(second?.line.rejected, null);
  });

  test('when the last few areas of the country go', () => {
    const few = { time: '2022-07-10 8时', high: shaoxing('甲', '乙', '丙', '丁') };
    assert.equal(takeMade(few, { time: '2022-07-11 8时' }).at(-1)?.line.rejected, null);
  });

  test('however much it grows', () => {
    const [, second] = takeMade(
      { time: '2022-07-01 8时', high: shaoxing('甲') },
      { time: '2022-07-01 9时', high: [...shaoxing('甲'), many('江苏省', '苏州市', 900)] },
    );
    assert.equal(second?.line.rejected, null);
  });

  test('when months lie between it and the list before', () => {
    const [, second] = takeMade(
      { time: '2021-08-19 12时', high: [ZHEJIANG] },
      { time: '2022-04-15 11时', high: [JIANGSU] },
    );
    assert.equal(second?.line.rejected, null);
  });
});

describe('while a list is held', () => {
  const good = { time: '2022-07-10 8时', high: [ZHEJIANG, JIANGSU] };
  const cut = (hour: number): MadeUpList => ({ time: `2022-07-10 ${hour}时`, high: [JIANGSU] });

  test('the last good one stays in force, and the next is compared with it', () => {
    const taken = takeMade(good, cut(9), { ...good, time: '2022-07-10 10时' });
    assert.deepEqual(taken[1]?.standing?.areas, taken[0]?.standing?.areas);
    assert.deepEqual([taken[1]?.line.removed, taken[2]?.line.added, taken[2]?.line.rejected], [40, 0, null]);
  });

  test('it stays so, however often it comes again', () => {
    const days = Array.from({ length: 14 }, (_, i) => ({ ...cut(9), time: `2022-07-${11 + i} 9时` }));
    const taken = takeMade(good, ...days).slice(1);
    assert.ok(taken.every(({ held }) => held !== undefined));
  });

  test('a person may put it in force by its time', () => {
    const taken = take([good, cut(9), cut(10)].map(officialList), ['2022-07-10T09:00:00+08:00']);
    assert.deepEqual(
      taken.map(({ line }) => line.rejected),
      [null, null, null],
    );
    assert.equal(taken[1]?.line.removed, 40);
  });
});
