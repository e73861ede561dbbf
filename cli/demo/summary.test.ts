import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assess } from '../../domain/codes/assess.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { maskNumber } from '../../domain/people/mask.ts';
import { type Person, personsOf } from '../../domain/people/persons.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { loadRules } from '../input/rules-file.ts';
import { residentNumber } from '../province/documents.ts';
import { explain } from './explain.ts';
import { summarise } from './summary.ts';
import { cityOf, startTally } from './tally.ts';

const AT = parseInstant('2021-01-20T12:00:00+08:00');
const NUMBERS = [0, 1, 2].map((person) => residentNumber(person, 1990));
const loaded = (await loadRules())!;
const street = {
  level: 'medium',
  region: '330602001',
  from: parseInstant('2021-01-05T08:00:00+08:00'),
} as const;
const areas = indexAreas([{ ...street, recordedAt: street.from }], AT, loaded.rules.parameters);

/** Records of a person, by the person's place in NUMBERS. */
const EVIDENCE: readonly (readonly [who: number, source: string, kind: string, data: object])[] = [
  [0, 'customs', 'overseas', { country: 'FR', enteredAt: '2021-01-10T06:00:00+08:00' }],
  [0, 'telecom', 'stay', { region: '330109', from: '2021-01-10T06:00:00+08:00' }],
  [
    1,
    'self',
    'stay',
    {
      region: '330602001',
      place: '花园',
      from: '2021-01-18T10:00:00+08:00',
      to: '2021-01-18T12:00:00+08:00',
    },
  ],
  [2, 'telecom', 'stay', { region: '330602', from: '2020-12-01T00:00:00+08:00' }],
];

function personsIn(evidence: typeof EVIDENCE): readonly Person[] {
  const entries = evidence.map(([who, source, kind, data], line) => {
    const person = { document: { type: 'resident-id', number: NUMBERS[who]! } };
    const record = {
      source,
      id: `${kind}-${line}`,
      version: 1,
      recordedAt: '2021-01-19T00:00:00+08:00',
      person,
      kind,
      data,
    };
    return { line, reading: readRecord(record, listsOf(loaded.rules)) };
  });
  const { persons, faults } = personsOf(entries, AT);
  assert.deepEqual(faults, []);
  return persons;
}

const assessAt = (person: Person, at: Instant) => assess(person.facts, loaded.compiled, areas, at);
const names: Readonly<Record<string, string>> = { '330602': '越城区', '330602001': '塔山街道' };
const explaining = { loaded, assessAt, nameOf: (code: string) => names[code] ?? code };
const assessed = personsIn(EVIDENCE).map((person) => ({ person, assessment: assessAt(person, AT) }));

describe('the summary of a province', () => {
  const { tally, add } = startTally(loaded);
  assessed.forEach(add);
  const text = summarise(tally, AT, explaining);

  test('counts people by colour, ground and city, and those who are only asked', () => {
    assert.deepEqual(tally.colours, { red: 1, yellow: 1, green: 1 });
    const clauses = [...tally.grounds].flatMap(([{ clause }, people]) =>
      people > 0 ? [[clause, people]] : [],
    );
    assert.deepEqual(clauses, [
      ['R2e', 1],
      ['R3b', 1],
    ]);
    assert.deepEqual([...tally.cities.keys()].sort(), ['3301', '3306']);
    assert.equal(tally.advised, 1);
  });

  test('explains one person of each colour', () => {
    assert.deepEqual(Object.keys(tally.examples).sort(), ['green', 'red', 'yellow']);
    for (const word of ['红码', 'red', '黄码', 'yellow', '绿码', 'green']) assert.ok(text.includes(word));
  });

  test('has no hole left in any phrase', () => {
    assert.doesNotMatch(text, /[{}]|undefined|NaN|Infinity/);
  });

  test('names nobody', () => {
    for (const number of NUMBERS) assert.ok(!text.includes(number));
    assert.ok(text.includes(maskNumber(NUMBERS[0]!)));
  });
});

describe('a colour in words', () => {
  const said = assessed.map((each) => explain(each, explaining).map(({ text }) => text));

  test('tells the ground, its evidence, the measures and when it turns by itself', () => {
    const english = said[0]!.map(({ en }) => en);
    assert.deepEqual(english, [
      `● red  resident ID ${maskNumber(NUMBERS[0]!)}  Hangzhou`,
      'R2e Overseas stay in the last 14 days',
      'from 2021-01-10 06:00 to 2021-01-25 00:00',
      'customs: entered from FR, 2021-01-10 06:00',
      'measure M4: central isolation',
      'from 2021-01-10 06:00 to 2021-01-25 00:00',
      'measure M5: home observation',
      'from 2021-01-25 00:00 to 2021-02-01 00:00',
      'measure M6: point-to-point transport',
      'from 2021-01-10 06:00 to 2021-01-25 00:00',
      'turns green by itself at 2021-02-01 00:00',
    ]);
  });

  test('names the places in Chinese', () => {
    assert.ok(said[1]!.some(({ zh }) => zh === '本人申报：到过越城区塔山街道花园，2021-01-18 10:00'));
  });

  test('asks the person who is only possibly concerned', () => {
    const chinese = said[2]!.map(({ zh }) => zh);
    assert.ok(chinese.includes('提示 R3b：可能到过该地区，请说明行程'));
    assert.equal(chinese.at(-1), '没有新证据则不变');
  });
});

describe('where a person is', () => {
  test('is the stay that lasts, not the one that began last', () => {
    const [person] = personsIn([
      [0, 'telecom', 'stay', { region: '330109', from: '2020-12-01T00:00:00+08:00' }],
      [
        0,
        'self',
        'stay',
        { region: '330602', from: '2021-01-18T10:00:00+08:00', to: '2021-01-18T12:00:00+08:00' },
      ],
    ]);
    assert.equal(cityOf(person!), '3301');
  });
});
