import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkClauses, checkLinks, clausesOf } from './tidy/documents.ts';
import { checkImports, MAY_IMPORT, MAY_USE } from './tidy/import-table.ts';
import { importsOf } from './tidy/imports.ts';
import { checkLayout } from './tidy/layout.ts';
import { checkDecisions, checkInstalled, checkPackages } from './tidy/packages.ts';
import { checkPurity, isPure } from './tidy/purity.ts';
import { describeFinding, type Finding, isScript } from './tidy/source.ts';
import { checkSql } from './tidy/sql.ts';
import { readTree } from './tidy/tree.ts';
import { checkWording } from './tidy/wording.ts';

const ROOT = join(import.meta.dirname, '..');
const files = readTree(ROOT);
const scripts = files.filter(({ path }) => isScript(path));
const decisions = files.filter(({ path }) => /^docs\/decisions\/.*\.md$/.test(path));
const notice = files.find(({ path }) => path === 'docs/notice.md');
const manifest = files.find(({ path }) => path === 'package.json')!;

function holds(findings: readonly Finding[]): void {
  assert.deepEqual(findings.map(describeFinding), []);
}

describe('the house', () => {
  test('is looked at', () => {
    assert.ok(scripts.length > 20, `${scripts.length} modules`);
    assert.ok(scripts.flatMap(importsOf).length > 40);
    assert.ok(files.filter(isPure).length > 0);
    assert.deepEqual(Object.keys(MAY_USE).sort(), Object.keys(MAY_IMPORT).sort());
  });

  test('has imports that point inwards, and the packages of the lists', () => holds(checkImports(files)));
  test('has no clock and no dice in the pure folders', () => holds(checkPurity(files)));
  test('speaks SQL in the stores only', () => holds(checkSql(files)));
  test('keeps files short, folders small and names plain', () => holds(checkLayout(files)));
  test('leaves nothing unfinished or silenced, and passes nothing on', () => holds(checkWording(files)));
  test('has exact versions and says nothing of the machine that made it', () => holds(checkPackages(files)));
  test('installs every package that the product may import', () => holds(checkInstalled(manifest)));
  test('links to files that exist', () => holds(checkLinks(files, (path) => existsSync(join(ROOT, path)))));

  test(
    'has a decision for each run-time dependency',
    {
      skip: decisions.length === 0 && 'no decisions yet',
    },
    () => holds(checkDecisions(manifest, decisions)),
  );

  test('cites only clauses of the notice', { skip: !notice && 'no docs/notice.md yet' }, () => {
    assert.ok(clausesOf(notice!).size > 40);
    holds(checkClauses(files, notice!));
  });
});
