import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TYPESCRIPT } from '../cli/typescript/options.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HELPER = new URL('./public-data.ts', import.meta.url).href;
const PROGRAM = `
  import { test } from 'node:test';
  import { describePublic } from ${JSON.stringify(HELPER)};
  describePublic('the real lists', 'lists', (path) => test('in ' + path.slice(-5), () => {}));
`;

/** Runs a suite over the folder `lists` of this root in a process of its own. */
function run(root: string, ci: string): { readonly status: number | null; readonly output: string } {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...TYPESCRIPT, '--input-type=module', '-e', PROGRAM],
    { env: { ...environment, HEALTHCODE_TEST_DATA: root, CI: ci }, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

describe('a suite over public data', () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'lists'));

  test('runs with its path where the data is', () => {
    const { status, output } = run(root, 'true');
    assert.equal(status, 0, output);
    assert.match(output, /in lists/);
  });

  test('is reported as skipped, by name, where the data is absent', () => {
    const { status, output } = run(join(root, 'nowhere'), '');
    assert.equal(status, 0, output);
    assert.match(output, /the real lists.*(SKIP|#).*no lists/);
  });

  test('fails in continuous integration where the data is absent, naming the folder', () => {
    const { status, output } = run(join(root, 'nowhere'), 'true');
    assert.equal(status, 1, output);
    assert.match(output, /the public data has no lists/);
  });
});
