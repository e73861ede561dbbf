import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createHistory, createPlaceRegister } from '../../domain/places/history.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import type { PlaceResolver } from '../../domain/places/resolve-place.ts';
import { LISTED_LEVELS, type Snapshot } from '../../domain/places/snapshot.ts';
import { NEVER } from '../../domain/time.ts';
import { type AreaBeginning, type Coverage, type CoveredArea, openCoverage } from './coverage.ts';

const resolve: PlaceResolver = (_, place) => ({ depth: 'county', region: '330602', place, unknown: '' });
const PLACES = ['甲', '乙', '丙', ' 甲'];

const lists = fc.array(
  fc.record({
    time: fc.integer({ min: 0, max: 6 }),
    levels: fc.array(fc.constantFrom(...LISTED_LEVELS, undefined), { minLength: 4, maxLength: 4 }),
    /** Whether the changes are written down before the next list. */
    written: fc.boolean(),
    /** Whether everything is read again before the next list. */
    reopened: fc.boolean(),
  }),
  { maxLength: 12 },
);

function snapshotOf({ time, levels }: { time: number; levels: readonly unknown[] }): Snapshot {
  const listed = (level: string) => ({
    announced: undefined,
    entries: [
      {
        ...{ province: '浙江省', city: '绍兴市', county: '越城区' },
        places: PLACES.filter((_, i) => levels[i] === level),
      },
    ],
  });
  return { time, lists: { high: listed('high'), medium: listed('medium'), low: listed('low') } };
}

/** What a database would hold: every area with its last end. */
function createRecord() {
  const areas = new Map<number, AreaBeginning>();
  const ends = new Map<number, number>();
  let last = 0;
  return {
    write: (coverage: Coverage) => {
      const changes = coverage.takeChanges();
      for (const area of changes.begun) {
        assert.equal(area.areaId, ++last);
        areas.set(area.areaId, area);
      }
      for (const { areaId, to } of changes.ends) {
        assert.notEqual(ends.get(areaId), to, 'an end that does not differ');
        ends.set(areaId, to);
      }
    },
    all: (): CoveredArea[] => [...areas.values()].map((area) => ({ ...area, to: ends.get(area.areaId)! })),
    last: () => last,
  };
}

function printed(areas: readonly Pick<ListedArea, 'level' | 'place' | 'from' | 'to'>[]): readonly string[] {
  return areas
    .map(({ level, place, from, to = NEVER }) => `${level} ${place} ${from}–${to === NEVER ? '' : to}`)
    .sort();
}

describe('the coverage of lists', () => {
  test('has the intervals of a history, in whatever order lists come and are written down', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const history = createHistory(resolve);
        const register = createPlaceRegister(resolve);
        const record = createRecord();
        let coverage = openCoverage([], 0);
        const times: number[] = [];
        for (const list of given) {
          const snapshot = snapshotOf(list);
          history.add(snapshot);
          const until = Math.min(NEVER, ...times.filter((time) => time > list.time));
          coverage.setList(register.listed(snapshot), list.time, until);
          times.push(list.time);
          if (list.written) record.write(coverage);
          if (list.written && list.reopened) coverage = openCoverage(record.all(), record.last());
        }
        record.write(coverage);
        const listed = record.all().filter(({ from, to }) => from < to);
        assert.deepEqual(printed(listed), printed(history.areas()));
      }),
      { numRuns: 500 },
    );
  });

  test('leaves areas that were given by themselves alone', () => {
    const area = { level: 'high', region: '330602', place: '甲', from: 1, recordedAt: 1 } as const;
    const coverage = openCoverage([], 0);
    coverage.setArea(area);
    coverage.setList([], 0, NEVER);
    assert.deepEqual(
      coverage.takeChanges().ends.map(({ to }) => to),
      [NEVER],
    );
    coverage.setArea({ ...area, to: 5 });
    assert.deepEqual(coverage.takeChanges(), { begun: [], ends: [{ areaId: 1, from: 1, to: 5 }] });
    coverage.setArea({ ...area, to: 1 });
    assert.deepEqual(coverage.takeChanges().ends, [{ areaId: 1, from: 1, to: 1 }]);
  });

  test('keeps texts that a database can keep, and knows them again', () => {
    const area = { level: 'high', region: '330602', place: 'a\0b\ud800', from: 1, recordedAt: 1 } as const;
    const coverage = openCoverage([], 0);
    coverage.setArea(area);
    const { begun } = coverage.takeChanges();
    assert.equal(begun[0]?.place, 'a\uFFFDb\uFFFD');
    const again = openCoverage([{ ...begun[0]!, to: NEVER }], 1);
    again.setArea(area);
    assert.deepEqual(again.takeChanges(), { begun: [], ends: [] });
  });
});
