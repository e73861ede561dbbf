import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProgram } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const AT = '2021-01-20T12:00:00+08:00';

function healthcode(...args: string[]): string {
  const { status, stdout, stderr } = runProgram(args);
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout;
}

describe('a province that is made and assessed twice', () => {
  const folder = temporaryFolder();

  /** Makes the province anew and returns what everyone's assessment is. */
  function replay(name: string, ...how: string[]): string {
    const out = join(folder, `${name}.ndjson`);
    const lists = join(folder, `${name}.lists.ndjson`);
    healthcode('province', '--people', '5000', '--seed', '3', '--out', out, '--lists', lists);
    return healthcode('assess', '--evidence', out, '--areas', lists, '--at', AT, ...how);
  }

  test('gives the same bytes, as a stream and at once', () => {
    const hashes = [replay('first', '--grouped'), replay('second', '--grouped'), replay('third')].map(
      (text) => createHash('sha256').update(text).digest('hex'),
    );
    assert.deepEqual(new Set(hashes).size, 1);
  });

  test('has people of each colour, and a line for each person', () => {
    const lines = replay('fourth', '--grouped').trimEnd().split('\n');
    assert.equal(lines.length, 5_000);
    const colours = new Set(lines.map((line) => (JSON.parse(line) as { colour: string }).colour));
    assert.deepEqual([...colours].sort(), ['green', 'red', 'yellow']);
  });
});
