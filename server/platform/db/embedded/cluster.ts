import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
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

/** Finds programs that an account can run, or puts them into a folder. */
export type FindPrograms = (folder: string, account: Account) => Programs;

/** The administrator inside the database. It is nobody's login: only this machine's account and root reach it. */
export const ADMINISTRATOR = 'postgres';

/** A path of a socket has 104 bytes on some systems and 108 on others, its end included. */
const SOCKET_PATH_BYTES = 100;
/** What PostgreSQL calls its socket. */
export const SOCKET = '.s.PGSQL.5432';

/** Makes the folder ready to run a server, with an empty database at the first time; `find` gives the programs. */
export function prepareCluster(
  dataFolder: string,
  isFast: boolean,
  find: FindPrograms = findPrograms,
): Cluster {
  if (process.platform === 'win32')
    throw new OperatorError('the embedded PostgreSQL does not run on Windows: set DATABASE_URL, or use WSL');
  const account = serverAccount();
  const folder = makeFolder(resolve(dataFolder), account);
  const programs = find(folder, account);
  const data = join(folder, 'data');
  if (!existsSync(data)) initialise(data, account, programs, isFast);
  checkVersion(data, programs);
  const log = join(folder, 'postgres.log');
  const run = makeRunFolder(folder, account);
  return { data, run, log, account, programs, isFast };
}

/** Makes a folder that the account of the server can reach; returns its one spelling. */
export function makeFolder(folder: string, account: Account): string {
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
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  // A second process may come between the two steps of the first, and does the same.
  if (isOther && lstatSync(folder).uid === process.getuid!()) lchownSync(folder, uid, gid);
}

/** Makes an empty database. It gets its name when it is whole, so that an interrupted start leaves nothing half made. */
function initialise(data: string, account: Account, programs: Programs, isFast: boolean): void {
  removeUnfinished(data);
  const unfinished = `${data}.${process.pid}`;
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

/** What an initdb has left that was killed. */
function removeUnfinished(data: string): void {
  for (const name of readdirSync(dirname(data))) {
    const pid = /^data\.(\d+)$/.exec(name)?.[1];
    if (pid && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(dirname(data), name), { recursive: true, force: true });
  }
}

/** Whether a process has this number, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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

/** How to start a program as an account: with nothing of our environment, which may hold secrets. */
export function runAs({ uid, gid, isOther }: Account) {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  return isOther ? { uid, gid, env } : { env };
}
