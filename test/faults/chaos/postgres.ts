import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATA } from '../../../server/platform/db/backup/take-backup.ts';
import type { Database } from '../../../server/platform/db/database.ts';
import { findRunning } from '../../../server/platform/db/embedded/server-process.ts';
import { script } from '../../../server/platform/db/sql.ts';
import { until } from '../../until.ts';
import { type DatabaseProxy, proxyTo } from '../database-proxy.ts';
import { installedPostgres } from '../installed-postgres.ts';
import { ownServer } from '../own-server.ts';
import { databaseSite, embeddedSite, type Site, type WhenOver } from '../site.ts';

/**
 * Whose PostgreSQL it is. `embedded`: the services start and watch over it. `bundled`: the same programs, and nobody watches
 * over it, as over that of a city. `installed`: likewise, and the programs are those of this machine.
 */
export type Kind = 'embedded' | 'bundled' | 'installed';
export const KINDS: readonly Kind[] = ['embedded', 'bundled', 'installed'];

/** A PostgreSQL, as faults reach it. */
export interface Postgres {
  /** Kills it once it works, as a machine does that loses its power, but for what the system has been given to write. */
  readonly kill: () => Promise<void>;
  /** Sees to it that it runs. */
  readonly start: () => Promise<void>;
  /** Changes a setting, as soon as that can be done; none is what stands by itself. */
  readonly set: (name: string, value: string | undefined) => Promise<void>;
}

interface Prepared {
  readonly postgres: Postgres;
  readonly proxy: DatabaseProxy | undefined;
  readonly site: Site;
}

const PATIENCE_MS = 120_000;
/** Each side gives the other up sooner than in service, so that there is time for more faults. */
const IMPATIENCE = { query_timeout: '3000', idle_in_transaction_session_timeout: '3000' };

/** Makes a database in a folder, for services to come. */
export async function preparePostgres(kind: Kind, within: string, whenOver: WhenOver): Promise<Prepared> {
  return kind === 'embedded' ? embedded(within, whenOver) : own(kind, within, whenOver);
}

async function embedded(within: string, whenOver: WhenOver): Promise<Prepared> {
  const folder = join(within, 'site');
  mkdirSync(folder);
  const site = embeddedSite(folder, () => {}, whenOver);
  const find = () => findRunning({ data: join(site.dataFolder!, DATA) });
  const isReady = () => find()?.isReady === true;
  const kill = async () => {
    await until(isReady, PATIENCE_MS);
    process.kill(find()!.pid, 'SIGKILL');
  };
  // Whoever uses it brings it back.
  return { postgres: { kill, start: async () => {}, set: setOn(site) }, proxy: undefined, site };
}

async function own(kind: Kind, within: string, whenOver: WhenOver): Promise<Prepared> {
  const programs = kind === 'installed' ? installedPostgres() : undefined;
  const server = await ownServer({ within, ...(programs && { programs }) });
  await server.start();
  const proxy = await proxyTo(impatient(server.url));
  whenOver(server.remove);
  whenOver(proxy.close);
  const site = databaseSite(
    () => server.url,
    () => proxy.url,
    whenOver,
  );
  return { postgres: { kill: server.kill, start: server.start, set: setOn(site) }, proxy, site };
}

function setOn(site: Site): Postgres['set'] {
  return async (name, value) => {
    const change =
      value === undefined ? `alter system reset ${name}` : `alter system set ${name} = '${value}'`;
    await untilDone(site, async (db) => {
      await db.change(script(change));
      await db.rows(script('select pg_reload_conf()'));
    });
  };
}

/** Does something on the database as soon as it answers. */
async function untilDone(site: Site, work: (db: Database) => Promise<void>): Promise<void> {
  await until(
    () =>
      site.onDatabase(work).then(
        () => true,
        () => sleep(100, false),
      ),
    PATIENCE_MS,
  );
}

function impatient(url: string): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(IMPATIENCE)) address.searchParams.set(name, value);
  return address.href;
}
