import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OperatorError } from '../operator-error.ts';
import { type Account, barrierBefore, serverAccount } from './account.ts';
import { findPrograms, type Programs } from './programs.ts';

/** A folder in which PostgreSQL keeps its data, and everything that is needed to run it. */
export interface Cluster {
  /** The files of PostgreSQL. */
  readonly data: string;
  /** Holds the socket; only the account and root can enter it. */
  readonly run: string;
  readonly log: string;
  readonly account: Account;
  readonly programs: Programs;
  /** For tests: quick, and lost when the machine loses its power. */
  readonly isFast: boolean;
}

/** The administrator inside the database. It is nobody's login: only this machine's account and root reach it. */
export const ADMINISTRATOR = 'postgres';

const LOG_BYTES = 10 << 20;
/** A path of a socket has 104 bytes on some systems and 108 on others, its end included. */
const SOCKET_PATH_BYTES = 100;
const SOCKET = '.s.PGSQL.5432';
const PID_FILE = 'postmaster.pid';

/** Makes the folder ready to run a server, with an empty database at the first time. */
export function prepareCluster(dataFolder: string, isFast: boolean): Cluster {
  if (process.platform === 'win32')
    throw new OperatorError('the embedded PostgreSQL does not run on Windows: set DATABASE_URL, or use WSL');
  const account = serverAccount();
  const folder = makeFolder(resolve(dataFolder), account);
  const programs = findPrograms(folder, account);
  const data = join(folder, 'data');
  if (!existsSync(data)) initialise(data, account, programs, isFast);
  checkVersion(data, programs);
  const log = join(folder, 'postgres.log');
  const run = makeRunFolder(folder, account);
  return { data, run, log, account, programs, isFast };
}

function makeFolder(folder: string, account: Account): string {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  // What is new, or empty and so meant for us, is opened for the account to pass; it can list nothing in it.
  if (account.isOther && readdirSync(folder).length === 0) chmodSync(folder, 0o711);
  const barrier = barrierBefore(folder, account);
  // One spelling for all: a running server is known by the path that it was given.
  if (barrier === undefined) return realpathSync(folder);
  throw new OperatorError(
    `PostgreSQL runs as ${account.name}, which cannot pass ${barrier} to reach ${folder}: choose a data folder elsewhere, or allow it with chmod o+x ${barrier}`,
  );
}

function makeRunFolder(folder: string, account: Account): string {
  const near = join(folder, 'run');
  const isShort = Buffer.byteLength(join(near, SOCKET)) <= SOCKET_PATH_BYTES;
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const run = isShort ? near : join(tmpdir(), `healthcode-${digest}`);
  makePrivate(run, account);
  // Anybody may make folders where temporary ones lie: one of somebody else's is not entered.
  const stats = lstatSync(run);
  if (!stats.isDirectory() || stats.uid !== account.uid || (stats.mode & 0o077) !== 0)
    throw new OperatorError(`${run} must be a folder that only ${account.name} can enter`);
  return run;
}

function makePrivate(folder: string, { uid, gid, isOther }: Account): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { mode: 0o700 });
  if (isOther) chownSync(folder, uid, gid);
}

/** Makes an empty database. It gets its name when it is whole, so that an interrupted start leaves nothing half made. */
function initialise(data: string, account: Account, programs: Programs, isFast: boolean): void {
  const unfinished = `${data}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  makePrivate(unfinished, account);
  const options = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--auth=trust', '--no-instructions'];
  if (isFast) options.push('--no-sync');
  const made = spawnSync(programs.initdb, ['-D', unfinished, `--username=${ADMINISTRATOR}`, ...options], {
    ...runAs(account),
    cwd: unfinished,
    encoding: 'utf8',
  });
  if (made.status !== 0)
    throw new OperatorError(`initdb failed: ${made.error?.message ?? `${made.stderr}${made.stdout}`.trim()}`);
  try {
    renameSync(unfinished, data);
    if (!isFast) syncFolder(join(data, '..'));
  } catch (error) {
    // Another process was quicker; both join the same server.
    if (!existsSync(join(data, 'PG_VERSION'))) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

function checkVersion(data: string, { majorVersion }: Programs): void {
  const found = Number(readFileSync(join(data, 'PG_VERSION'), 'utf8'));
  if (found !== majorVersion)
    throw new OperatorError(
      `${data} was written by PostgreSQL ${found}, and the installed one is ${majorVersion}`,
    );
}

/** Starts a server in a session of its own, so that what ends this process does not end it. */
export function spawnServer(cluster: Cluster): ChildProcess {
  const { programs, data, log, account } = cluster;
  forgetOldOwner(cluster);
  if (existsSync(log) && statSync(log).size > LOG_BYTES) rmSync(log);
  const output = openSync(log, 'a', 0o600);
  const settings = Object.entries(settingsOf(cluster)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(programs.postgres, ['-D', data, ...settings], {
    ...runAs(account),
    cwd: data,
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  server.unref();
  return server;
}

function runAs({ uid, gid, isOther }: Account) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  return isOther ? { uid, gid, env } : { env };
}

function settingsOf({ run, isFast }: Cluster): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: run,
    unix_socket_permissions: '0700',
    max_connections: isFast ? '100' : '60',
    shared_buffers: isFast ? '64MB' : '256MB',
    wal_compression: 'pglz',
    log_timezone: 'UTC',
    // No value of a statement may reach the log: none of its parameters, and not the key of a row that exists twice.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...(isFast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
}

/** What a server says of itself in its folder while it runs. */
export interface Running {
  readonly pid: number;
  /** The folder of its socket. */
  readonly run: string;
  /** Whether it answers; false while it starts and while it stops. */
  readonly isReady: boolean;
}

/** The server that runs on a cluster, if one does; what a crash has left behind is none. */
export function findRunning({ data }: Cluster): Running | undefined {
  const [pid, , , , run = '', , , status] = readIfThere(join(data, PID_FILE)).split('\n');
  if (!pid || !isServerOn(data, Number(pid))) return undefined;
  return { pid: Number(pid), run, isReady: status?.trim() === 'ready' };
}

/** Numbers of processes are used again, after a restart of the machine above all. */
function isServerOn(data: string, pid: number): boolean {
  if (existsSync('/proc/self/cmdline')) {
    const words = readIfThere(`/proc/${pid}/cmdline`).split('\0');
    return words[words.indexOf('-D') + 1] === data;
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(data);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * PostgreSQL refuses to start while the process that its lock files name is alive, whatever that process is by now, or
 * a dead one that nobody has buried. It makes an exception for its own parent; the other lines stay, by which it
 * finds what else a dead server left running.
 */
function forgetOldOwner(cluster: Cluster): void {
  if (findRunning(cluster)) return;
  for (const file of [join(cluster.data, PID_FILE), join(cluster.run, `${SOCKET}.lock`)]) {
    const [pid, ...others] = readIfThere(file).split('\n');
    if (pid && isAlive(Number(pid))) rewrite(file, [process.pid, ...others].join('\n'));
  }
}

/** Root follows no link out of a folder of another account. */
const NO_LINK = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;

function rewrite(file: string, text: string): void {
  const handle = openSync(file, NO_LINK);
  writeSync(handle, text);
  closeSync(handle);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
