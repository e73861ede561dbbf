import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../server/platform/db/database.ts';
import { ADMINISTRATOR, type Cluster, prepareCluster } from '../../server/platform/db/embedded/cluster.ts';
import type { Programs } from '../../server/platform/db/embedded/programs.ts';
import { findRunning, spawnServer } from '../../server/platform/db/embedded/server-process.ts';
import { DATABASE, ensureDatabase } from '../../server/platform/db/open-store.ts';
import { script } from '../../server/platform/db/sql.ts';
import { until } from '../until.ts';

/** A PostgreSQL that nobody watches over, such as a city runs: what dies stays dead until somebody starts it. */
export interface OwnServer {
  /** Reaches the database of the service under a superuser. */
  readonly url: string;
  readonly cluster: Cluster;
  readonly start: () => Promise<void>;
  /** Kills it as a machine does that loses its power, but for what the system has been given to write. */
  readonly kill: () => Promise<void>;
  /** Changes settings while it runs; or, while it does not, all that were ever changed. */
  readonly set: (settings: Readonly<Record<string, string>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

const PATIENCE_MS = 120_000;

/** How a server is made; without anything it is an empty one of the programs that the service brings along. */
export interface OwnServerOptions {
  /** Where its folder is made. */
  readonly within?: string;
  /** The programs of another PostgreSQL. */
  readonly programs?: Programs;
  /** Makes what lies in its folder, where the server is not to begin empty. */
  readonly fill?: (folder: string) => Promise<void>;
}

/** A server on a folder of its own; it does not run yet. */
export async function ownServer({
  within = tmpdir(),
  programs,
  fill = async () => {},
}: OwnServerOptions = {}): Promise<OwnServer> {
  const folder = mkdtempSync(join(within, 'healthcode-'));
  chmodSync(folder, 0o711);
  await fill(folder);
  const cluster = prepareCluster(folder, true, programs && (() => programs));
  const urlOf = (database: string) =>
    `postgres://${ADMINISTRATOR}@localhost/${database}?host=${encodeURIComponent(cluster.run)}`;
  const url = urlOf(DATABASE);
  const kill = async () => {
    const running = findRunning(cluster);
    if (running) process.kill(running.pid, 'SIGKILL');
    await until(() => findRunning(cluster) === undefined, PATIENCE_MS);
  };
  return {
    url,
    cluster,
    start: async () => {
      await startOn(cluster);
      if (!(await isStandby(urlOf(ADMINISTRATOR)))) await ensureDatabase(urlOf(ADMINISTRATOR), DATABASE);
    },
    kill,
    set: (settings) => set(cluster, urlOf(ADMINISTRATOR), settings),
    remove: async () => {
      await kill();
      // What the dead server has left notices that it is gone.
      await sleep(100);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Parts of a server that was killed may not have noticed it yet, and keep the next from starting. */
async function startOn(cluster: Cluster): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let server = spawnServer(cluster); Date.now() < end; await sleep(20)) {
    if (findRunning(cluster)?.isReady) return;
    if (server.exitCode !== null) server = spawnServer(cluster);
  }
  throw new Error(`PostgreSQL does not start: ${cluster.log}`);
}

async function ask<Row>(url: string, statement: string): Promise<Row[]> {
  const database = openDatabase({ url, connections: 1 });
  return database.rows<Row>(script(statement)).finally(database.close);
}

async function isStandby(url: string): Promise<boolean> {
  const [row] = await ask<{ standby: boolean }>(url, 'select pg_is_in_recovery() as standby');
  return row!.standby;
}

async function set(cluster: Cluster, url: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const all = Object.entries(settings);
  if (findRunning(cluster)) {
    for (const [name, value] of all) await ask(url, `alter system set ${name} = '${value}'`);
    await ask(url, 'select pg_reload_conf()');
  } else {
    const lines = all.map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(cluster.data, 'postgresql.auto.conf'), lines.join(''));
  }
}
