import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkImports } from './import-table.ts';
import { importsOf } from './imports.ts';
import { sourceFile } from './source.ts';

const specifiers = (text: string) => importsOf(sourceFile('a.ts', text)).map(({ specifier }) => specifier);

/** What the rule says of one import in one file, in a project that has these files too. */
function said(path: string, specifier: string, others: readonly string[] = []): string[] {
  const files = [sourceFile(path, `import '${specifier}';`), ...others.map((other) => sourceFile(other, ''))];
  return checkImports(files).map(({ message }) => message);
}

describe('the imports of a source', () => {
  const KINDS: readonly (readonly [source: string, specifier: string])[] = [
    [`import { a, type B } from './x.ts';`, './x.ts'],
    [`import type {\n  A,\n} from './x.ts';`, './x.ts'],
    [`import './x.ts';`, './x.ts'],
    [`export * from './x.ts';`, './x.ts'],
    [`export { a } from "./x.ts";`, './x.ts'],
    [`const a = await import('./x.ts');`, './x.ts'],
    ['const a = await import(/* why */ `./x.ts`);', './x.ts'],
    [`type A = import('./x.ts').A;`, './x.ts'],
    [`type A = typeof import('./x.ts');`, './x.ts'],
    [`import a from './x.json' with { type: 'json' };`, './x.json'],
    [`const a = require('./x.cjs');`, './x.cjs'],
    [`import a = require('./x.cjs');`, './x.cjs'],
    [`import.meta.resolve('pg')`, 'pg'],
    ['require.resolve(`pg/#{name}.csv`)'.replace('#', '$'), 'pg/{}.csv'],
    ['require.resolve(`@a/b/#{name}.csv`)'.replace('#', '$'), '@a/b/{}.csv'],
    [`new Worker(new URL('./x.ts', import.meta.url))`, './x.ts'],
    [String.raw`import '\x2e/x.ts';`, './x.ts'],
  ];
  for (const [source, specifier] of KINDS) {
    test(`are seen in: ${source.replaceAll('\n', ' ')}`, () =>
      assert.deepEqual(specifiers(source), [specifier]));
  }

  const HIDDEN = [
    'import(name)',
    `import('./a/' + name)`,
    'import(`./#{name}.ts`)'.replace('#', '$'),
    'import(`@a/#{name}`)'.replace('#', '$'),
    'import(`pg#{name}`)'.replace('#', '$'),
    `const load = createRequire(import.meta.url); load('pg')`,
    `import(('./x.ts'))`,
    `use({ a: 1, b: createRequire(import.meta.url) })`,
    `module.require(name)`,
  ];
  for (const source of HIDDEN) {
    test(`are not guessed in: ${source}`, () => assert.deepEqual(specifiers(source), [undefined]));
  }

  const NONE = [
    `// import './x.ts'`,
    `const a = "import './x.ts'";`,
    `Array.from('abc'); a.import('x'); const from = 'a';`,
    `new URL('./list.json', import.meta.url)`,
    `const require = createRequire(import.meta.url);`,
  ];
  for (const source of NONE) {
    test(`are not seen in: ${source}`, () => assert.deepEqual(specifiers(source), []));
  }
});

describe('the import table', () => {
  const OUTWARDS: readonly (readonly [from: string, to: string])[] = [
    ['domain', 'credential'],
    ['domain', 'api'],
    ['domain', 'cli'],
    ['domain', 'rules'],
    ['credential', 'api'],
    ['gate', 'api'],
    ['gate', 'server'],
    ['api', 'credential'],
    ['api', 'server'],
    ['server', 'web'],
    ['server', 'cli'],
    ['credential', 'gate'],
    ['web', 'server'],
    ['web', 'tools'],
    ['rules', 'cli'],
    ['surprise', 'domain'],
  ];
  for (const [from, to] of OUTWARDS) {
    test(`does not let ${from} import ${to}`, () =>
      assert.deepEqual(said(`${from}/people/a.ts`, `../../${to}/b.ts`, [`${to}/b.ts`]), [
        `${from} may not import ${to} (../../${to}/b.ts)`,
      ]));
  }

  test('lets imports point inwards and to the own folder', () => {
    assert.deepEqual(said('credential/a.ts', '../domain/b.ts', ['domain/b.ts']), []);
    assert.deepEqual(said('server/codes/a.ts', '../../api/codes/b.ts', ['api/codes/b.ts']), []);
    assert.deepEqual(said('domain/codes/a.ts', '../time.ts', ['domain/time.ts']), []);
    assert.deepEqual(said('cli/a.ts', '../server/b.ts', ['server/b.ts']), []);
  });

  test('lets tests, and only tests, use what tests use', () => {
    assert.deepEqual(said('domain/a.test.ts', '../test/public-data.ts', ['test/public-data.ts']), []);
    assert.equal(said('domain/a.ts', '../test/public-data.ts', ['test/public-data.ts']).length, 1);
    assert.deepEqual(said('domain/a.test.ts', 'fast-check'), []);
    assert.deepEqual(said('domain/a.ts', 'fast-check'), ['domain may not import the package fast-check']);
    assert.deepEqual(said('cli/a.ts', './b.test.ts', ['cli/b.test.ts']), ['imports a test (./b.test.ts)']);
  });

  test('lets each folder use the packages of its list only', () => {
    assert.deepEqual(said('domain/a.ts', 'typebox/value'), []);
    assert.deepEqual(said('cli/a.ts', 'node:fs'), []);
    assert.deepEqual(said('domain/a.ts', 'node:fs'), ['domain may not import the package node:']);
    assert.deepEqual(said('cli/a.ts', 'fs'), ['cli may not import the package fs']);
    assert.deepEqual(said('cli/a.ts', '@scope/name/part'), ['cli may not import the package @scope/name']);
    assert.deepEqual(said('domain/a.ts', 'healthcode/cli/main.ts'), [
      'domain may not import the package healthcode',
    ]);
    assert.equal(said('domain/a.ts', '#cli/main.ts').length, 1);
    assert.equal(said('domain/a.ts', '/etc/passwd').length, 1);
    assert.equal(said('domain/a.ts', 'data:text/javascript,1').length, 1);
  });

  test('lets nothing lead out of the project or to nowhere', () => {
    assert.deepEqual(said('cli/a.ts', '../../other/b.ts'), ['cli may not import .. (../../other/b.ts)']);
    assert.deepEqual(said('cli/a.ts', './gone.ts'), ['imports a file that does not exist (./gone.ts)']);
    assert.deepEqual(said('domain/a.ts', './x/../../cli/b.ts', ['cli/b.ts']).length, 1);
  });

  test('does not let an import hide', () => {
    const [finding] = checkImports([sourceFile('domain/a.ts', 'await import(name)')]);
    assert.equal(finding?.message, 'imports what only a run can tell');
  });
});
