import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { groupOf } from '../../server/platform/db/citus/placement.ts';
import { SNAPSHOT } from '../../server/platform/db/describe-schema.ts';
import { isTest, sourceFile } from '../../tools/tidy/source.ts';
import { readTree } from '../../tools/tidy/tree.ts';
import { checkStatement } from './check-statement.ts';
import { statementsOf } from './sources.ts';
import { tablesIn } from './tables.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('the statements of the service, on tables that are spread over machines', () => {
  const tables = tablesIn(readFileSync(SNAPSHOT, 'utf8'));
  const statements = readTree(ROOT)
    .filter(({ path }) => /^(?:server|cli|signer|gate)\/.*\.ts$/.test(path) && !isTest(path))
    .flatMap(statementsOf);

  test('each goes to the shards of the values that it names, or says why it asks all of them', () => {
    assert.ok(statements.length > 250);
    const findings = statements.flatMap(({ path, line, text }) =>
      checkStatement(text, tables).map((finding) => `${path}:${line}: ${finding}`),
    );
    assert.deepEqual(findings, []);
  });

  test('columns by which rows that belong together are spread are of one type', () => {
    const types = new Map<string, Set<string>>();
    for (const { placement, columns } of tables.values()) {
      if (typeof placement !== 'object') continue;
      const group = groupOf(placement.column);
      types.set(group, (types.get(group) ?? new Set()).add(columns.get(placement.column)!));
    }
    assert.ok(types.size > 5);
    assert.deepEqual(
      [...types].filter(([, { size }]) => size !== 1),
      [],
    );
  });
});

const SCHEMA = `table person -- retention: identity; distributed by person_id
  person_id uuid not null -- sensitive: identity
  bucket smallint not null -- sensitive: no
  year integer -- sensitive: no

table fact -- retention: evidence; distributed by person_id
  person_id uuid not null -- sensitive: identity
  number bigint not null -- sensitive: no
  kind text -- sensitive: no

table account -- retention: identity; distributed by account_id
  account_id uuid not null -- sensitive: identity
  person_id uuid -- sensitive: identity

table job -- retention: working; coordinator
  job_id uuid not null -- sensitive: no
  person_id uuid -- sensitive: identity

table rule -- retention: configuration; reference
  rule text not null -- sensitive: no
`;

describe('the rules for statements', () => {
  const tables = tablesIn(SCHEMA);

  // biome-ignore format: a table reads better as a table
  const sound: readonly string[] = [
    'select year from person where person_id = {}',
    'select p.year from person as p where p.person_id = any({}::uuid[]) and (p.year = {} or p.year is null)',
    'select year from person where ((person_id = {}) and year > {})',
    'select f.kind from person p left join fact f on f.person_id = p.person_id where p.person_id = {}',
    'select kind from person join fact using (person_id) where person_id = {}',
    'select f.kind from fact f, rule r where r.rule = f.kind and f.person_id = {}',
    'select kind from (select distinct on (person_id) person_id, kind from fact where person_id = any({})) f join person p on p.person_id = f.person_id',
    'select year from person p where p.person_id = {} and not exists (select from fact f where f.person_id = p.person_id)',
    'with f as (select person_id from fact where person_id = {}) select p.year from person p join f on f.person_id = p.person_id',
    'select person_id from person where person_id = {} union all select person_id from fact where person_id = any({})',
    'select year from person where person_id = {} for update',
    'select job_id from job for update skip locked',
    'select rule from rule',
    'insert into fact (person_id, number) values ({}, {})',
    'insert into fact (person_id, number) select p, n from unnest({}::uuid[], {}::bigint[]) as v(p, n) on conflict do nothing',
    'insert into fact (person_id, number) select {}::uuid, coalesce(max(number), 0) + 1 from fact where person_id = {}',
    'insert into fact (person_id, number) values ({}, {}) on conflict (person_id, number) do update set kind = coalesce(excluded.kind, {})',
    'update person set year = {} where person_id = any({})',
    'delete from fact f using person p where p.person_id = f.person_id and p.person_id = {}',
    'insert into job (job_id) values ({})',
    'copy fact (person_id, number) from stdin',
    'set local enable_seqscan = off',
    "create table made (person_id uuid); comment on table made is 'a; b'",
    'select p.year from person p left join fact f on f.person_id = p.person_id and f.number = {} where p.person_id = {}',
    'select f.kind from fact f right join person p on f.person_id = p.person_id where p.person_id = {}',
    'update person set year = {} where person_id = {} returning (select count(*) from fact f where f.person_id = person.person_id)',
    '-- across shards: a count\n select count(*) from person',
    "-- across shards: a job\n insert into fact (person_id, number) select person_id, 1 from person where bucket = {}",
  ];
  for (const statement of sound)
    test(`allow: ${statement}`, () => assert.deepEqual(checkStatement(statement, tables), []));

  // biome-ignore format: a table reads better as a table
  const unsound: readonly (readonly [statement: string, ...found: string[]])[] = [
    ['select year from person', 'person is not asked by person_id'],
    ['select year from person where bucket = {}', 'person is not asked by person_id'],
    ['select year from person where person_id = {} or year = {}', 'person is not asked by person_id'],
    ['select year from person where person_id <> {}', 'person is not asked by person_id'],
    ['select year from person where person_id > {}', 'person is not asked by person_id'],
    ['select year from person where person_id = any(array(select person_id from account where account_id = {}))', 'person is not asked by person_id', 'account is not joined with person by where rows lie'],
    ['select 1 from fact f left join person p on p.year = f.number where f.person_id = {} and p.person_id = {}', 'p is not joined with f by where rows lie'],
    ['select 1 from account a join person p on p.person_id = a.person_id where a.account_id = {} and p.person_id = {}', 'p is not joined with a by where rows lie'],
    ['select year from person p where p.person_id = {} and exists (select from fact f where f.person_id = {})', 'f is not joined with p by where rows lie'],
    ['select year from person p where exists (select from fact f where f.person_id = p.person_id and f.person_id = {})', 'person is not asked by person_id'],
    ['select person_id from person where person_id = {} union select person_id from fact', 'fact is not asked by person_id'],
    ['select year from person where person_id = any({}) for update', 'locks rows of person without one person_id'],
    ['-- across shards: work\n select year from person where bucket = {} for update skip locked', 'locks rows of person without one person_id'],
    ['select year from person p join job j on j.person_id = p.person_id where p.person_id = {}', 'names tables of the coordinator and of the workers'],
    ['insert into fact (number) values ({})', 'gives no person_id'],
    ['insert into fact (person_id, number) select person_id, 1 from person where bucket = {}', 'person is not asked by person_id'],
    ['insert into fact (person_id, number) select person_id, 1 from account where account_id = {}', 'person_id is another than where the rows lie'],
    ['insert into fact (person_id, number) values ({}, {}) on conflict (person_id, number) do update set kind = now()', 'changes rows by now, of which it is not known that it is immutable', 'calls now, which gives something else on each machine'],
    ['update person set year = age({}) where person_id = {}', 'changes rows by age, of which it is not known that it is immutable'],
    ['update person set person_id = {} where person_id = {}', 'sets person_id'],
    ['update person set year = 1 where person_id = {} and year < random()', 'changes rows by random, of which it is not known that it is immutable', 'calls random, which gives something else on each machine'],
    ['delete from fact where number = {}', 'fact is not asked by person_id'],
    ['delete from fact f using person p where p.person_id = {} and f.person_id = {}', 'p is not joined with f by where rows lie'],
    ['copy fact (number) from stdin', 'gives no person_id'],
    ['copy (select person_id from person) to stdout', 'person is not asked by person_id'],
    ['-- across shards: a count\n select year from person where person_id = {}', 'is marked and goes to the shards of its values only'],
    ['-- across shards:\n select year from person', 'person is not asked by person_id'],
    ['-- across shards: a job\n select 1 from fact f join person p on p.year = f.number', 'p is not joined with f by where rows lie'],
    ['select p.year from person p left join rule r on p.person_id = {}', 'person is not asked by person_id'],
    ['select p.year from person p left join fact f on f.person_id = p.person_id and f.person_id = {}', 'person is not asked by person_id'],
    ['select p.year from fact f right join person p on f.person_id = p.person_id and f.person_id = {}', 'person is not asked by person_id'],
    ['select year from person where case when bucket = {} and person_id = {} and true then true else true end', 'person is not asked by person_id'],
    ['select year from person where year between {} and person_id = {}', 'person is not asked by person_id'],
    ['update person set (person_id, year) = ({}, {}) where person_id = {}', 'sets person_id'],
    ['update person set year = {} where person_id = {} returning (select count(*) from fact)', 'fact is not asked by person_id', 'fact is not joined with person by where rows lie'],
    ['insert into fact (person_id, number) values ({}, {}) returning (select count(*) from person)', 'person is not asked by person_id'],
    ['insert into fact (person_id, number) values ({}, {}) on conflict (person_id, number) do update set kind = (select year from person limit 1)', 'person is not asked by person_id'],
    ['delete from fact where person_id = {} returning (select count(*) from person)', 'person is not asked by person_id', 'person is not joined with fact by where rows lie'],
    ['copy person to stdout', 'copies a whole table'],
    ['copy fact from stdin', 'gives no person_id'],
    ['set local enable_seqscan = off; delete from person', 'is of no kind that can be told'],
    ['create table gone as select * from person', 'is of no kind that can be told'],
    ['grant select on person to reader; delete from person', 'is of no kind that can be told'],
    ['select 1 from nowhere', 'names nowhere, which is no table'],
    ['with gone as (delete from fact where person_id = {} returning number) select number from gone', 'has a `with` that cannot be told'],
    ['merge into person using fact on true when matched then delete', 'is of no kind that can be told'],
    ['select year from person natural join fact where person_id = {}', 'joins by whatever has the same name'],
    ['select 1 where 1 = (2', 'has parentheses that do not fit'],
  ];
  for (const [statement, ...found] of unsound)
    test(`refuse: ${statement}`, () =>
      assert.deepEqual(checkStatement(statement, tables).sort(), found.sort()));

  const statementsIn = (text: string, path = 'server/things/store.ts') =>
    statementsOf(sourceFile(path, text)).map((statement) => statement.text);

  test('every statement that is written out is found', () => {
    const written = 'db.rows(sql`select {}`); db.change(script(`copy x`))'.replace('{}', '$' + '{x}');
    assert.deepEqual(statementsIn(`import { script, sql } from '../sql.ts';\n${written}`), [
      'select {}',
      'copy x',
    ]);
    assert.deepEqual(statementsIn(`db.change(script("delete from x where kind = 'y'"))`), [
      "delete from x where kind = 'y'",
    ]);
  });

  const hidden: readonly string[] = [
    'db.change(script(text))',
    `db.change(script('delete ' + 'from person'))`,
    'db.change(script(isAll ? `delete from person` : `delete from fact`))',
    'db.rows(sql<Row>`select from person`)',
    'db.rows(platform.sql`select from person`)',
    'import { sql as tag } from "../sql.ts"; db.rows(tag`select from person`)',
    'const { script: say } = statements; db.change(say(`delete from person`))',
    'const tag = sql; db.rows(tag`select from person`)',
    `client.query('delete from person')`,
  ];
  for (const text of hidden)
    test(`refuse what hides a statement: ${text}`, () =>
      assert.throws(() => statementsIn(text), /has a statement that cannot be read/));
});
