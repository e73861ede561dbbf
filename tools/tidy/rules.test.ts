import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPurity } from './purity.ts';
import { describeFinding, type Finding, type SourceFile, sourceFile } from './source.ts';
import { checkSql } from './sql.ts';
import { checkWording } from './wording.ts';

type Rule = (files: readonly SourceFile[]) => Finding[];

/** One row: a path, a source, and how many findings the rule has there. */
type Row = readonly [path: string, source: string, findings: number];

function rows(rule: Rule, table: readonly Row[]): void {
  for (const [path, source, count] of table) {
    test(`${count === 0 ? 'allows' : 'finds'} ${path}: ${source.replaceAll('\n', ' ')}`, () => {
      const findings = rule([sourceFile(path, source)]);
      assert.equal(findings.length, count, findings.map(describeFinding).join('\n'));
    });
  }
}

describe('the rule of purity', () => {
  rows(checkPurity, [
    ['domain/a.ts', 'const now = Date.now();', 1],
    ['domain/a.ts', 'const now = new Date();', 1],
    ['domain/a.ts', 'const now = new Date( /* now */ );', 1],
    ['domain/a.ts', 'const now = new Date;', 1],
    ['domain/a.ts', 'const now = Date();', 1],
    ['domain/a.ts', 'const D = Date; D.now();', 1],
    ['domain/a.ts', `Date['now']()`, 1],
    ['domain/a.ts', 'performance.now()', 1],
    ['domain/a.ts', 'Math.random()', 1],
    ['domain/a.ts', 'const { random } = Math;', 1],
    ['domain/a.ts', `Math['random']()`, 1],
    ['credential/a.ts', 'crypto.getRandomValues(bytes)', 1],
    ['credential/a.ts', 'const id = crypto.randomUUID();', 1],
    ['domain/a.ts', 'setTimeout(f, 1); setInterval(f, 1); setImmediate(f)', 3],
    ['domain/a.ts', 'process.env.TZ', 1],
    ['domain/a.ts', 'globalThis.Date', 1],
    ['domain/a.ts', 'console.log(a)', 1],
    ['domain/a.ts', 'import.meta.url', 1],
    ['domain/a.ts', `new Function('return 1')`, 1],
    ['domain/a.ts', '`at #{Date.now()}`'.replace('#', '$'), 1],
    ['domain/a.ts', 'const start = Date.UTC(1900, 0, 1); const d = new Date(start);', 0],
    ['domain/a.ts', 'Math.floor(a); parseDate(a); batch.process(b); process(a)', 0],
    ['domain/a.ts', `// Date.now() is a clock\nconst a = 'Math.random()';`, 0],
    ['domain/a.test.ts', 'Date.now()', 0],
    ['server/main.ts', 'new Date()', 0],
  ]);

  test('names file, line and what it found', () => {
    const [finding] = checkPurity([sourceFile('domain/a.ts', '\n\nDate.now();')]);
    assert.equal(describeFinding(finding!), 'domain/a.ts:3: uses a clock (Date); domain is pure');
  });
});

describe('the rule of SQL', () => {
  rows(checkSql, [
    ['server/codes/show-code.ts', `query('select id from person')`, 1],
    ['server/codes/show-code.ts', 'query(`SELECT id\n  FROM person`)', 1],
    ['server/codes/show-code.ts', 'query(`select #{columns} from #{table}`)'.replaceAll('#', '$'), 1],
    ['server/codes/show-code.ts', `query('insert into person values ($1)')`, 1],
    ['server/codes/show-code.ts', `query("update person set name = 'x'")`, 1],
    ['server/codes/show-code.ts', `query('delete from person')`, 1],
    ['server/codes/show-code.ts', `query('drop table person')`, 1],
    ['server/codes/show-code.ts', 'await db.query(sql`lock person`)', 1],
    ['server/codes/restore.ts', `query('delete from person')`, 1],
    ['server/codes/query.sql', 'select 1', 1],
    ['server/codes/store.ts', `query('select id from person')`, 0],
    ['server/platform/db/migrate.ts', `query('select id from migration')`, 0],
    ['server/platform/db/migrations/0001_people.sql', 'create table person ()', 0],
    ['server/codes/show-code.ts', `const a = 'select one'; update(a); // delete from here`, 0],
    ['server/codes/store.test.ts', `query('select id from person')`, 0],
    ['cli/a.ts', `const help = 'select one from the list'`, 0],
  ]);
});

describe('the rule of wording', () => {
  rows(checkWording, [
    ['cli/a.ts', '// TODO: later', 1],
    ['cli/a.ts', '/* FIXME */', 1],
    ['cli/a.ts', '// TODO(#12): later', 0],
    ['cli/a.ts', '// TODO #12', 0],
    ['cli/a.ts', `const a = 'TODO';`, 0],
    ['cli/a.ts', '// @ts-ignore', 1],
    ['cli/a.ts', '// @ts-nocheck', 1],
    ['cli/a.ts', '// biome-ignore lint/a/b:', 1],
    ['cli/a.ts', '// biome-ignore lint/a/b: the parser needs it', 0],
    ['cli/a.ts', '// biome-ignore lint/suspicious/noExplicitAny: I like it', 1],
    ['cli/a.ts', '/// <reference types="node" />', 1],
    ['cli/index.ts', `export * from './a.ts';\nexport { b } from './b.ts';`, 1],
    ['cli/index.ts', `// all of it\nexport type { b } from './b.ts';\nexport * as c from './c.ts';`, 1],
    ['cli/index.ts', `export * from './a.ts';\nexport const b = 1;`, 0],
  ]);
});
