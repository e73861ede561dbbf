import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dayOf, parseInstant } from '../../domain/time.ts';
import { createCalendar } from './calendar.ts';
import { readDivisions } from './divisions.ts';
import { createDice } from './random.ts';
import { createRiskMap, listedAreas, printRiskLists } from './risk-areas.ts';

interface Listed {
  readonly type: string;
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly area_name: string;
  readonly communitys: readonly string[];
}

interface Snapshot {
  readonly data: {
    readonly end_update_time: string;
    readonly hcount: number;
    readonly mcount: number;
    readonly highlist: readonly Listed[];
    readonly middlelist: readonly Listed[];
  };
  readonly code: number;
  readonly msg: string;
}

const divisions = readDivisions();
const calendar = createCalendar(dayOf(parseInstant('2021-01-20T00:00:00+08:00')));
const snapshots = printRiskLists(divisions, calendar)
  .trimEnd()
  .split('\n')
  .map((line): Snapshot => JSON.parse(line));

/** Every listed text with its level, at a snapshot. */
function levelsAt({ data }: Snapshot): Map<string, string> {
  const entries = ([list, level]: readonly [readonly Listed[], string]) =>
    list.flatMap(({ area_name, communitys }) =>
      communitys.map((text) => [`${area_name} ${text}`, level] as const),
    );
  return new Map([...entries([data.middlelist, 'medium']), ...entries([data.highlist, 'high'])]);
}

describe('the risk lists of the demo', () => {
  test('are 24 snapshots in the official format, from 2 to 20 January', () => {
    assert.equal(snapshots.length, 24);
    assert.equal(snapshots[0]!.data.end_update_time, '2021-01-02 8时');
    assert.equal(snapshots[1]!.data.end_update_time, '2021-01-03 08时');
    assert.equal(snapshots.at(-1)!.data.end_update_time, '2021-01-20 08时');
    for (const { data, code, msg } of snapshots) {
      assert.deepEqual([code, msg], [0, '查询成功']);
      assert.match(data.end_update_time, /^2021-01-\d\d \d{1,2}时$/);
      assert.equal(data.hcount, data.highlist.flatMap(({ communitys }) => communitys).length);
      assert.equal(data.mcount, data.middlelist.flatMap(({ communitys }) => communitys).length);
      for (const { type, province, city, county, area_name } of [...data.highlist, ...data.middlelist])
        assert.deepEqual([type, area_name], ['2', `${province} ${city} ${county}`]);
    }
  });

  test('have areas that come, are raised, are lowered and go', () => {
    const seen = new Set<string>();
    for (const [before, after] of snapshots.slice(1).map((each, i) => [snapshots[i]!, each] as const)) {
      const [old, now] = [levelsAt(before), levelsAt(after)];
      for (const [text, level] of now) {
        if (!old.has(text)) seen.add('comes');
        else if (old.get(text) !== level) seen.add(level === 'high' ? 'raised' : 'lowered');
      }
      for (const text of old.keys()) if (!now.has(text)) seen.add('goes');
    }
    assert.deepEqual([...seen].sort(), ['comes', 'goes', 'lowered', 'raised']);
  });

  test('hold what the areas say: as many at each level as stand at its hour', () => {
    const areas = listedAreas(calendar);
    for (const { data } of snapshots) {
      const [date, hour] = data.end_update_time.split(' ');
      const at = parseInstant(`${date}T${hour!.replace('时', '').padStart(2, '0')}:00:00+08:00`);
      const standing = areas.filter(({ from, to = Number.POSITIVE_INFINITY }) => from <= at && at < to);
      const count = (wanted: string) => standing.filter(({ level }) => level === wanted).length;
      assert.deepEqual([data.hcount, data.mcount], [count('high'), count('medium')]);
    }
  });

  test('name real places: what is no free text is the name of a street or community of its county', () => {
    const texts = new Set(snapshots.flatMap((snapshot) => [...levelsAt(snapshot).keys()]));
    assert.equal(texts.size, createRiskMap(divisions).count);
    assert.ok(texts.has('浙江省 绍兴市 越城区 塔山街道'));
    assert.ok(texts.has('浙江省 舟山市 嵊泗县 全域'));
    assert.ok(texts.has('浙江省 金华市 磐安县 青山小区2号楼'));
    for (const text of texts) assert.doesNotMatch(text, /\d{4}/, 'a code without a name');
  });

  test('are visited surely and possibly, in every area', () => {
    const risks = createRiskMap(divisions);
    const dice = createDice(1);
    for (let area = 0; area < risks.count; area++)
      for (const inside of [true, false]) assert.match(risks.visit(area, dice, inside).region, /^33\d{4}/);
  });
});
