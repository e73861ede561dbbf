import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { emptyDatabase } from '../../../test/database.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { until } from '../../../test/until.ts';
import { openDatabase } from './database.ts';
import { type Migrated, migrate, readMigrations } from './migrate.ts';
import { ROLES } from './roles.ts';
import { sql } from './sql.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const FIRST = 'create table first (id uuid primary key); grant select on first to healthcode_app;';
const SECOND = 'alter table first add note text;\ncreate table second (id uuid primary key);';

describe('migrate', () => {
  const db = emptyDatabase();
  const both = { '0001_first.sql': FIRST, '0002_second.sql': SECOND };

  test('applies what is missing, in order, and keeps when', async () => {
    const { owner } = db;
    assert.deepEqual(await migrate(owner, folderWith({ '0001_first.sql': FIRST })), {
      applied: ['0001_first.sql'],
      unknown: [],
    });
    assert.deepEqual(await migrate(owner, folderWith(both)), { applied: ['0002_second.sql'], unknown: [] });
    assert.deepEqual(await migrate(owner, folderWith(both)), { applied: [], unknown: [] });
    const rows = await owner.rows<{ name: string; isNow: boolean }>(
      sql`select name, applied_at > now() - interval '1 minute' as "isNow" from migration order by name`,
    );
    assert.deepEqual(rows, [
      { name: '0001_first.sql', isNow: true },
      { name: '0002_second.sql', isNow: true },
    ]);
  });

  test('makes objects that belong to the owner', async () => {
    const rows = await db.owner.rows<{ owner: string }>(
      sql`select distinct tableowner as owner from pg_tables where schemaname = 'public'`,
    );
    assert.deepEqual(rows, [{ owner: ROLES.owner }]);
  });

  test('accepts the migrations of a newer release, and tells them', async () => {
    assert.deepEqual(await migrate(db.owner, folderWith({ '0001_first.sql': FIRST })), {
      applied: [],
      unknown: ['0002_second.sql'],
    });
  });

  test('names a file that was changed after it had been applied', async () => {
    const changed = folderWith({ ...both, '0001_first.sql': `${FIRST}\n-- better` });
    await assert.rejects(migrate(db.owner, changed), /0001_first\.sql was changed/);
  });

  test('sees no change in other ends of lines', async () => {
    const folder = folderWith({ ...both, '0002_second.sql': SECOND.replaceAll('\n', '\r\n') });
    assert.deepEqual((await migrate(db.owner, folder)).applied, []);
  });

  test('changes nothing when a migration fails, and names it', async () => {
    const broken = { ...both, '0003_broken.sql': 'create table third (id uuid primary key); select 1/0;' };
    await assert.rejects(migrate(db.owner, folderWith(broken)), /0003_broken\.sql failed: .*22012/);
    const [row] = await db.owner.rows<{ third: unknown }>(sql`select to_regclass('third') as third`);
    assert.equal(row?.third, null);
  });

  test('lets the service see what is applied, and change none of it', async () => {
    assert.equal((await db.app.rows(sql`select name from migration`)).length, 2);
    await assert.rejects(db.app.change(sql`delete from migration`), { kind: 'forbidden' });
  });
});

describe('migrate, by two processes at once,', () => {
  const db = emptyDatabase();

  test('applies each migration once', async () => {
    const files = Object.fromEntries(
      [1, 2, 3, 4, 5].map((i) => [`000${i}_table.sql`, `create table table_${i} (id uuid primary key)`]),
    );
    const folder = folderWith(files);
    const owners = [1, 2, 3].map(() => openDatabase({ url: db.url, role: ROLES.owner, connections: 1 }));
    const done = await Promise.all(owners.map((owner) => migrate(owner, folder)));
    await Promise.all(owners.map((owner) => owner.close()));
    assert.deepEqual(done.flatMap(({ applied }) => applied).sort(), Object.keys(files));
  });
});

describe('migrate, while the service works,', () => {
  const db = emptyDatabase();
  const both = { '0001_first.sql': FIRST, '0002_second.sql': SECOND };

  test('waits for whoever uses a table, and nobody waits long behind it', async () => {
    await migrate(db.owner, folderWith({ '0001_first.sql': FIRST }));
    let migrating: Promise<Migrated> | undefined;
    await db.app.transaction(async (using) => {
      await using.rows(READ);
      migrating = migrate(db.owner, folderWith(both));
      migrating.catch(() => {});
      await until(async () => (await db.reader.rows(WAITING)).length > 0);
      await db.app.rows(READ);
      await using.rows(READ);
    });
    assert.deepEqual((await migrating)?.applied, ['0002_second.sql']);
  });

  test('gives up when they are always there, changes nothing, and says what to do', async () => {
    const third = folderWith({ ...both, '0003_third.sql': 'alter table first add third text' });
    await db.app.transaction(async (using) => {
      await using.rows(READ);
      await assert.rejects(migrate(db.owner, third), { name: 'OperatorError', message: /run it again/ });
      await using.rows(READ);
    });
    assert.deepEqual((await migrate(db.owner, third)).applied, ['0003_third.sql']);
  });
});

const READ = sql`select id from first`;
const WAITING = sql`select from pg_locks where relation = 'first'::regclass and not granted`;

describe('the migrations of a folder', () => {
  test('have a number each', () => {
    assert.throws(() => readMigrations(folderWith({ '0001_a.sql': '', '0001_b.sql': '' })), /0001_a\.sql/);
  });

  test('have a name that says what they add', () => {
    for (const name of ['1_a.sql', '0001-a.sql', '0001_A.sql', '0001_.sql'])
      assert.throws(() => readMigrations(folderWith({ [name]: '' })), /NNNN_what_it_adds/, name);
  });
});
