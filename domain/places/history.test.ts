import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ListedPlaces, type MadeUpList, officialList } from '../../test/official-lists.ts';
import { parseInstant, printInstant } from '../time.ts';
import { indexAreas } from './area-index.ts';
import { createHistory, levelAt } from './history.ts';
import type { PlaceResolver } from './resolve-place.ts';
import { readSnapshot } from './snapshot.ts';

/** Streets are code 330602001, whatever they are called; other texts stay texts. */
const resolve: PlaceResolver = ({ county }, text) => {
  if (county !== '越城区') return { depth: 'nothing', region: '', place: text, unknown: county };
  return text.endsWith('街道')
    ? { depth: 'street', region: '330602001', place: '', unknown: '' }
    : { depth: 'county', region: '330602', place: text.trim(), unknown: '' };
};

function historyOf(...lists: readonly MadeUpList[]) {
  const history = createHistory(resolve);
  for (const list of lists) {
    const { snapshot } = readSnapshot(officialList(list));
    assert.ok(snapshot);
    history.add(snapshot);
  }
  return history;
}

/** `level region place from–to`, with hours of one day. */
function intervals(...lists: readonly MadeUpList[]): readonly string[] {
  const hour = (instant: number) => printInstant(instant).slice(11, 13);
  return historyOf(...lists)
    .areas()
    .map(({ level, region, place, from, to }) =>
      [level, region, place, `${hour(from)}–${to === undefined ? '' : hour(to)}`].filter(Boolean).join(' '),
    )
    .sort();
}

function yuecheng(...places: readonly string[]): readonly ListedPlaces[] {
  return [['浙江省', '绍兴市', '越城区', places]];
}

const at = (hour: number) => `2022-04-15 ${hour}时`;
const instant = (hour: number) => parseInstant(`2022-04-15T${String(hour).padStart(2, '0')}:00:00+08:00`);

describe('the history of areas', () => {
  test('lists one from the first list that has it to the first later one that lacks it', () => {
    assert.deepEqual(
      intervals(
        { time: at(1), medium: yuecheng('甲', '乙') },
        { time: at(2), medium: yuecheng('甲', '乙') },
        { time: at(3), medium: yuecheng('乙') },
      ),
      ['medium 330602 乙 01–', 'medium 330602 甲 01–03'],
    );
  });

  test('has a second interval for one that comes back', () => {
    assert.deepEqual(
      intervals(
        { time: at(1), medium: yuecheng('甲') },
        { time: at(2) },
        { time: at(3), medium: yuecheng('甲') },
      ),
      ['medium 330602 甲 01–02', 'medium 330602 甲 03–'],
    );
  });

  test('has an interval for each level', () => {
    assert.deepEqual(
      intervals({ time: at(1), high: yuecheng('甲') }, { time: at(2), medium: yuecheng('甲') }),
      ['high 330602 甲 01–02', 'medium 330602 甲 02–'],
    );
  });

  test('has the higher level where a list has two, also under two names of one place', () => {
    assert.deepEqual(
      intervals({ time: at(1), high: yuecheng('府山街道'), medium: yuecheng('府山街道', '绍兴市府山街道') }),
      ['high 330602001 01–'],
    );
  });

  test('goes on when a place is written with other white space', () => {
    assert.deepEqual(
      intervals({ time: at(1), high: yuecheng('甲 1幢') }, { time: at(2), high: yuecheng(' 甲１幢') }),
      ['high 330602 甲 1幢 01–'],
    );
  });

  test('puts a list whose time goes back where it belongs', () => {
    assert.deepEqual(
      intervals(
        { time: at(1), medium: yuecheng('甲') },
        { time: at(3), medium: yuecheng('甲') },
        { time: at(2), medium: yuecheng('乙') },
      ),
      ['medium 330602 乙 02–03', 'medium 330602 甲 01–02', 'medium 330602 甲 03–'],
    );
  });

  test('replaces a list that comes again under its time', () => {
    assert.deepEqual(
      intervals(
        { time: at(1), medium: yuecheng('甲') },
        { time: at(2), medium: yuecheng('乙') },
        { time: at(2), medium: yuecheng('甲', '丙') },
      ),
      ['medium 330602 丙 02–', 'medium 330602 甲 01–'],
    );
  });

  test('knows an area from its list on', () => {
    const [area] = historyOf({ time: at(1), medium: yuecheng('甲') }).areas();
    assert.equal(area?.recordedAt, instant(1));
  });
});

describe('places that are no area', () => {
  test('are kept for a person with the times at which they were listed', () => {
    const history = historyOf(
      { time: at(1), medium: [['浙江省', '某市', '某县', ['某村']]] },
      { time: at(2), medium: [['浙江省', '某市', '某县', ['某村']]] },
    );
    assert.deepEqual(history.areas(), []);
    const [place] = history.places();
    assert.deepEqual([place?.text, place?.first, place?.last], ['某村', instant(1), instant(2)]);
  });

  test('are entries without a place too, but not blank ones', () => {
    const history = historyOf({
      time: at(1),
      medium: [...yuecheng(), ['', '', '', []], ['', ' ', '', ['']]],
    });
    assert.deepEqual(
      history.places().map(({ names, text }) => [names.county, text]),
      [['越城区', '']],
    );
  });
});

test('a query tells which level a place had at an instant, as known when', () => {
  const areas = historyOf(
    { time: at(1), medium: yuecheng('甲') },
    { time: at(3), high: yuecheng('甲') },
    { time: at(5) },
  ).areas();
  const matching = { stayMatch: 'inside', wholeRegionTexts: ['全域'] } as const;
  const known = (hour: number) => indexAreas(areas, instant(hour), matching);
  const levels = (knownAt: number) =>
    [0, 2, 4, 6].map((hour) => levelAt(known(knownAt), '330602001', '甲', instant(hour)));
  assert.deepEqual(levels(6), [undefined, 'medium', 'high', undefined]);
  assert.deepEqual(levels(4), [undefined, 'medium', 'high', 'high']);
  assert.deepEqual(levels(2), [undefined, 'medium', 'medium', 'medium']);
  assert.deepEqual(levels(0), [undefined, undefined, undefined, undefined]);
});
