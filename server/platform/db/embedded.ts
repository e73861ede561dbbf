import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../operator-error.ts';
import { archiveInto } from './embedded/archive.ts';
import { type Cluster, prepareCluster } from './embedded/cluster.ts';
import { enter, type Presence } from './embedded/presence.ts';
import { findRunning, spawnServer } from './embedded/server-process.ts';

/** A PostgreSQL server of our own, which several processes may use at once. */
export interface Embedded {
  /** Where a database of the server is reached under a login: on a socket, so by nobody else than this account. */
  readonly url: (user: string, database: string) => string;
  /** Leaves the server. The last process to leave stops it. Connections of this process are to be closed before. */
  readonly stop: () => Promise<void>;
}

/** How an embedded server is started. */
export interface EmbeddedOptions {
  /** Where the data lies; see `defaultDataFolder`. It may be missing. */
  readonly folder: string;
  /** For tests: quicker, and without regard for a loss of power. */
  readonly fast?: boolean;
  /** The folder of backups into which the journal is archived; `none` ends that, and without it all stays as it is. */
  readonly archive?: string;
  /** Told when the server has died under this process, and when it is back; each start that fails is told too. */
  readonly onEvent?: (event: 'died' | 'back' | 'failed', error?: Error) => void;
}

/** How long a server may take until it answers; recovery after a crash reads up to a gigabyte again. */
const START_MS = 120_000;
const STOP_MS = 60_000;
const POLL_MS = 20;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Where data lies when nothing else is said. Not in root's home, which the server could not enter. */
export function defaultDataFolder(): string {
  if (process.getuid?.() === 0) return '/var/lib/healthcode';
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'healthcode');
}

/**
 * Starts PostgreSQL on a folder, or joins the server that another process has started there, and starts it again
 * whenever it dies, until `stop`. Ctrl-C or the death of this process leaves it running, and the next start joins it.
 *
 * Throws when the folder cannot be used or the server does not come up, and says what to do.
 */
export async function startEmbedded({
  folder,
  fast = false,
  archive,
  onEvent = () => {},
}: EmbeddedOptions): Promise<Embedded> {
  const prepared = prepareCluster(folder, fast);
  if (archive !== undefined)
    archiveInto(prepared, archive === 'none' ? undefined : archive, findRunning(prepared) !== undefined);
  let stopped: Promise<void> | undefined;
  const onDeath = () => {
    if (stopped) return;
    onEvent('died');
    joined = comeBack(cluster, onDeath, onEvent, () => stopped !== undefined);
    joined.catch(() => {});
  };
  let joined = startOrJoin(prepared, onDeath);
  // Another process may have put the socket elsewhere; there it stays for as long as this one lives.
  const cluster = { ...prepared, run: (await joined).run };
  const stop = async () => {
    const last = await joined.catch(() => undefined);
    if (last) await leave(cluster, last.presence);
  };
  return {
    url: (user, database) => urlOf(cluster.run, user, database),
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function urlOf(run: string, user: string, database: string): string {
  const [login, name, host] = [user, database, run].map(encodeURIComponent);
  // Read by `pg` and libpq alike; the folder of the socket takes the place of the host.
  return `postgres://${login}@localhost/${name}?host=${host}`;
}

interface Joined {
  readonly presence: Presence;
  /** The folder of the socket. */
  readonly run: string;
}

/** Starts a server that died, as often as it takes. */
async function comeBack(
  cluster: Cluster,
  onDeath: () => void,
  onEvent: NonNullable<EmbeddedOptions['onEvent']>,
  isStopped: () => boolean,
): Promise<Joined> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      const joined = await startOrJoin(cluster, onDeath);
      onEvent('back');
      return joined;
    } catch (error) {
      onEvent('failed', error as Error);
    }
    if (isStopped()) throw new Error('stopped before the database was back');
    await sleep(pause);
  }
}

/**
 * Several processes may come here at the same moment, and no lock of ours keeps them apart: PostgreSQL lets one server
 * run on a folder, and who did not start it joins it.
 */
async function startOrJoin(cluster: Cluster, onDeath: () => void): Promise<Joined> {
  const end = Date.now() + START_MS;
  let server: ChildProcess | undefined;
  let notFound: Error | undefined;
  while (Date.now() < end) {
    const running = findRunning(cluster);
    const presence = running?.isReady ? await tryToEnter(running.run, onDeath) : undefined;
    if (running && presence) return { presence, run: running.run };
    if (!running && hasEnded(server)) {
      if (notFound) throw notFound;
      if (server) {
        refuseUnlessPassing(cluster, server);
        await sleep(FIRST_PAUSE_MS);
      }
      server = spawnServer(cluster).once('error', (error) => {
        notFound = error;
      });
    }
    await sleep(POLL_MS);
  }
  throw new OperatorError(`PostgreSQL does not answer; ${cluster.log} may say why`);
}

/** What a server says that is not ready, or not any more; PostgreSQL Appendix A. */
const NOT_READY = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53300'];

async function tryToEnter(run: string, onDeath: () => void): Promise<Presence | undefined> {
  try {
    return await enter(run, onDeath);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined || NOT_READY.includes(code)) return undefined;
    throw error;
  }
}

function hasEnded(server: ChildProcess | undefined): boolean {
  return !server || server.exitCode !== null || server.signalCode !== null;
}

/** Another server was quicker, or remains of one that was killed have not noticed yet that it is gone. */
const PASSING = /lock file ".*" already exists|shared memory block .* is still in use/;

function refuseUnlessPassing({ log }: Cluster, server: ChildProcess): void {
  const said = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-4).join('\n');
  if (server.signalCode === null && !PASSING.test(said))
    throw new OperatorError(`PostgreSQL does not start (${log}):\n${said}`);
}

async function leave(cluster: Cluster, presence: Presence): Promise<void> {
  // A connection that is lost by now belongs to a server that is gone.
  const isLast = await presence.leave().catch(() => false);
  const running = isLast ? findRunning(cluster) : undefined;
  if (running) await shutDown(cluster, running.pid);
  await presence.end();
}

/** Ends a server at once but in order: it ends the statements that run, and writes what it has to write. */
async function shutDown(cluster: Cluster, pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  for (const end = Date.now() + STOP_MS; Date.now() < end; await sleep(POLL_MS))
    if (findRunning(cluster)?.pid !== pid) return;
  throw new OperatorError(`PostgreSQL (process ${pid}) does not stop; ${cluster.log} may say why`);
}
