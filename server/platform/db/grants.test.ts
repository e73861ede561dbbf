import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { freshDatabase } from '../../../test/database.ts';
import { readCatalogue, type Table } from './catalogue.ts';
import type { Role } from './roles.ts';
import { script } from './sql.ts';

/** Where what a colour rests on is kept, and the colours themselves. */
const TABLES = [
  ...[
    'person',
    'person_document',
    'kin',
    'record',
    'former_version',
    'evidence',
    'assessment',
    'due',
    'look',
  ],
  ...[
    'batch',
    'quarantine',
    'quarantine_step',
    'source_contract',
    'rule_package',
    'rules_in_force',
    'bucket_turn',
  ],
  ...['installation', 'migration'],
];

/** What each role may change there; all else is forbidden. */
const MAY: Readonly<Record<Exclude<Role, 'owner'>, Readonly<Record<Verb, readonly string[]>>>> = {
  app: {
    insert: TABLES.filter((table) => !['bucket_turn', 'migration'].includes(table)),
    update: [
      'person.wrapped_key',
      ...['version', 'person_id', 'digest', 'links', 'recorded_at', 'erase_after'].map(
        (name) => `record.${name}`,
      ),
      ...['bucket', 'rules_from', 'rules_number', 'has_all_facts'].map((name) => `bucket_turn.${name}`),
    ],
    delete: ['due'],
    truncate: [],
  },
  reader: { insert: [], update: [], delete: [], truncate: [] },
  eraser: {
    insert: [],
    update: [],
    delete: TABLES.filter(
      (table) =>
        ![
          'batch',
          'source_contract',
          'rule_package',
          'rules_in_force',
          'bucket_turn',
          'installation',
          'migration',
        ].includes(table),
    ),
    truncate: [],
  },
};
type Verb = 'insert' | 'update' | 'delete' | 'truncate';

const STATEMENTS: Readonly<
  Record<Verb, (table: Table) => readonly (readonly [what: string, text: string])[]>
> = {
  insert: ({ name }) => [[name, `insert into ${name} select * from ${name} where false`]],
  update: ({ name, columns }) =>
    columns.map((column) => [
      `${name}.${column.name}`,
      `update ${name} set ${column.name} = default where false`,
    ]),
  delete: ({ name }) => [[name, `delete from ${name} where false`]],
  truncate: ({ name }) => [[name, `truncate ${name}`]],
};

describe('the grants of the database', () => {
  const db = freshDatabase();
  let tables: readonly Table[];
  before(async () => {
    tables = (await readCatalogue(db.owner)).tables.filter(({ name }) => TABLES.includes(name));
    assert.equal(tables.length, TABLES.length);
  });

  async function isForbidden(role: Role, text: string): Promise<boolean> {
    const kind = await db[role].change(script(text)).then(
      () => undefined,
      (error) => error.kind,
    );
    assert.ok(kind === undefined || kind === 'forbidden', `${role}: ${text}: ${kind}`);
    return kind === 'forbidden';
  }

  for (const role of ['app', 'reader', 'eraser'] as const)
    for (const verb of ['insert', 'update', 'delete', 'truncate'] as const)
      test(`let the role ${role} ${verb} what its work needs, and nothing more`, async () => {
        const may: string[] = [];
        for (const table of tables)
          for (const [what, text] of STATEMENTS[verb](table))
            if (!(await isForbidden(role, text))) may.push(what);
        assert.deepEqual(may.sort(), [...MAY[role][verb]].sort());
      });

  const OTHERWISE: readonly string[] = [
    'alter table evidence disable trigger all',
    'alter table assessment alter colour drop not null',
    'alter table source_contract drop constraint source_contract_kinds_check',
    'drop table evidence',
    'create table mine (id uuid)',
    'create function mine() returns integer language sql return 1',
    'create rule mine as on select to look do instead nothing',
    // On a server that is given, the connections are those of its administrator, who may take on any role.
    ...(process.env.HEALTHCODE_TEST_DATABASE_URL ? [] : ['set role healthcode_owner']),
    "copy evidence to program 'cat'",
    'alter role healthcode_app superuser',
  ];
  for (const role of ['app', 'reader', 'eraser'] as const)
    test(`let the role ${role} come to more in no other way`, async () => {
      for (const text of OTHERWISE) assert.equal(await isForbidden(role, text), true, text);
    });

  test('let the eraser find rows without reading what they say', async () => {
    const columns = [
      'evidence.sealed_data',
      'evidence.kind',
      'assessment.colour',
      'assessment.result',
      'person.wrapped_key',
    ];
    for (const column of columns) {
      const [table, name] = column.split('.');
      assert.equal(await isForbidden('eraser', `select ${name} from ${table}`), true, column);
    }
  });
});
