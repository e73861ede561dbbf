import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { runProgram } from './program.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PEOPLE = '3000';

describe('a province, assessed again', () => {
  const folder = temporaryFolder();
  const evidence = join(folder, 'evidence.ndjson');
  const lists = join(folder, 'lists.ndjson');
  let first = '';

  function assess(options: readonly string[], input?: string) {
    const from = ['--evidence', input === undefined ? evidence : '-', '--areas', lists];
    return runProgram(['assess', ...from, '--at', '2021-01-20T12:00:00+08:00', ...options], input);
  }

  before(() => {
    const made = runProgram([
      ...['province', '--people', PEOPLE, '--seed', '5'],
      ...['--out', evidence, '--lists', lists],
    ]);
    assert.equal(made.status, 0, made.stderr);
    const { status, stdout, stderr } = assess([]);
    assert.deepEqual([status, stderr], [0, '']);
    first = stdout;
  });

  test('has people of every colour', () => {
    for (const colour of ['red', 'yellow', 'green'])
      assert.ok(first.includes(`"colour":"${colour}"`), colour);
  });

  test('gives the same bytes', () => assert.equal(assess([]).stdout, first));

  test('gives the same bytes when it is read person by person', () =>
    assert.equal(assess(['--grouped']).stdout, first));

  test('says the same of everybody known at k when lines recorded after k are taken away', () => {
    const knownAt = '2021-01-19T00:00:00+08:00';
    const lines = readFileSync(evidence, 'utf8').split('\n');
    const known = lines.filter((line) => line === '' || JSON.parse(line).recordedAt <= knownAt);
    assert.ok(known.length < lines.length);
    const colours = (text: string) =>
      new Map(
        text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => [JSON.stringify(JSON.parse(line).person), line]),
      );
    const all = colours(assess(['--known-at', knownAt]).stdout);
    const without = colours(assess(['--known-at', knownAt], known.join('\n')).stdout);
    assert.ok(without.size > 0);
    for (const [person, line] of without) assert.equal(all.get(person), line);
  });

  test('leaves out, and tells of, one person whose line is broken, and nobody else', () => {
    const lines = readFileSync(evidence, 'utf8').split('\n');
    const broken = lines.with(0, lines[0]!.replace('"version":1', '"version":-1'));
    for (const options of [[], ['--grouped']]) {
      const { status, stdout, stderr } = assess(options, broken.join('\n'));
      assert.equal(status, 1);
      assert.match(stderr, /^-:1: version: .+\n$/);
      assert.equal(stdout, first.slice(first.indexOf('\n') + 1));
    }
  });

  test('is refused person by person when somebody stands in it twice', () => {
    const lines = readFileSync(evidence, 'utf8').trim().split('\n');
    const other = JSON.parse(lines[0]!);
    const again = JSON.stringify({ ...other, id: 'again' });
    const { status, stderr } = assess(['--grouped'], [...lines, again].join('\n'));
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`^-:${lines.length + 1}: person: stood earlier in the file`));
  });
});
