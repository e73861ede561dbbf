import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { leastOf } from '../../../test/durations.ts';
import { embeddedProcess, serverPid } from '../../../test/embedded.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { until } from '../../../test/until.ts';
import { type Database, openDatabase } from './database.ts';
import { ADMINISTRATOR } from './embedded/cluster.ts';
import { type Embedded, type EmbeddedOptions, startEmbedded } from './embedded.ts';
import { prepareRoles, ROLES } from './roles.ts';
import { type Statement, script, sql } from './sql.ts';

const isRoot = process.getuid?.() === 0;
const NOT_ROOT = !isRoot && 'only root starts the server under another account';

function administrator(embedded: Pick<Embedded, 'url'> | { readonly url: string }): Database {
  const { url } = embedded;
  return openDatabase({
    url: typeof url === 'string' ? url : url(ADMINISTRATOR, ADMINISTRATOR),
    connections: 1,
  });
}

/** Runs one statement as the administrator. */
async function ask<Row>(at: Parameters<typeof administrator>[0], statement: Statement): Promise<Row[]> {
  const database = administrator(at);
  return database.rows<Row>(statement).finally(database.close);
}

/** Starts or joins the server on a folder until a test has ended, at the latest. */
async function start(
  t: TestContext,
  folder: string,
  onEvent?: EmbeddedOptions['onEvent'],
): Promise<Embedded> {
  const embedded = await startEmbedded({ folder, fast: true, ...(onEvent && { onEvent }) });
  t.after(embedded.stop);
  return embedded;
}

const KEEP = script('create table if not exists kept as select 1 as number');
const KEPT = sql`select number from kept`;

/** Most tests follow one another on one folder: making an empty database takes longer than anything else here. */
const folder = temporaryFolder();

describe('the embedded server', () => {
  test('keeps its data from one start to the next, and runs only in between', async (t) => {
    const first = await start(t, folder);
    await ask(first, KEEP);
    await first.stop();
    assert.equal(serverPid(folder), undefined);
    const second = await start(t, folder);
    assert.deepEqual(await ask(second, KEPT), [{ number: 1 }]);
    await second.stop();
  });

  test('listens on a socket only, in a folder that nobody else can enter', async (t) => {
    const embedded = await start(t, folder);
    const [row] = await ask<{ addresses: string; folder: string }>(
      embedded,
      sql`select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as folder`,
    );
    assert.equal(row?.addresses, '');
    for (const each of [row!.folder, join(folder, 'data')])
      assert.equal(statSync(each).mode & 0o777, 0o700, each);
    await embedded.stop();
  });

  test('checks its pages, counts in UTF-8 and compares by bytes', async (t) => {
    const embedded = await start(t, folder);
    const [row] = await ask(
      embedded,
      sql`select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
                 (select datcollate from pg_database where datname = current_database()) as collation`,
    );
    assert.deepEqual(row, { checksums: 'on', encoding: 'UTF8', collation: 'C' });
    await embedded.stop();
  });

  test('finds a place for its socket when the path of the folder is long', async (t) => {
    const folder = join(temporaryFolder(), 'a-long-name-'.repeat(9));
    mkdirSync(folder);
    if (isRoot) chmodSync(join(folder, '..'), 0o711);
    const embedded = await start(t, folder);
    const run = new URL(embedded.url(ADMINISTRATOR, ADMINISTRATOR)).searchParams.get('host')!;
    t.after(() => rmSync(run, { recursive: true }));
    assert.ok(!run.startsWith(folder), run);
    const second = await embeddedProcess(t, folder);
    assert.equal(second.url, embedded.url(ADMINISTRATOR, ADMINISTRATOR));
    await second.leave();
    await embedded.stop();
  });

  test('begins a new log when the old one is long', async (t) => {
    await (await start(t, folder)).stop();
    writeFileSync(join(folder, 'postgres.log'), 'x'.repeat((10 << 20) + 1));
    await (await start(t, folder)).stop();
    assert.ok(statSync(join(folder, 'postgres.log')).size < 10_000);
  });

  test('refuses the data of another version', async (t) => {
    const folder = temporaryFolder();
    await (await start(t, folder)).stop();
    writeFileSync(join(folder, 'data/PG_VERSION'), '9\n');
    await assert.rejects(start(t, folder), /written by PostgreSQL 9, and the installed one is 18/);
  });

  test('says what PostgreSQL says when it does not start', async (t) => {
    const folder = temporaryFolder();
    await (await start(t, folder)).stop();
    writeFileSync(join(folder, 'data/postgresql.conf'), 'no_such_setting = 1\n');
    await assert.rejects(start(t, folder), /no_such_setting/);
  });
});

describe('the embedded server, under root,', { skip: NOT_ROOT }, () => {
  test('runs as nobody', async (t) => {
    const embedded = await start(t, folder);
    const { uid } = statSync(`/proc/${serverPid(folder)}`);
    assert.equal(uid, Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout));
    await embedded.stop();
  });

  test('is out of reach of other accounts', async (t) => {
    const embedded = await start(t, folder);
    const connect = `require('net').connect('${folder}/run/.s.PGSQL.5432').on('error', (e) => console.log(e.code))`;
    const { stdout } = spawnSync(process.execPath, ['-e', connect], { uid: 1, gid: 1, encoding: 'utf8' });
    assert.equal(stdout, 'EACCES\n');
    await embedded.stop();
  });

  test('names the folder that bars the way to its data, and what to do', async (t) => {
    const closed = join(temporaryFolder(), 'closed');
    mkdirSync(join(closed, 'data-folder'), { recursive: true });
    chmodSync(join(closed, '..'), 0o711);
    chmodSync(closed, 0o700);
    await assert.rejects(start(t, join(closed, 'data-folder')), (error: Error) => {
      assert.ok(error.message.includes(`nobody, which cannot pass ${closed} to reach`), error.message);
      assert.ok(error.message.includes(`chmod o+x ${closed}`), error.message);
      return true;
    });
  });
});

describe('the log of the embedded server', () => {
  const secret = 'S3CRET';
  const refused = [
    sql`insert into thing values (${secret}, 2)`,
    sql`insert into thing values (${`${secret}2`}, ${-1})`,
    sql`insert into thing values (${null}, 1)`,
    script(`insert into thing values ('${secret}')`),
  ];
  const misread = [
    sql`select ${secret}::uuid`,
    sql`select ${`{"${secret}`}::json`,
    sql`select ${secret}::text::timestamptz`,
    script(`select '${secret}'::integer`),
  ];

  test('holds no value of a row or a statement, whatever fails, nor does the error', async (t) => {
    const embedded = await start(t, folder);
    const admin = administrator(embedded);
    await prepareRoles(admin);
    await admin.change(script('create table thing (word text primary key, count integer check (count > 0))'));
    await admin.change(script('grant all on thing to healthcode_app'));
    const app = openDatabase({ url: embedded.url(ROLES.app, ADMINISTRATOR), connections: 2 });
    await app.change(sql`insert into thing values (${secret}, 1)`);
    const failing = [
      ...refused.map((each) => admin.rows(each)),
      ...[...refused, ...misread].map((each) => app.rows(each)),
    ];
    const failures = await Promise.allSettled(failing);
    for (const failure of failures) {
      assert.equal(failure.status, 'rejected');
      assert.ok(!inspect(failure.reason).includes(secret));
    }
    await Promise.all([app.close(), admin.close()]);
    await embedded.stop();
    const log = readFileSync(join(folder, 'postgres.log'), 'utf8');
    assert.match(log, /ERROR: {2}duplicate key value/);
    assert.ok(!log.includes(secret), log);
  });
});

describe('the embedded server, when something dies,', () => {
  test('is started again within two seconds, with all that was committed', async (t) => {
    const events: string[] = [];
    const embedded = await start(t, folder, (event) => events.push(event));
    const database = administrator(embedded);
    await database.change(KEEP);
    let rounds = 0;
    const kill = async () => {
      rounds++;
      process.kill(serverPid(folder)!, 'SIGKILL');
      return until(async () => {
        const rows = await database.rows(KEPT).catch(() => undefined);
        return rows?.length === 1 && events.length === 2 * rounds;
      });
    };
    await kill();
    const tookMs = await leastOf(2_000, kill);
    assert.ok(tookMs < 2_000, `${tookMs} ms`);
    assert.deepEqual(events, Array.from({ length: rounds }, () => ['died', 'back']).flat());
    await database.close();
    await embedded.stop();
    assert.equal(serverPid(folder), undefined);
  });

  test('outlives the process that started it, and is joined by the next', async (t) => {
    const first = await embeddedProcess(t, folder);
    const pid = serverPid(folder);
    await ask(first, KEEP);
    await first.kill();
    const second = await start(t, folder);
    assert.equal(serverPid(folder), pid);
    assert.deepEqual(await ask(second, KEPT), [{ number: 1 }]);
    await second.stop();
    assert.equal(serverPid(folder), undefined);
  });

  test('starts after a crash although its number belongs to another process by now', async (t) => {
    const first = await embeddedProcess(t, folder);
    const pid = serverPid(folder)!;
    await ask(first, KEEP);
    await first.kill();
    process.kill(pid, 'SIGKILL');
    const { uid, gid } = statSync(join(folder, 'data'));
    const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid, cwd: '/' } : { cwd: '/' });
    t.after(() => stranger.kill());
    for (const file of ['data/postmaster.pid', 'run/.s.PGSQL.5432.lock']) {
      const [, ...rest] = readFileSync(join(folder, file), 'utf8').split('\n');
      writeFileSync(join(folder, file), [stranger.pid, ...rest].join('\n'));
    }
    const second = await start(t, folder);
    assert.deepEqual(await ask(second, KEPT), [{ number: 1 }]);
    await second.stop();
    assert.equal(stranger.exitCode, null);
  });

  test('starts although the making of its data was interrupted', async (t) => {
    const folder = temporaryFolder();
    const ended = spawnSync('true').pid;
    mkdirSync(join(folder, `data.${ended}/base`), { recursive: true });
    if (isRoot) chmodSync(folder, 0o711);
    await (await start(t, folder)).stop();
    assert.ok(!existsSync(join(folder, `data.${ended}`)));
  });
});

describe('the embedded server, of several processes,', () => {
  test('stays until the last one has left', async (t) => {
    const first = await embeddedProcess(t, folder);
    const pid = serverPid(folder);
    const second = await embeddedProcess(t, folder);
    assert.equal(second.url, first.url);
    await first.leave();
    assert.equal(serverPid(folder), pid);
    await ask(second, KEEP);
    await second.leave();
    assert.equal(serverPid(folder), undefined);
  });

  test('stays for a process that merely has connections', async (t) => {
    const embedded = await start(t, folder);
    const pid = serverPid(folder);
    const database = administrator(embedded);
    await database.change(KEEP);
    await embedded.stop();
    assert.equal(serverPid(folder), pid);
    await database.close();
    await (await start(t, folder)).stop();
    assert.equal(serverPid(folder), undefined);
  });

  test('is one, also when they begin at the same moment on nothing', async (t) => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o711);
    const processes = await Promise.all([
      embeddedProcess(t, folder),
      embeddedProcess(t, folder),
      start(t, folder),
    ]);
    const [first, second, here] = processes;
    await ask(first, KEEP);
    for (const each of [second, here]) assert.deepEqual(await ask(each, KEPT), [{ number: 1 }]);
    await Promise.all([first.leave(), second.leave(), here.stop()]);
    assert.equal(serverPid(folder), undefined);
  });
});
