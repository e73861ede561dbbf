import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { defaultPackage } from '../test/default-rules.ts';
import { withChange } from '../test/json-change.ts';
import { runProgram } from '../test/program.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';

describe('a rule package', () => {
  const folder = temporaryFolder();

  function write(name: string, value: unknown): string {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  }

  const sound = write('sound.json', withChange(defaultPackage(), ['id'], 'zj-copy'));
  const failing = write('failing.json', withChange(defaultPackage(), ['parameters', 'contactDays'], 3));
  const broken = write('broken.json', withChange(defaultPackage(), ['cities'], { 330600: {} }));
  const assess = ['assess', '--evidence', 'docs/example.ndjson', '--at', '2021-01-10T12:00:00+08:00'];
  const admit = ['admit', '--colour', 'red', '--venue', 'park'];

  test('that passes is checked, tested and applied, and cited by its id', () => {
    const checked = JSON.parse(runProgram(['rules', 'check', sound]).stdout);
    assert.equal(checked.id, 'zj-copy');
    const tested = JSON.parse(runProgram(['rules', 'test', sound]).stdout);
    assert.deepEqual(tested, { id: 'zj-copy', passed: checked.tests, failed: 0 });
    const { status, stdout } = runProgram([...assess, '--rules', sound]);
    assert.equal(status, 0);
    assert.equal(JSON.parse(stdout.split('\n')[0]!).rules, 'zj-copy');
  });

  test('that fails one of its own tests decides nothing, though its form is right', () => {
    assert.equal(runProgram(['rules', 'check', failing]).status, 0);
    const tested = runProgram(['rules', 'test', failing]);
    assert.equal(tested.status, 1);
    assert.ok(JSON.parse(tested.stdout).failed > 0);
    for (const args of [assess, admit]) {
      const { status, stdout, stderr } = runProgram([...args, '--rules', failing]);
      assert.deepEqual([status, stdout], [1, '']);
      assert.ok(stderr.startsWith(`${failing}: tests[`), stderr);
    }
  });

  test('with a rule for one city is refused everywhere (S1)', () => {
    for (const args of [
      ['rules', 'check', broken],
      ['rules', 'test', broken],
      [...assess, '--rules', broken],
    ]) {
      const { status, stdout, stderr } = runProgram(args);
      assert.deepEqual([status, stdout], [1, '']);
      assert.ok(stderr.startsWith(`${broken}: cities: `), stderr);
    }
  });
});
