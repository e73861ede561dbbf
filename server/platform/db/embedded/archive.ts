import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
import { barrierBefore } from './account.ts';
import type { Cluster } from './cluster.ts';

/** Beside the data: where the journal goes. It stays there, because whichever process starts the server has to know. */
const SETTING = 'archive.json';
/** In the archive: whose journal it holds. */
const OWNER = 'installation.json';
/** The folder of the journal in a folder of backups. */
export const WAL = 'wal';
/** The longest time that what was committed waits to be archived, while anything is written. */
const TIMEOUT_SECONDS = 60;

/** The folder of backups into which the database of a data folder archives its journal; undefined when it does not. */
export function archiveIn(dataFolder: string): string | undefined {
  const file = join(dataFolder, SETTING);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { folder: string }).folder : undefined;
}

/**
 * From the next start of its server on, a cluster archives its journal into a folder of backups, or no more without one.
 *
 * Throws when its server runs already and does otherwise, and when the folder is another database's.
 */
export function archiveInto(cluster: Cluster, folder: string | undefined, isRunning: boolean): void {
  const wanted = folder === undefined ? undefined : resolve(folder);
  if (wanted !== undefined) prepareArchive(cluster, wanted);
  if (archiveIn(dirname(cluster.data)) === wanted) return;
  if (isRunning)
    throw new OperatorError(
      'the database runs already, and archives its journal elsewhere or not at all: stop all processes that use it, then start again',
    );
  const file = join(dirname(cluster.data), SETTING);
  if (wanted === undefined) rmSync(file, { force: true });
  else writeFileSync(file, `${JSON.stringify({ folder: wanted })}\n`, { mode: 0o644 });
}

/** The settings of the server for that. */
export function archiveSettings(cluster: Pick<Cluster, 'data'>): Record<string, string> {
  const folder = archiveIn(dirname(cluster.data));
  if (folder === undefined) return {};
  return {
    archive_mode: 'on',
    archive_command: archiveCommand(join(folder, WAL)),
    archive_timeout: String(TIMEOUT_SECONDS),
  };
}

/**
 * A segment is there under its name when it is whole and on the disk, or not at all. One that was archived a moment
 * before a crash comes again, and has to be the same; another one under its name is never replaced.
 */
function archiveCommand(folder: string): string {
  const quoted = `'${folder.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
  const there = `${quoted}/%f.gz`;
  const unfinished = `${quoted}/.%f.new`;
  return [
    `if test -e ${there}; then gzip -cd ${there} | cmp -s - %p;`,
    `else gzip -1nc %p > ${unfinished} && { sync ${unfinished} 2>/dev/null || sync; }`,
    `&& mv ${unfinished} ${there} && { sync ${quoted} 2>/dev/null || sync; }; fi`,
  ].join(' ');
}

function prepareArchive(cluster: Cluster, folder: string): void {
  const { account } = cluster;
  makeBackupFolder(folder, account.isOther);
  const wal = join(folder, WAL);
  mkdirSync(wal, { recursive: true, mode: 0o700 });
  if (account.isOther && statSync(wal).uid === process.getuid!()) lchownSync(wal, account.uid, account.gid);
  const barrier = barrierBefore(wal, account);
  if (barrier !== undefined)
    throw new OperatorError(
      `PostgreSQL runs as ${account.name}, which cannot pass ${barrier} to reach ${wal}: choose another folder, or allow it with chmod o+x ${barrier}`,
    );
  refuseOthers(folder, systemIdentifier(cluster.data));
}

/** Makes a folder of backups, which only this account can list. */
export function makeBackupFolder(folder: string, isPassed: boolean): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isPassed) chmodSync(folder, 0o711);
}

/** Two databases may never share a folder of backups: their journals have the same names. */
export function refuseOthers(folder: string, identifier: string): void {
  const file = join(folder, OWNER);
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify({ identifier })}\n`, { mode: 0o600 });
  if ((JSON.parse(readFileSync(file, 'utf8')) as { identifier: string }).identifier === identifier) return;
  throw new OperatorError(`${folder} holds the backups of another database; each needs a folder of its own`);
}

/** What tells a database, with all that was ever restored from it, from all others: the first bytes of its control file. */
export function systemIdentifier(data: string): string {
  return readFileSync(join(data, 'global/pg_control')).readBigUInt64LE(0).toString();
}
