import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, type Db, openDatabase } from '../../server/platform/db/database.ts';
import { ADMINISTRATOR, isAlive } from '../../server/platform/db/embedded/cluster.ts';
import { script, sql } from '../../server/platform/db/sql.ts';
import { serverPid } from '../embedded.ts';
import { until } from '../until.ts';

/** An installation that processes of a test work on, and how the test reaches it without them. */
export interface Site {
  /** What each command is told of where it lies. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly keysFolder: string;
  /** The folder of the embedded database, where it has one. */
  readonly dataFolder: string | undefined;
  /** Runs something on the database as its administrator, who is no user of the embedded server beyond that. */
  readonly onDatabase: <T>(work: (db: Database) => Promise<T>) => Promise<T>;
  /** Takes what a process has said, on whatever output. */
  readonly hear: (text: string) => void;
  /** Everything that any process has said. */
  readonly heard: () => string;
  /** Does something when the suite has ended. */
  readonly onEnd: (end: () => Promise<void> | void) => void;
}

/** An installation on the embedded database, in a folder that is gone when the suite has ended. */
export function embeddedSite(
  dataFolder = mkdtempSync(join(tmpdir(), 'healthcode-')),
  remove = () => rmSync(dataFolder, { recursive: true, force: true }),
  whenOver: WhenOver = after,
): Site {
  chmodSync(dataFolder, 0o711);
  const url = `postgres://${ADMINISTRATOR}@localhost/healthcode?host=${encodeURIComponent(join(dataFolder, 'run'))}`;
  const args = ['--data', dataFolder];
  const place = { args, env: {}, keysFolder: join(dataFolder, 'keys'), dataFolder };
  const site = siteAt(() => url, place, whenOver);
  site.onEnd(async () => {
    await endServer(dataFolder);
    remove();
  });
  return site;
}

/** An installation on a database that `url` reaches; its processes reach it by another address, if one is given. */
export function databaseSite(
  url: () => string,
  addressOfProcesses: () => string = url,
  whenOver: WhenOver = after,
): Site {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const place = {
    args: ['--keys', join(folder, 'keys')],
    get env() {
      return { DATABASE_URL: addressOfProcesses() };
    },
    keysFolder: join(folder, 'keys'),
    dataFolder: undefined,
  };
  const site = siteAt(url, place, whenOver);
  site.onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return site;
}

/** Does something when everything is over: of a suite, unless something else is. */
export type WhenOver = (end: () => Promise<void>) => void;

function siteAt(
  url: () => string,
  place: Pick<Site, 'args' | 'env' | 'keysFolder' | 'dataFolder'>,
  whenOver: WhenOver = after,
): Site {
  let heard = '';
  const ends: (() => Promise<void> | void)[] = [];
  whenOver(async () => {
    // What was begun last ends first: a process before the server that it uses.
    for (const end of ends.reverse()) await end();
  });
  return Object.assign(place, {
    onDatabase: async <T>(work: (db: Database) => Promise<T>) => {
      const database = openDatabase({ url: url(), connections: 4 });
      return work(database).finally(database.close);
    },
    hear: (text: string) => {
      heard += text;
    },
    heard: () => heard,
    onEnd: (end: () => Promise<void> | void) => ends.push(end),
  });
}

async function endServer(dataFolder: string): Promise<void> {
  const pid = serverPid(dataFolder);
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  await until(() => !isAlive(pid), 120_000);
}

const HOLD_MS = 20;

/** Holds a table so that nobody can write to it, until the returned function is called. */
export async function holdTable(site: Site, table: string): Promise<() => Promise<void>> {
  let isReleased = false;
  let ended: Promise<void> | undefined;
  await new Promise<void>((held, failed) => {
    ended = site.onDatabase((database) =>
      database.transaction(async (db) => {
        await db.change(script(`lock table ${table} in share mode`));
        held();
        // Whoever says nothing within a transaction for ten seconds is cut off.
        for (; !isReleased; await sleep(HOLD_MS)) await db.rows(sql`select 1`);
      }),
    );
    ended.catch(failed);
  });
  return async () => {
    isReleased = true;
    await ended;
  };
}

/** How many connections of services wait for a lock. */
export async function waitingForLocks(db: Db): Promise<number> {
  const rows = await db.rows(sql`
    select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and application_name = 'healthcode'
  `);
  return rows.length;
}

/** How many wait for a standby with evidence that they have written in their transaction, whose locks they keep meanwhile. */
export async function waitingToCommit(db: Db): Promise<number> {
  const rows = await db.rows(sql`
    select
      from pg_stat_activity
      join pg_locks using (pid)
     where wait_event = 'SyncRep' and relation = 'evidence'::regclass and mode = 'RowExclusiveLock'
  `);
  return rows.length;
}
