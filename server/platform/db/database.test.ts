import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NEVER } from '../../../domain/time.ts';
import { emptyDatabase } from '../../../test/database.ts';
import { cutConnections } from '../../../test/database-server.ts';
import { type Db, LATEST_COMMIT_MS, LONGEST_TRANSACTION_MS, openDatabase } from './database.ts';
import { SOCKET } from './embedded/cluster.ts';
import { DatabaseError, type FailureKind } from './failure.ts';
import { ROLES } from './roles.ts';
import { type Statement, script, sql, time } from './sql.ts';

const db = emptyDatabase();
before(() =>
  db.owner.change(
    script(`create table thing (id bigint primary key, word text unique, count integer not null check (count > 0));
            grant select, insert, update on thing to healthcode_app`),
  ),
);

describe('a statement', () => {
  test('cannot be changed by a value', async () => {
    const word = "'); drop table thing; --";
    assert.deepEqual(await db.app.rows(sql`select ${word}::text as word`), [{ word }]);
  });

  test('gives instants, numbers and bytes', async () => {
    const at = Date.UTC(2021, 0, 20, 12, 0, 0, 123);
    const [row] = await db.app.rows(sql`
      select ${time(at)}::timestamptz as at, ${time(NEVER)}::timestamptz as never, 9007199254740991 as big,
             ${Buffer.from([0, 255])}::bytea as bytes, null as nothing`);
    assert.deepEqual(row, {
      at,
      never: NEVER,
      big: 9007199254740991,
      bytes: Buffer.from([0, 255]),
      nothing: null,
    });
  });

  test('runs under the role that the database was opened for', async () => {
    const other = openDatabase({ url: db.url, role: ROLES.reader, connections: 1 });
    const rows = await other.rows(
      sql`select current_user::text as role, current_setting('timezone') as zone`,
    );
    await other.close();
    assert.deepEqual(rows, [{ role: 'healthcode_reader', zone: 'UTC' }]);
  });

  test('says how many rows it changed', async () => {
    assert.equal(await db.app.change(sql`insert into thing values (1, 'one', 1), (2, 'two', 1)`), 2);
    assert.equal(await db.app.change(sql`update thing set count = 2 where id = ${7}`), 0);
  });
});

describe('a statement that fails', () => {
  // biome-ignore format: a table reads better as a table
  const cases: readonly (readonly [name: string, statement: Statement, kind: FailureKind, code: string])[] = [
    ['a key that is there', sql`insert into thing values (1, ${'S3CRET'}, 1)`, 'duplicate', '23505'],
    ['a value that a check refuses', sql`insert into thing values (5, ${'S3CRET'}, -1)`, 'invalid', '23514'],
    ['a value that is missing', sql`insert into thing values (5, ${'S3CRET'}, null)`, 'invalid', '23502'],
    ['a value of another form', sql`insert into thing values (5, 'x', ${'S3CRET'})`, 'invalid', '22P02'],
    ['a role that may not', sql`delete from thing where word = ${'S3CRET'}`, 'forbidden', '42501'],
    ['a mistake', sql`select no_such_column from thing where word = ${'S3CRET'}`, 'defect', '42703'],
    ['a server that shuts down', script('do $$ begin raise exception using errcode = \'57P01\'; end $$'), 'unavailable', '57P01'],
    ['a node that is lost', script('do $$ begin raise exception using errcode = \'08006\'; end $$'), 'unavailable', '08006'],
    ['a full disk', script('do $$ begin raise exception using errcode = \'53100\'; end $$'), 'unavailable', '53100'],
    ['a statement that takes too long', script("set statement_timeout = '1ms'; select pg_sleep(1)"), 'unavailable', '57014'],
    ['a server that became a standby', script('do $$ begin raise exception using errcode = \'25006\'; end $$'), 'unavailable', '25006'],
  ];
  for (const [name, statement, kind, code] of cases)
    test(`tells ${name} by a kind, and quotes no value`, async () => {
      await assert.rejects(db.app.rows(statement), (error) => {
        assert.ok(error instanceof DatabaseError);
        assert.deepEqual({ kind: error.kind, code: error.code }, { kind, code });
        assert.ok(!JSON.stringify([error, error.message, error.stack]).includes('S3CRET'));
        return true;
      });
    });

  test('names the constraint', async () => {
    const failing = db.app.rows(sql`insert into thing values (9, 'one', 1)`);
    await assert.rejects(failing, { kind: 'duplicate', constraint: 'thing_word_key' });
  });

  test('is unavailable when there is no server', async () => {
    const away = openDatabase({ url: 'postgres://nobody@localhost/none?host=/nowhere' });
    await assert.rejects(away.rows(sql`select 1`), { kind: 'unavailable' });
    await assert.rejects(
      away.transaction(async () => {}),
      { kind: 'unavailable' },
    );
    await away.close();
  });

  test('is unavailable when its connection is lost, and the next one works', async () => {
    const lost = assert.rejects(db.app.rows(sql`select pg_sleep(10)`), { kind: 'unavailable' });
    await cutConnections(db, 'select pg_sleep%');
    await lost;
    assert.equal((await db.app.rows(sql`select 1`)).length, 1);
  });
});

/** "I am ready", and an error that ends the connection (PostgreSQL, "Message Formats"). */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0';
const FATAL = Buffer.from(`E\0\0\0${String.fromCharCode(4 + FIELDS.length)}${FIELDS}`, 'latin1');

/** A way to a server that ends each connection in the same breath in which it is ready for the first time. */
async function givingUp(t: TestContext): Promise<string> {
  const address = new URL(db.url);
  const host = address.searchParams.get('host');
  const port = Number(address.port || 5_432);
  const server = createServer((near) => {
    const far = createConnection(host ? { path: join(host, SOCKET) } : { host: address.hostname, port });
    near.pipe(far).on('data', (chunk: Buffer) => {
      near.write(chunk.subarray(-READY.length).equals(READY) ? Buffer.concat([chunk, FATAL]) : chunk);
    });
    for (const [one, other] of [[near, far] as const, [far, near] as const])
      one.on('error', () => {}).on('close', () => other.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  address.searchParams.delete('host');
  address.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return address.href;
}

describe('a transaction', () => {
  test('keeps nothing when its work throws, and throws the same', async () => {
    const undo = new Error('undo');
    const work = db.app.transaction(async (app) => {
      await app.change(sql`insert into thing values (20, 'twenty', 1)`);
      throw undo;
    });
    await assert.rejects(work, (error) => error === undo);
    assert.deepEqual(await db.app.rows(sql`select from thing where id = 20`), []);
  });

  test('runs again when two were in the way of each other', async () => {
    await db.app.change(sql`insert into thing values (30, 'thirty', 1), (31, 'thirty-one', 1)`);
    let runs = 0;
    let arrived = 0;
    const add = (first: number, second: number) =>
      db.app.transaction(async (app) => {
        runs++;
        await app.change(sql`update thing set count = count + 1 where id = ${first}`);
        arrived++;
        while (arrived < 2) await new Promise(setImmediate);
        await app.change(sql`update thing set count = count + 1 where id = ${second}`);
      });
    await Promise.all([add(30, 31), add(31, 30)]);
    assert.equal(runs, 3);
    assert.deepEqual(await db.app.rows(sql`select count from thing where id in (30, 31)`), [
      { count: 3 },
      { count: 3 },
    ]);
  });

  test('gives up when it cannot win', async () => {
    let runs = 0;
    const work = db.app.transaction(async (app) => {
      runs++;
      await app.change(script("do $$ begin raise exception using errcode = '40001'; end $$"));
    });
    await assert.rejects(work, { kind: 'conflict', code: '40001' });
    assert.equal(runs, 5);
  });

  test('commits nothing once it has taken longer than it may, all tries together', async (t) => {
    const hasty = openDatabase({ url: db.url, longestMs: 60, connections: 1 });
    t.after(hasty.close);
    const slowly = (id: number) => async (one: Db) => {
      await one.change(sql`insert into thing values (${id}, ${`slow ${id}`}, 1)`);
      await sleep(80);
    };
    const tooLate = { kind: 'unavailable', code: '57014' };
    await assert.rejects(hasty.transaction(slowly(40)), tooLate);
    await hasty.transaction(slowly(41), { mayLast: true });
    assert.deepEqual(await db.app.rows(sql`select id from thing where id in (40, 41)`), [{ id: 41 }]);
    let runs = 0;
    const conflicting = hasty.transaction(async (one) => {
      runs++;
      await sleep(25);
      await one.change(script("do $$ begin raise exception using errcode = '40001'; end $$"));
    });
    await assert.rejects(conflicting, tooLate);
    assert.ok(runs < 5, `${runs} tries`);
  });

  test('is ended by the server when nothing is heard of it for ten seconds', async () => {
    const rows = await db.app.rows(
      sql`select current_setting('idle_in_transaction_session_timeout') as limit`,
    );
    assert.deepEqual(rows, [{ limit: '10s' }]);
    assert.equal(LATEST_COMMIT_MS, LONGEST_TRANSACTION_MS + 10_000);
  });

  test('is unavailable when its connection is lost, and leaves none behind that is broken', async () => {
    const work = db.app.transaction(async (app) => {
      await app.rows(sql`select 'to be cut'`);
      await cutConnections(db, '%to be cut%');
      await app.rows(sql`select 1`);
    });
    await assert.rejects(work, { kind: 'unavailable' });
    for (let i = 0; i < 8; i++) await db.app.transaction((app) => app.rows(sql`select 1`));
  });

  test('is unavailable when the server gives up in the moment in which it is ready', async (t) => {
    const other = openDatabase({ url: await givingUp(t), connections: 1 });
    t.after(other.close);
    for (const work of [() => other.transaction((one) => one.rows(ONE)), () => other.rows(ONE)])
      await assert.rejects(work, { kind: 'unavailable' });
  });
});

const ONE = sql`select 1`;
