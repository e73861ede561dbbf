import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import type { Instant } from '../../../../domain/time.ts';
import { OperatorError } from '../../operator-error.ts';
import { makeBackupFolder } from '../embedded/archive.ts';
import { checkExternalBackup } from './check-external.ts';
import { backupFolder } from './find-backups.ts';

/**
 * Backs a PostgreSQL of one's own up by its own `pg_basebackup`, and compares each file with what that has written down
 * of it. Returns the folder of the backup.
 *
 * @throws {OperatorError} when it is not installed, fails, or has written something else
 */
export async function backUpExternal(url: string, folder: string, now: Instant): Promise<string> {
  makeBackupFolder(folder, false);
  const to = backupFolder(folder, now);
  const unfinished = `${to}.unfinished`;
  const { address, password } = withoutPassword(url);
  const how = ['--checkpoint=fast', '--wal-method=stream', '--manifest-checksums=SHA256', '--no-password'];
  await run('pg_basebackup', [`--dbname=${address}`, `--pgdata=${unfinished}`, ...how], password);
  await checkExternalBackup(unfinished);
  renameSync(unfinished, to);
  return to;
}

/** What stands among the arguments of a process, everybody on the machine can read. */
function withoutPassword(url: string): { readonly address: string; readonly password: string | undefined } {
  const address = new URL(url);
  const password = address.password === '' ? undefined : decodeURIComponent(address.password);
  address.password = '';
  return { address: address.href, password };
}

async function run(program: string, args: readonly string[], password: string | undefined): Promise<void> {
  const env = { ...process.env, ...(password !== undefined && { PGPASSWORD: password }) };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new OperatorError(
      `${program} is not installed here; docs/operations.md says how to back a PostgreSQL of your own up`,
    );
  });
  if (code !== 0) throw new OperatorError(`${program} failed: ${said.trim()}`);
}
