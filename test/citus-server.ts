import { distribute } from '../server/platform/db/citus/distribute.ts';
import { openDatabase } from '../server/platform/db/database.ts';
import { migrate } from '../server/platform/db/migrate.ts';
import { prepareRoles } from '../server/platform/db/roles.ts';
import { sql } from '../server/platform/db/sql.ts';
import { administer, type DatabaseServer, reachOf } from './database-server.ts';

interface Cluster {
  readonly host: string;
  readonly port: number;
  readonly workers: readonly Worker[];
}

interface Worker {
  readonly host: string;
  readonly port: number;
  /** In the database of the coordinator's login. */
  readonly url: string;
}

/** As many as show that there is more than one, and as few as are made quickly. */
const SHARDS = 4;

/**
 * Makes a database with all migrations on the coordinator and on every worker that the coordinator knows, and spreads its
 * tables. The login has to be a superuser on all of them, by the same password.
 */
export async function makeOnCitus(server: DatabaseServer, name: string): Promise<void> {
  const cluster = await clusterOf(server);
  for (const { url } of [server, ...cluster.workers]) {
    await administer({ url }, `create database ${name} template template0`);
    await administer({ url: within(url, name) }, 'create extension citus');
  }
  await administer(server, `alter database ${name} set citus.shard_count = ${SHARDS}`);
  const login = openDatabase({ ...reachOf(server, name), connections: 1 });
  const owner = openDatabase(reachOf(server, name, 'owner'));
  try {
    await login.rows(sql`select citus_set_coordinator_host(${cluster.host}::text, ${cluster.port}::integer)`);
    for (const { host, port } of cluster.workers)
      await login.rows(sql`select citus_add_node(${host}::text, ${port}::integer)`);
    await prepareRoles(login);
    await migrate(owner);
    await distribute(owner, login);
  } finally {
    await Promise.all([login.close(), owner.close()]);
  }
}

/** Drops what {@link makeOnCitus} has made on the workers. */
export async function dropOnWorkers(server: DatabaseServer, name: string): Promise<void> {
  const { workers } = await clusterOf(server);
  for (const worker of workers) await administer(worker, `drop database if exists ${name} with (force)`);
}

async function clusterOf({ url }: DatabaseServer): Promise<Cluster> {
  const login = openDatabase({ url, connections: 1 });
  const nodes = await login
    .rows<{ host: string; port: number; group: number }>(
      sql`select nodename as host, nodeport as port, groupid as group from pg_dist_node where noderole = 'primary'`,
    )
    .finally(login.close);
  const own = nodes.find(({ group }) => group === 0);
  const address = new URL(url);
  const workers = nodes
    .filter(({ group }) => group !== 0)
    .map(({ host, port }) => {
      const there = new URL(url);
      there.host = `${host}:${port}`;
      return { host, port, url: there.href };
    });
  return { host: own?.host ?? address.hostname, port: own?.port ?? Number(address.port || 5_432), workers };
}

function within(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}
