import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { archiveSettings } from './archive.ts';
import { type Cluster, isAlive, runAs, SOCKET } from './cluster.ts';

const PID_FILE = 'postmaster.pid';
const LOG_BYTES = 10 << 20;

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

function settingsOf({ data, run, isFast }: Cluster): Record<string, string> {
  return {
    ...archiveSettings({ data }),
    listen_addresses: '',
    unix_socket_directories: run,
    unix_socket_permissions: '0700',
    max_connections: isFast ? '100' : '60',
    shared_buffers: isFast ? '64MB' : '256MB',
    // A page that changes for the first time after a checkpoint goes into the journal whole, so checkpoints are far apart. To
    // compress those pages as these programs can (pglz) takes as long as all other work that rewrites many people does.
    checkpoint_timeout: '15min',
    max_wal_size: '4GB',
    log_timezone: 'UTC',
    // After a crash every file is brought to the disk before anything else: one call for all takes a fifth of the time.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    // No value of a statement may reach the log: none of its parameters, and not the key of a row that exists twice.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    // A commit still waits for the write, if not for the disk: it outlives the server, only not the machine.
    ...(isFast ? { fsync: 'off', full_page_writes: 'off' } : {}),
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
export function findRunning({ data }: Pick<Cluster, 'data'>): Running | undefined {
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
const NO_LINK = constants.O_WRONLY | constants.O_NOFOLLOW;

/** Writes over what is there, because a full disk would leave an emptied file empty, with which no server starts. */
function rewrite(file: string, text: string): void {
  const handle = openSync(file, NO_LINK);
  ftruncateSync(handle, writeSync(handle, text, 0));
  closeSync(handle);
}
