import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase, type Reach } from '../server/platform/db/database.ts';
import { ADMINISTRATOR } from '../server/platform/db/embedded/cluster.ts';
import { startEmbedded } from '../server/platform/db/embedded.ts';
import { migrate } from '../server/platform/db/migrate.ts';
import { prepareRoles, ROLES, type Role } from '../server/platform/db/roles.ts';
import { script, sql } from '../server/platform/db/sql.ts';
import { until } from './until.ts';

/** The PostgreSQL of a run of tests. */
export interface DatabaseServer {
  /** Reaches it under a login that may make databases and roles. */
  readonly url: string;
  /** Whether it was started for the run; its socket then lets every role log in. */
  readonly isOurs: boolean;
  /** A database with all migrations, from which others are cloned; none on Citus, where none can be. */
  readonly template: string;
  /** Whether it is the coordinator that `CITUS_URL` names: tables are then spread over its workers. */
  readonly isCitus: boolean;
}

/** A name for a database that nobody else uses. */
export function freshName(): string {
  return `healthcode_test_${randomBytes(6).toString('hex')}`;
}

/** How a role reaches a database of a server. */
export function reachOf({ url, isOurs }: DatabaseServer, database: string, role?: Role): Reach {
  const address = new URL(url);
  address.pathname = `/${database}`;
  if (role && isOurs) address.username = ROLES[role];
  return {
    url: address.href,
    connections: 4,
    byIndex: role === 'app',
    ...(role && !isOurs ? { role: ROLES[role] } : {}),
  };
}

/** Runs one statement of an administrator, in a database of its own or in the one of the login. */
export async function administer({ url }: { readonly url: string }, statement: string): Promise<void> {
  const login = openDatabase({ url, connections: 1 });
  await login.change(script(statement)).finally(login.close);
}

/** Ends the sessions whose last statement is like a pattern; waits until there is one. */
export async function cutConnections({ url }: { readonly url: string }, pattern: string): Promise<void> {
  const login = openDatabase({ url, connections: 1 });
  const cut = () =>
    login.rows(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
       where query like ${pattern} and datname = current_database() and pid <> pg_backend_pid()`);
  await until(async () => (await cut()).length > 0).finally(login.close);
}

/**
 * Starts a server for tests, or uses the one that `HEALTHCODE_TEST_DATABASE_URL` names (15 to 18, under a superuser),
 * and makes the template in it. With `CITUS_URL`, the coordinator that it names.
 */
export async function startServer(): Promise<DatabaseServer & { readonly stop: () => Promise<void> }> {
  const { CITUS_URL: coordinator, HEALTHCODE_TEST_DATABASE_URL: other } = process.env;
  if (coordinator)
    return { url: coordinator, isOurs: false, template: '', isCitus: true, stop: async () => {} };
  const own = other ? undefined : await startOwn();
  const server = { url: other ?? own!.url, isOurs: !other, template: freshName(), isCitus: false };
  const stop = async () => {
    await administer(server, `drop database if exists ${server.template} with (force)`);
    await own?.stop();
  };
  try {
    await administer(server, `create database ${server.template} template template0`);
    const login = openDatabase(reachOf(server, server.template));
    await prepareRoles(login).finally(login.close);
    const owner = openDatabase(reachOf(server, server.template, 'owner'));
    await migrate(owner).finally(owner.close);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...server, stop };
}

async function startOwn() {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { url, stop } = await startEmbedded({ folder, fast: true });
    return { url: url(ADMINISTRATOR, ADMINISTRATOR), stop: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As a program it prints how the server is reached, and stops it when its input ends, however that comes about. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  // Whoever started it may be gone before it is told.
  process.stdout.on('error', () => {});
  const { stop, ...server } = await startServer();
  process.stdout.write(`${JSON.stringify(server)}\n`);
  process.stdin.resume().on('close', stop);
}
