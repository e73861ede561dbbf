import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type ListedPlaces, officialList } from '../test/official-lists.ts';
import { runProgram } from '../test/program.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';

const PLACES: readonly ListedPlaces[] = [
  ['浙江省', '绍兴市', '越城区', ['府山街道', '丁', '戊']],
  ['浙江省', '绍兴市', '滨海新区', ['沥海街道1幢']],
  ['某省', '某市', '某县', ['某村']],
];
const LISTS = [
  officialList({ time: '2022-04-15 8时', high: PLACES }),
  officialList({ time: '2022-04-15 9时' }),
  officialList({ time: '2022-04-15 10时', medium: PLACES }),
];

const folder = temporaryFolder();
const lists = join(folder, 'lists.ndjson');
writeFileSync(lists, LISTS.map((list) => `${JSON.stringify(list)}\n`).join(''));

function importing(args: readonly string[], input = '') {
  const { status, stdout, stderr } = runProgram(['areas', 'import', ...args], input);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, lines: lines.map((line) => JSON.parse(line)), stderr };
}

describe('areas import', () => {
  test('prints a line for each list, and tells of a held one by file, line and field', () => {
    const { status, lines, stderr } = importing(['--dry-run', lists]);
    const none = { added: 0, removed: 0, raised: 0, lowered: 0, rejected: null };
    const reason = 'has no area at all, after 5 in the last good list';
    assert.deepEqual(lines, [
      { time: '2022-04-15T08:00:00+08:00', high: 5, medium: 0, low: 0, ...none },
      {
        time: '2022-04-15T09:00:00+08:00',
        high: 0,
        medium: 0,
        low: 0,
        ...none,
        removed: 5,
        rejected: reason,
      },
      { time: '2022-04-15T10:00:00+08:00', high: 0, medium: 5, low: 0, ...none, lowered: 5 },
    ]);
    assert.equal(stderr, `${lists}:2: data: ${reason}; the list is held\n`);
    assert.equal(status, 1);
  });

  test('puts in force what a person accepts', () => {
    const { status, lines, stderr } = importing([
      '--dry-run',
      '--accept',
      '2022-04-15T09:00:00+08:00',
      lists,
    ]);
    assert.deepEqual(
      lines.map(({ added, rejected }) => [added, rejected]),
      [
        [0, null],
        [0, null],
        [5, null],
      ],
    );
    assert.deepEqual([status, stderr], [0, '']);
  });

  test('and assess go by the same list that a person accepts', () => {
    const args = ['assess', '--evidence', '-', '--at', '2022-04-15T12:00:00+08:00', '--areas', lists];
    const { status, stderr } = runProgram(args);
    assert.equal(status, 1);
    assert.match(stderr, /lists\.ndjson:2: data: has no area at all/);
    const accepting = runProgram([...args, '--accept', '2022-04-15T09:00:00+08:00']);
    assert.deepEqual([accepting.status, accepting.stderr], [0, '']);
  });

  test('goes on after a broken list, and is not done', () => {
    const { status, lines, stderr } = importing(
      ['--dry-run', '-'],
      `oops\n${JSON.stringify(LISTS[0])}\n{"data":{}}\n`,
    );
    assert.equal(lines.length, 1);
    assert.match(stderr, /^-:1: is not JSON\n-:3: data\.end_update_time: is missing\n/);
    assert.equal(status, 1);
  });

  test('takes an empty file for a fault', () => {
    const { status, stderr } = importing(['--dry-run', '-']);
    assert.deepEqual([status, stderr], [1, '-: is empty\n']);
  });

  test('reports how far names were resolved and writes those that were not', () => {
    const file = join(folder, 'unresolved.ndjson');
    const { stderr } = importing(['--dry-run', '--report', '--unresolved', file, lists]);
    assert.match(stderr, /5 different places on the lists/);
    assert.match(stderr, /^ {2}street +1 +1$/m);
    assert.match(stderr, /^ {2}city +1 +0$/m);
    assert.match(stderr, /^ {2}nothing +1 +0$/m);
    const times = { first: '2022-04-15T08:00:00+08:00', last: '2022-04-15T10:00:00+08:00' };
    const unresolved = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(unresolved, [
      {
        ...{
          province: '浙江省',
          city: '绍兴市',
          county: '滨海新区',
          place: '沥海街道1幢',
          unknown: '滨海新区',
        },
        ...{ kept: { region: '330600', place: '滨海新区沥海街道1幢' }, ...times },
      },
      {
        province: '某省',
        city: '某市',
        county: '某县',
        place: '某村',
        unknown: '某县',
        kept: null,
        ...times,
      },
    ]);
  });

  test('takes single areas, and refuses severe ones', () => {
    const area = { level: 'high', region: '330602', from: '2022-04-15T08:00:00+08:00' };
    const severe = { ...area, level: 'severe', to: '2022-05-15T08:00:00+08:00', approval: 'A-1' };
    const { status, lines, stderr } = importing(
      ['--dry-run', '-'],
      [area, severe, LISTS[0]].map((value) => `${JSON.stringify(value)}\n`).join(''),
    );
    assert.equal(stderr, '-:2: level: must not be severe: only the two bodies of R6 may state that\n');
    assert.deepEqual([status, lines.length], [1, 1]);
  });

  // biome-ignore format: a table reads better as a table
  const wrong: readonly [why: string, args: readonly string[]][] = [
    ['without a file',                 ['--dry-run']],
    ['without a file or a time',       []],
    ['without a file to try out',      ['--dry-run', '--accept', '2022-04-15T09:00:00+08:00']],
    ['with an option that it lacks',   ['--force', 'lists']],
    ['with a time that is none',       ['--accept', 'yesterday', 'lists']],
    ['with its list of names to stdout', ['--unresolved', '-', 'lists']],
  ];
  for (const [why, args] of wrong)
    test(`is used wrongly ${why}`, () => {
      const { status, lines } = importing(args);
      assert.deepEqual([status, lines], [2, []]);
      assert.ok(!existsSync('lists'));
    });
});
