import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { busyMs } from '../../test/durations.ts';
import {
  changesOf,
  compiled,
  entryOf,
  known,
  PRODUCT,
  rules,
  situationOf,
} from '../../test/laws/situation.ts';
import { anyWorld } from '../../test/oracle/generate.ts';
import {
  area,
  butData,
  confirmed,
  contact,
  designation,
  fever,
  isolation,
  nat,
  overseas,
  row,
  short,
  stay,
} from '../../test/oracle/rows/notation.ts';
import type { Fact } from '../evidence/fact.ts';
import { indexAreas } from '../places/area-index.ts';
import { readListedArea } from '../places/read-listed-area.ts';
import { type Instant, NEVER, parseInstant, printInstant } from '../time.ts';
import { assess } from './assess.ts';
import { type WayToGreen, waysToGreen } from './ways-to-green.ts';

const NOW = '01-12 10:00';
const HIGH = { areas: [area('high', '330683', '01-01 00:00')] };
const SEVERE = { areas: [area('severe', '330683', '01-01 00:00', '01-20 00:00')] };
const ABROAD = overseas('O-1', '01-10 08:00');
const CLOSE = contact('K-1', '01-10 08:00');
const FEVER = fever('F-1', '01-11 08:00');
const POSITIVE = nat('P-1', '01-11 08:00', '01-11 20:00', 'positive');
const ORDER = isolation('I-1', 'central', '01-10 12:00', '01-24 12:00');
const SUSPECTED = butData(confirmed('C-1', '01-11 08:00'), { classification: 'suspected' });
const DESIGNATED = designation('D-1', 'yellow', '01-11 08:00', '01-20 00:00');

type Lines = Parameters<typeof row>[3];
type Around = Parameters<typeof row>[5];

/** What is known, and the ways: `needs by when`, `now` for as soon as it is on record. */
// biome-ignore format: a table reads better as a table
const ROWS: readonly (readonly [name: string, lines: Lines, ways: readonly string[], around?: Around])[] = [
  ['nothing is known: green, and nothing to come', [], []],
  ['a fever only (M10)', [FEVER], ['time by 01-26 00:00', 'negative-test now', 'fever-gone now']],
  ['a fever with exposure: both, each alone no sooner (M10)', [fever('F-1', '01-11 08:00'), contact('K-1', '2020-12-28 08:00')], ['time by 01-26 00:00', 'negative-test fever-gone now']],
  ['a fever that has gone, with exposure: the test', [fever('F-1', '01-10 08:00', '01-11 08:00'), contact('K-1', '2020-12-28 08:00')], ['time by 01-26 00:00', 'negative-test now']],
  ['a stay in a high-risk area that has ended (M11)', [stay('S-1', '330683', '01-01 08:00', '01-09 12:00')], ['time by 01-24 00:00', 'negative-test now'], HIGH],
  ['a stay in a high-risk area that goes on', [stay('S-1', '330683', '01-01 08:00')], ['stay-ended by 01-27 00:00', 'negative-test stay-ended now'], HIGH],
  ['a stay in a high-risk area whose end is known and to come: nothing lifts it before', [stay('S-1', '330683', '01-01 08:00', '01-13 12:00')], ['time by 01-28 00:00', 'negative-test by 01-13 12:00', 'stay-ended by 01-27 00:00', 'negative-test stay-ended now'], HIGH],
  ['a stay in a severe area (R6): nothing but time', [stay('S-1', '330683', '01-01 08:00', '01-09 12:00')], ['time by 01-24 00:00'], SEVERE],
  ['overseas (R2e, M5): 14 and 7 days', [ABROAD], ['time by 02-01 00:00']],
  ['a close contact (R2d): 14 days', [CLOSE], ['time by 01-25 00:00']],
  ['a close contact under an order: the decision that ends the duty (M7)', [CLOSE, ORDER], ['time by 01-25 00:00', 'order-ended now']],
  ['an order only', [ORDER], ['time by 01-24 12:00', 'order-ended now']],
  ['a confirmed patient: recovers, and 14 days (M3)', [confirmed('C-1', '01-11 08:00')], ['case-closed by 01-27 00:00']],
  ['a suspected patient: excluded', [SUSPECTED], ['case-closed now']],
  ['a positive test that is not decided yet (R2g)', [POSITIVE], ['negative-test second-negative-test by 01-13 10:00']],
  ['and a negative one since: 24 hours after it', [POSITIVE, nat('N-1', '01-12 08:00', '01-12 09:00')], ['second-negative-test by 01-13 08:00']],
  ['and a negative one of the day before: at once', [nat('P-1', '01-10 08:00', '01-10 20:00', 'positive'), nat('N-1', '01-11 08:00', '01-11 09:00')], ['second-negative-test now']],
  ['a negative one before it says nothing', [nat('N-1', '01-10 08:00', '01-10 09:00'), POSITIVE], ['negative-test second-negative-test by 01-13 10:00']],
  ['a designation', [DESIGNATED], ['time by 01-20 00:00', 'decision now']],
  ['several at once: all that can be done, and time', [FEVER, DESIGNATED, stay('S-1', '330683', '01-01 08:00', '01-09 12:00')], [
    'time by 01-26 00:00', 'negative-test fever-gone by 01-20 00:00', 'negative-test fever-gone decision now',
  ], HIGH],
  ['a positive test and an order: tests, and the end of the order', [POSITIVE, ORDER], [
    'negative-test second-negative-test by 01-24 12:00', 'negative-test second-negative-test order-ended by 01-13 10:00',
  ]],
];

describe('what would turn a code green, and when:', () => {
  for (const [name, lines, ways, around = {}] of ROWS)
    test(name, () => {
      const { lines: written, areas = [], at } = row('R4', name, NOW, lines, {}, around);
      const facts = written.map((line, i) => entryOf(line, i).reading.record!.fact!);
      const listed = areas.map((line) => readListedArea(JSON.parse(line), rules.areaLevels).area!);
      const now = parseInstant(at);
      const found = waysToGreen(facts, compiled, indexAreas(listed, now, rules.parameters), now);
      assert.deepEqual(
        found.map((way) => inWords(way, now)),
        ways,
      );
    });

  test('whoever has thousands of records is answered in good time', () => {
    const lines = Array.from({ length: 20_000 }, (_, i) =>
      nat(`N-${i}`, '01-01 08:00', '01-01 09:00', 'inconclusive'),
    );
    const { lines: written, at } = row('R4', '', NOW, [...lines, POSITIVE, ORDER, FEVER, DESIGNATED], {});
    const facts = written.map((line, i) => entryOf(line, i).reading.record!.fact!);
    const answer = () => waysToGreen(facts, compiled, () => ({ inside: [], possible: [] }), parseInstant(at));
    assert.ok(busyMs(answer) < 2_000);
  });
});

function inWords({ needs, at }: WayToGreen, now: Instant): string {
  return `${needs.join(' ')} ${at === now ? 'now' : `by ${short(printInstant(at))}`}`;
}

const RUNS = { numRuns: 300, seed: 2021 };

describe('of any person,', () => {
  test('what is said to turn green by time alone is green then, and at no change before', () => {
    let said = 0;
    forAnyone((facts, judge, at, ways) => {
      const byTime = ways.find(({ needs }) => needs[0] === 'time');
      const changes = changesOf(PRODUCT, facts, judge.index).filter((change) => change > at);
      const green = [at, ...changes].find((change) => judge.colour(facts, change) === 'green');
      assert.equal(byTime?.at, green === at ? undefined : green);
      if (green === at) assert.deepEqual(ways, []);
      if (byTime) said++;
    });
    assert.ok(said > 50, `${said} people turn by time alone`);
  });

  test('what is said to be needed turns the code green as said, is what it is called, and is sooner than with less', () => {
    const seen = new Set<string>();
    forAnyone((facts, judge, at, ways) => {
      for (const way of ways.filter(({ needs }) => needs[0] !== 'time')) {
        for (const need of way.needs) seen.add(need);
        const all = withNewVersions(facts, way.supposed);
        assert.equal(judge.colour(all, way.at), 'green');
        if (way.at > at) assert.notEqual(judge.colour(all, way.at - 1), 'green');
        assert.deepEqual(
          [...new Set(way.supposed.map((fact) => needOf(fact, facts, at)))].sort(),
          [...new Set(way.needs.map(bare))].sort(),
        );
        const byTime = ways.find(({ needs }) => needs[0] === 'time')?.at ?? NEVER;
        assert.ok(way.at < byTime);
        for (const other of ways)
          if (other.needs.length < way.needs.length && other.needs.every((need) => way.needs.includes(need)))
            assert.ok(way.at < other.at);
      }
    });
    assert.deepEqual([...seen].sort(), [
      'case-closed',
      'decision',
      'fever-gone',
      'negative-test',
      'order-ended',
      'second-negative-test',
      'stay-ended',
    ]);
  });
});

interface Judge {
  readonly index: ReturnType<typeof indexAreas>;
  readonly colour: (facts: readonly Fact[], at: Instant) => string;
}

function forAnyone(
  look: (facts: readonly Fact[], judge: Judge, at: Instant, ways: readonly WayToGreen[]) => void,
): void {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const situation = situationOf(world);
      const { people, index } = known(PRODUCT, situation);
      const colour: Judge['colour'] = (facts, at) => assess(facts, compiled, index, at).colour;
      for (const facts of people)
        look(facts, { index, colour }, situation.at, waysToGreen(facts, compiled, index, situation.at));
    }),
    { ...RUNS, includeErrorInReport: true },
  );
}

function withNewVersions(facts: readonly Fact[], supposed: readonly Fact[]): readonly Fact[] {
  return [
    ...facts.filter((fact) => !supposed.some(({ source, id }) => source === fact.source && id === fact.id)),
    ...supposed,
  ];
}

function bare(need: string): string {
  return need.replace('second-', '');
}

/** What a supposed record amounts to, found by comparing it with what is known. */
function needOf(fact: Fact, facts: readonly Fact[], at: Instant): string {
  const former = facts.find(({ source, id }) => source === fact.source && id === fact.id);
  if (!former) {
    assert.ok(fact.kind === 'nat' && fact.data.result === 'negative' && fact.data.sampledAt >= at);
    return 'negative-test';
  }
  const changed = Object.entries(fact.data).filter(
    ([name, value]) => (former.data as Record<string, unknown>)[name] !== value,
  );
  const names = changed
    .map(([name]) => name)
    .sort()
    .join(' ');
  assert.ok(changed.every(([, value]) => typeof value !== 'number' || value === at));
  const called = {
    symptom: 'to',
    stay: 'to',
    isolation: 'endedAt released',
    case: 'outcome to',
    designation: 'until',
  };
  const needs = {
    symptom: 'fever-gone',
    stay: 'stay-ended',
    isolation: 'order-ended',
    case: 'case-closed',
    designation: 'decision',
  };
  const kind = fact.kind as keyof typeof called;
  assert.ok(called[kind].includes(names), `${kind}: ${names}`);
  return needs[kind];
}
