import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { NEEDS } from '../../../../domain/codes/suppose.ts';
import { SOURCES } from '../../../../domain/evidence/fact.ts';
import type { RulePackage } from '../../../../domain/rules/schema.ts';
import { authorityWords } from './authority-words.ts';
import { CLAUSE_WORDS, groundWords } from './ground-words.ts';
import { wayWords } from './way-words.ts';

const FOLDER = new URL('../../../../rules/', import.meta.url);
const packages = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && !name.includes('schema'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as RulePackage);
const [notice] = packages.filter(({ id }) => id === 'zj-2021-01') as [RulePackage];

describe('what people read', () => {
  test('names every ground of every rule package', () => {
    assert.ok(packages.length > 1);
    for (const rules of packages)
      for (const { clause } of rules.grounds) {
        assert.ok(Object.hasOwn(CLAUSE_WORDS, clause), `${rules.id} ${clause}`);
        assertWords(groundWords(rules, clause));
      }
  });

  test('is what the package says where it says one thing, and without its numbers where it says several', () => {
    assert.equal(groundWords(notice, 'R2e').zh, '近14天内有境外旅居史');
    assert.equal(groundWords(undefined, 'R2e').zh, '近期有境外旅居史');
    assert.equal(groundWords(notice, 'R2g', 'nat').zh, '核酸检测阳性，待判定');
    assert.equal(groundWords(notice, 'R2g', 'designation').zh, '其他须纳入红码管理的人员');
    assert.equal(groundWords(notice, 'R2g').zh, CLAUSE_WORDS.R2g.zh);
  });

  test('is the clause itself where a future package has one that nobody knows here', () => {
    assert.equal(groundWords(notice, 'R9x').en, 'Clause R9x of the rules');
    assert.equal(groundWords(undefined, 'toString').en, 'Clause toString of the rules');
    assertWords(authorityWords('toString'));
  });

  test('names every authority and every way to green', () => {
    for (const source of SOURCES) assertWords(authorityWords(source));
    for (const need of NEEDS) for (const isAtOnce of [true, false]) assertWords(wayWords([need], isAtOnce));
    assert.equal(
      wayWords(['negative-test', 'fever-gone'], true).en,
      'When a nucleic-acid test is negative, and the fever has gone, the code turns green at once',
    );
    assert.equal(wayWords(['negative-test'], false).zh, '核酸检测结果为阴性，到期后转为绿码');
  });
});

function assertWords({ zh, en }: { readonly zh: string; readonly en: string }): void {
  assert.match(zh, /\p{Script=Han}/u);
  assert.match(en, /^[A-Z][\w ,.;'’-]+$/);
}
