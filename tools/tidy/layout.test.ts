import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkLayout } from './layout.ts';
import { describeFinding, sourceFile } from './source.ts';

const LONG = 'const a = 1;\n'.repeat(301);

/** What the rule says of empty files at these paths. */
function said(...paths: string[]): string[] {
  const files = paths.map((path) => sourceFile(path, ''));
  return checkLayout(files, {}).map(describeFinding);
}

describe('the rule of layout', () => {
  test('finds a file of more than 300 lines, a test too', () => {
    for (const path of ['cli/a.ts', 'cli/a.test.ts', 'web/ui/a.tsx', 'tools/a.js']) {
      assert.deepEqual(checkLayout([sourceFile(path, LONG)], {}), [
        { path, message: 'has 301 lines; a file has at most 300' },
      ]);
    }
    assert.deepEqual(checkLayout([sourceFile('cli/a.ts', LONG.slice(13))], {}), []);
  });

  test('allows a long table that is named, and finds a name that has become idle', () => {
    const reasons = { 'domain/table.ts': 'one row a county' };
    assert.deepEqual(checkLayout([sourceFile('domain/table.ts', LONG)], reasons), []);
    assert.deepEqual(checkLayout([sourceFile('domain/table.ts', '')], reasons), [
      { path: 'domain/table.ts', message: 'is named as a long table and is none' },
    ]);
  });

  test('finds a folder of more than 15 sources, tests not counted', () => {
    const sources = Array.from({ length: 15 }, (_, i) => `cli/a${i}.ts`);
    const tests = sources.map((path) => path.replace('.ts', '.test.ts'));
    assert.deepEqual(said(...sources, ...tests, 'cli/data.json'), []);
    assert.deepEqual(said(...sources, 'cli/b.ts'), ['cli: has 16 sources; a folder has at most 15']);
  });

  test('finds a folder that lies too deep', () => {
    assert.deepEqual(said('server/platform/db/migrations/0001_people.sql'), []);
    assert.deepEqual(said('server/platform/db/a/b/c.ts'), [
      'server/platform/db/a/b: lies more than 3 folders below server',
    ]);
  });

  test('finds names that are not kebab-case', () => {
    for (const path of ['cli/aB.ts', 'cli/a_b.ts', 'cli/A.ts', 'cli/a b.ts', 'docs/Guide.md']) {
      assert.deepEqual(said(path), [`${path}: is not named in kebab-case`]);
    }
    assert.deepEqual(said('test/bigFolder/a.ts'), ['test/bigFolder: is not named in kebab-case']);
    assert.deepEqual(said('docs/decisions/0001-one-package.md', 'gate/README.md', 'README.zh-CN.md'), []);
  });

  test('finds drawers', () => {
    for (const name of ['utils', 'shared', 'helpers', 'common', 'lib', 'misc']) {
      assert.deepEqual(said(`cli/${name}/a.ts`), [`cli/${name}: is a drawer; each file has a true home`]);
    }
  });

  test('finds folders that are no subject', () => {
    for (const folder of ['domain/risk', 'api/platform', 'server/checks', 'domain/colours']) {
      assert.equal(said(`${folder}/a.ts`).length, 1, folder);
    }
    assert.deepEqual(said('domain/people/a.ts', 'server/platform/http/a.ts', 'cli/areas/a.ts'), []);
  });
});
