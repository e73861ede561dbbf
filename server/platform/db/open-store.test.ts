import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { emptyDatabase } from '../../../test/database.ts';
import { administer } from '../../../test/database-server.ts';
import { serverPid } from '../../../test/embedded.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { until } from '../../../test/until.ts';
import { LONGEST_TRANSACTION_MS, openDatabase } from './database.ts';
import { openStore, type Store } from './open-store.ts';
import { prepareRoles } from './roles.ts';
import { sql } from './sql.ts';

const WHO = sql`select current_user::text as role, current_database()::text as database`;

async function rolesOf({ owner, app, reader, eraser }: Store) {
  const rows = await Promise.all(
    [owner, app, reader, eraser].map((role) => role.rows<{ role: string }>(WHO)),
  );
  return rows.map(([row]) => row?.role);
}

const ALL = ['healthcode_owner', 'healthcode_app', 'healthcode_reader', 'healthcode_eraser'];

describe('the store', () => {
  test('on a folder, is made from nothing, and is there the next time', async (t) => {
    const dataFolder = temporaryFolder();
    const first = await openStore({ dataFolder }, { fast: true });
    t.after(first.stop);
    assert.ok(first.migrated.applied.length > 1);
    assert.deepEqual(await rolesOf(first), ALL);
    await first.stop();
    assert.equal(serverPid(dataFolder), undefined);
    const second = await openStore({ dataFolder }, { fast: true });
    t.after(second.stop);
    assert.deepEqual(second.migrated.applied, []);
    assert.deepEqual(await second.app.rows(sql`select current_database()::text as name`), [
      { name: 'healthcode' },
    ]);
    await Promise.all([second.stop(), second.stop()]);
  });

  const db = emptyDatabase();

  test('by a URL, runs under the roles whoever logs in', async (t) => {
    const store = await openStore({ url: db.url });
    t.after(store.stop);
    assert.deepEqual(await rolesOf(store), ALL);
  });

  test('commits no transaction of the service that has taken more than a minute', async (t) => {
    const store = await openStore({ url: db.url });
    t.after(store.stop);
    const slow = (passedMs: number) =>
      store.app.transaction(async (one) => {
        const now = performance.now();
        t.mock.method(performance, 'now', () => now + passedMs);
        return one.rows(WHO);
      });
    await slow(LONGEST_TRANSACTION_MS - 1_000);
    t.mock.restoreAll();
    await assert.rejects(slow(LONGEST_TRANSACTION_MS), { kind: 'unavailable', code: '57014' });
  });
});

describe('the store, behind a network that is lost without a word,', () => {
  const db = emptyDatabase();

  for (const [role, afterMs] of [
    ['app', 20_000],
    ['eraser', 60_000],
  ] as const)
    test(`gives up what the role ${role} asked after ${afterMs / 1_000} s`, async (t) => {
      const store = await openStore({ url: db.url });
      t.after(store.stop);
      t.mock.timers.enable({ apis: ['setTimeout'] });
      await store[role].rows(WHO);
      const kinds: string[] = [];
      const asked = store[role].rows(sql`select pg_sleep(60)`).catch(({ kind }) => kinds.push(kind));
      // Until it is on its way.
      await nextTurn();
      t.mock.timers.tick(afterMs - 1);
      await nextTurn();
      assert.equal(kinds.length, 0);
      t.mock.timers.tick(1);
      t.mock.timers.reset();
      await until(() => kinds.length > 0, 5_000);
      await asked;
      assert.deepEqual(kinds, ['unavailable']);
    });
});

describe('the store, under a login of a city that is no administrator,', () => {
  const db = emptyDatabase();
  const name = `city_${process.pid}`;

  test('tells what an administrator has to run, and opens when that is done', async (t) => {
    await administer(db, `create role ${name} login password 'city'`);
    t.after(() => administer(db, `drop role ${name}`));
    const address = new URL(db.url);
    address.username = name;
    address.password = 'city';
    const wanted = await openStore({ url: address.href }).then(
      () => assert.fail('it opened'),
      (error: Error) => /run: (.*)$/.exec(error.message)?.[1],
    );
    assert.equal(
      wanted,
      ALL.toSorted()
        .map((role) => `grant ${role} to ${name}`)
        .join('; '),
    );
    await administer(db, wanted);
    const store = await openStore({ url: address.href });
    t.after(store.stop);
    assert.deepEqual(await rolesOf(store), ALL);
    await assert.rejects(store.reader.change(sql`delete from migration`), { kind: 'forbidden' });
  });
});

describe('the roles', () => {
  const db = emptyDatabase();

  test('are prepared by several processes at once', async (t) => {
    await administer(db, 'grant create on schema public to public');
    const logins = [1, 2, 3, 4].map(() => openDatabase({ url: db.url, connections: 1 }));
    t.after(() => Promise.all(logins.map((login) => login.close())));
    await Promise.all(logins.map(prepareRoles));
    const [row] = await db.app.rows(sql`
      select has_schema_privilege('public', 'public', 'usage') as all,
             has_schema_privilege('healthcode_app', 'public', 'create') as app`);
    assert.deepEqual(row, { all: false, app: false });
  });
});
