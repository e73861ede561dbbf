import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

describe('healthcode demo', () => {
  const folder = temporaryFolder();
  test('tells about a province of 20,000, of whom one to two in a hundred are not green', () => {
    const args = ['demo', '--people', '20000', '--seed', '7', '--data', join(folder, 'demo')];
    const { stdout, stderr, status } = runProgram(args);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.deepEqual(readdirSync(join(folder, 'demo')).sort(), ['evidence.ndjson', 'lists.ndjson']);
    const green = /绿码 green\s+([\d,]+)/.exec(stdout)?.[1]?.replace(',', '');
    assert.ok(Number(green) > 19_600 && Number(green) < 19_800, `${green} of 20,000 are green`);
    for (const clause of ['R2a', 'R2d', 'R2e', 'R2f', 'R3a', 'R3b'])
      assert.ok(stdout.includes(clause), clause);
  });
});
