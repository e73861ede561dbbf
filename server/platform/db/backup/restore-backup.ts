import {
  chmodSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, printInstant } from '../../../../domain/time.ts';
import { OperatorError } from '../../operator-error.ts';
import { type Account, serverAccount } from '../embedded/account.ts';
import { WAL } from '../embedded/archive.ts';
import { type Cluster, makeFolder, prepareCluster } from '../embedded/cluster.ts';
import { findPrograms } from '../embedded/programs.ts';
import { findRunning, spawnServer } from '../embedded/server-process.ts';
import { copyFile } from './copy-files.ts';
import type { Backup } from './find-backups.ts';
import { DATA } from './take-backup.ts';
import { packedWal, unpackWal } from './wal-files.ts';

const POLL_MS = 50;

/**
 * Makes a database in an empty data folder from a backup and the journal that follows it, up to an instant or to the end
 * of the journal. Returns the instant of the last transaction that is in it.
 *
 * @throws {OperatorError} naming the file that is damaged or missing, or saying that the journal does not reach so far
 */
export async function restoreBackup(
  { folder, manifest }: Backup,
  archive: string,
  dataFolder: string,
  to: Instant | undefined,
): Promise<Instant> {
  const account = serverAccount();
  const target = makeFolder(dataFolder, account);
  const { majorVersion } = findPrograms(target, account);
  if (manifest.postgres !== majorVersion)
    throw new OperatorError(
      `${folder} was written by PostgreSQL ${manifest.postgres}, and the installed one is ${majorVersion}`,
    );
  const unfinished = join(target, `data.${process.pid}`);
  await unpackData({ folder, manifest }, unfinished);
  const packed = packedWal([join(folder, WAL), join(archive, WAL)]);
  await unpackWal(packed, manifest.firstSegment, manifest.segmentBytes, join(unfinished, 'pg_wal'));
  const settings = readFileSync(join(unfinished, AUTO), 'utf8');
  writeFileSync(join(unfinished, AUTO), `${settings}${recoverySettings(to)}`);
  writeFileSync(join(unfinished, 'recovery.signal'), '');
  giveAll(unfinished, account);
  renameSync(unfinished, join(target, DATA));
  const cluster = prepareCluster(target, false);
  const last = await recover(cluster, to);
  writeFileSync(join(cluster.data, AUTO), settings);
  return last ?? manifest.endedAt;
}

/** The settings that `alter system` has made. */
const AUTO = 'postgresql.auto.conf';

/** Copies the files of PostgreSQL, comparing each with what the backup says of it. */
async function unpackData({ folder, manifest }: Backup, to: string): Promise<void> {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const path of manifest.folders) mkdirSync(join(to, path), { recursive: true, mode: 0o700 });
  for (const { path, bytes, sha256 } of manifest.files) {
    const from = join(folder, path);
    // The journal is unpacked apart.
    const [place, ...rest] = path.split('/');
    const target = place === DATA ? join(to, ...rest) : join(to, 'pg_wal/.compared');
    const copied = await copyFile(from, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new OperatorError(`the backup is not whole: ${from} is missing`);
      throw error;
    });
    if (copied.bytes !== bytes || copied.sha256 !== sha256)
      throw new OperatorError(`the backup is damaged: ${from}`);
  }
  rmSync(join(to, 'pg_wal/.compared'), { force: true });
}

/**
 * All of the journal lies where the server looks last, so nothing has to be fetched. It is not ready before it has read it:
 * as a hot standby it would call itself so.
 */
function recoverySettings(to: Instant | undefined): string {
  // Abbreviations of zones, `Z` among them, are not known yet when the server reads this.
  const text = to === undefined ? '' : new Date(to).toISOString().replace('T', ' ').replace('Z', '+00');
  const target = to === undefined ? '' : `recovery_target_time = '${text}'\n`;
  return `\nhot_standby = off\nrestore_command = 'false'\nrecovery_target_action = 'promote'\n${target}`;
}

function giveAll(folder: string, account: Account): void {
  if (!account.isOther) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveAll(path, account);
    else lchownSync(path, account.uid, account.gid);
  }
  chmodSync(folder, 0o700);
  lchownSync(folder, account.uid, account.gid);
}

/** Runs the server until it has read the journal, however long that takes, and stops it. */
async function recover(cluster: Cluster, to: Instant | undefined): Promise<Instant | undefined> {
  const server = spawnServer(cluster);
  while (!findRunning(cluster)?.isReady) {
    if (server.exitCode !== null || server.signalCode !== null) throw failure(cluster, to);
    await sleep(POLL_MS);
  }
  process.kill(findRunning(cluster)!.pid, 'SIGINT');
  while (findRunning(cluster)) await sleep(POLL_MS);
  return lastTransaction(readFileSync(cluster.log, 'utf8'));
}

function failure({ log }: Cluster, to: Instant | undefined): OperatorError {
  const said = readFileSync(log, 'utf8');
  if (to !== undefined && /recovery ended before configured recovery target was reached/.test(said)) {
    const last = lastTransaction(said);
    const reaches = last === undefined ? 'is empty' : `reaches to ${printInstant(last)}`;
    return new OperatorError(
      `nothing was written at or after ${printInstant(to)}: the journal ${reaches}; without --to all of it is restored`,
    );
  }
  return new OperatorError(
    `PostgreSQL does not restore (${log}):\n${said.trimEnd().split('\n').slice(-6).join('\n')}`,
  );
}

const LAST = /last completed transaction was at log time (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)/g;

/** What the server, whose log is in UTC, says of the last transaction that it has restored. */
function lastTransaction(said: string): Instant | undefined {
  const [, day, time] = [...said.matchAll(LAST)].at(-1) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${time}Z`);
}
