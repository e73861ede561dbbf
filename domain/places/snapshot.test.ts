import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { officialList } from '../../test/official-lists.ts';
import { describeFault } from '../fault.ts';
import { printInstant } from '../time.ts';
import { looksLikeSnapshot, readSnapshot } from './snapshot.ts';

const LIST = officialList({
  time: '2022-04-15 11时',
  high: [['浙江省', '绍兴市', '越城区', ['府山街道', '塔山街道']]],
  medium: [['浙江省', '杭州市', '西湖区', ['翠苑街道']]],
});

function faultsOf(value: unknown): readonly string[] {
  return (readSnapshot(value).faults ?? []).map(describeFault);
}

/** The list with other data. */
function listWith(data: Record<string, unknown>) {
  return { ...LIST, data: { ...LIST.data, ...data } };
}

describe('an official list', () => {
  test('is read with the places of each level', () => {
    const { snapshot } = readSnapshot(LIST);
    assert.ok(snapshot);
    const { high, medium, low } = snapshot.lists;
    assert.deepEqual(high.entries, [
      { province: '浙江省', city: '绍兴市', county: '越城区', places: ['府山街道', '塔山街道'] },
    ]);
    assert.equal(high.announced, 2);
    assert.deepEqual(medium.entries[0]?.places, ['翠苑街道']);
    assert.deepEqual(low, { announced: undefined, entries: [] });
  });

  test('may have a low level', () => {
    const low = [['浙江省', '杭州市', '西湖区', ['西湖区其他区域']]] as const;
    const { snapshot } = readSnapshot(officialList({ time: '2022-07-21 16时', low }));
    assert.equal(snapshot?.lists.low.announced, 1);
    assert.deepEqual(snapshot.lists.low.entries[0]?.places, ['西湖区其他区域']);
  });

  test('keeps blank entries, double places and stray white space as they are', () => {
    const { snapshot } = readSnapshot(
      officialList({
        time: '2022-04-15 11时',
        high: [
          ['', '', '', []],
          ['浙江省', '绍兴市', '越城区', [' 府山街道', '府山街道', '']],
        ],
      }),
    );
    assert.deepEqual(
      snapshot?.lists.high.entries.map(({ places }) => places),
      [[], [' 府山街道', '府山街道', '']],
    );
  });

  // biome-ignore format: a table reads better as a table
  const times: readonly [written: string, meant: string][] = [
    ['2022-04-15 11时',   '2022-04-15T11:00:00+08:00'],
    ['2022-04-16 8时',    '2022-04-16T08:00:00+08:00'],
    ['2022-04-16 08时',   '2022-04-16T08:00:00+08:00'],
    ['2022-04-17 0时',    '2022-04-17T00:00:00+08:00'],
    ['2022-04-16 24时',   '2022-04-17T00:00:00+08:00'],
    [' 2022-4-6  8 时 ',  '2022-04-06T08:00:00+08:00'],
  ];
  for (const [written, meant] of times)
    test(`of "${written}" is of ${meant}`, () => {
      const { snapshot } = readSnapshot(listWith({ end_update_time: written }));
      assert.equal(snapshot && printInstant(snapshot.time), meant);
    });
});

describe('a list without its envelope', () => {
  test('is read: the answer code and the counts say nothing of the areas', () => {
    const { data } = LIST;
    const { snapshot } = readSnapshot({ data: { ...data, hcount: undefined, mcount: undefined } });
    assert.equal(snapshot?.lists.high.announced, undefined);
    assert.deepEqual(snapshot?.lists.high.entries, readSnapshot(LIST).snapshot?.lists.high.entries);
  });
});

describe('a list that is none', () => {
  const place = (communitys: unknown) => [
    { province: '浙江省', city: '绍兴市', county: '越城区', communitys },
  ];
  const time = 'data.end_update_time: must be a time such as 2022-04-15 11时';
  // biome-ignore format: a table reads better as a table
  const cases: readonly [why: string, value: unknown, faults: readonly string[]][] = [
    ['is no object',                [],                                          ['must be a JSON object']],
    ['has no data',                 { code: 0 },                                 ['data: is missing']],
    ['is an answer of failure',     { ...LIST, code: 500 },                      ['code: must be 0: the publisher answered with an error']],
    ['has no time',                 listWith({ end_update_time: undefined }),    ['data.end_update_time: is missing']],
    ['has a time of 25时',          listWith({ end_update_time: '2022-04-15 25时' }), [time]],
    ['has a day that does not exist', listWith({ end_update_time: '2022-02-30 11时' }), [time]],
    ['has another form of time',    listWith({ end_update_time: '2022-04-15T11:00' }), [time]],
    ['has a count that is a text',  listWith({ hcount: '2' }),                   ['data.hcount: must be a whole number']],
    ['has a list that is an object', listWith({ highlist: {} }),                 ['data.highlist: must be an array']],
    ['has no medium list',          listWith({ middlelist: undefined }),         ['data.middlelist: is missing']],
    ['has a count that is null',    listWith({ mcount: null }),                  ['data.mcount: must be a whole number']],
    ['has a low list that is null', listWith({ lowlist: null }),                 ['data.lowlist: must be an array']],
    ['has an entry that is a text', listWith({ highlist: ['府山街道'] }),         ['data.highlist[0]: must be an object']],
    ['has a place that is a number', listWith({ highlist: place(['府山街道', 7]) }), ['data.highlist[0].communitys[1]: must be a text']],
    ['has an entry without places', listWith({ highlist: place(undefined) }),    ['data.highlist[0].communitys: is missing']],
  ];
  for (const [why, value, faults] of cases)
    test(`because it ${why} is told by field and rule, and nothing of it is read`, () =>
      assert.deepEqual(faultsOf(value), faults));

  test('is told by its first faults when it is wrong everywhere', () => {
    assert.equal(faultsOf(listWith({ highlist: Array(1e5).fill(1) })).length, 20);
    assert.equal(faultsOf(listWith({ highlist: place(Array(1e5).fill(1)) })).length, 20);
  });
});

test('a list and a listed area are told apart by their fields', () => {
  assert.ok(looksLikeSnapshot(LIST));
  assert.ok(looksLikeSnapshot({ code: 500, msg: '系统繁忙' }));
  assert.ok(
    !looksLikeSnapshot({ level: 'high', region: '330602', from: 'x', data: 'whatever a source adds' }),
  );
  assert.ok(!looksLikeSnapshot('data'));
});
