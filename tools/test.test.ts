import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../test/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..');
/** Long enough for files that end to do so. */
const LONGEST_MS = 8_000;
/** Later versions of Node end the test, and wait for its process. */
const isEnded = process.versions.node.startsWith('20.');
const ENDLESS = {
  waits: `setInterval(() => {}, 1_000); test('for ever', () => new Promise(() => {}));`,
  turns: `test('round and round', () => { for (;;); });`,
};
const FILES = {
  passes: `test('one', () => {}); test('two', () => {});`,
  fails: `test('that is not so', () => { throw new Error('not so' as string); });`,
  throws: `throw new Error('thrown while it is read');`,
  ...(isEnded && ENDLESS),
};

describe('npm test', () => {
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'cli/typescript'), join(folder, 'cli/typescript'), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'made-up/in'), { recursive: true });
  for (const [name, text] of Object.entries(FILES))
    writeFileSync(join(folder, `made-up/in/${name}.test.ts`), `import { test } from 'node:test';\n${text}\n`);

  const run = (...words: string[]) => {
    const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
    const env = { ...inherited, HEALTHCODE_TEST_LONGEST_MS: String(LONGEST_MS), NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'tools/test.js'), ...words], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    const count = (what: string) => Number(new RegExp(`^(?:#|ℹ) ${what} (\\d+)$`, 'm').exec(stdout)?.[1]);
    return { status, said: stdout + stderr, count };
  };

  test('runs the files whose paths contain a word, and says so when there is none', () => {
    const { status, said, count } = run('passes', 'made-up/in/pass');
    assert.equal(status, 0, said);
    assert.deepEqual([count('tests'), count('pass'), count('fail')], [2, 2, 0]);
    const none = run('nowhere');
    assert.deepEqual([none.status, none.said], [1, 'no test file matches: nowhere\n']);
  });

  test('fails by a test that fails, a file that throws, and one that does not end, and names each at the end', () => {
    const { status, said, count } = run();
    assert.equal(status, 1, said);
    assert.equal(count('pass'), 2, said);
    const bad = Object.keys(FILES).filter((name) => name !== 'passes');
    assert.equal(count('fail') + count('cancelled'), bad.length, said);
    const [, last = ''] = said.split('failing tests:');
    for (const name of bad) assert.match(last, new RegExp(`made-up/in/${name}\\.test\\.ts`));
    assert.ok(last.includes('not so'), last);
    assert.ok(said.includes('thrown while it is read'), said);
  });
});
