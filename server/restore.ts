import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Instant } from '../domain/time.ts';
import { type AfterRestore, afterRestore } from './after-restore.ts';
import { refuseKeys } from './back-up.ts';
import { openInstallation } from './installation.ts';
import { backupFor } from './platform/db/backup/find-backups.ts';
import { restoreBackup } from './platform/db/backup/restore-backup.ts';
import { DATA } from './platform/db/backup/take-backup.ts';
import { findRunning } from './platform/db/embedded/server-process.ts';
import { openKeyRing } from './platform/keys/key-ring.ts';
import { OperatorError } from './platform/operator-error.ts';
import { readRemovals } from './record/removals/removal-list.ts';

/** What is restored, and where to. */
export interface Restoring {
  /** The folder of the backups. */
  readonly from: string;
  readonly dataFolder: string;
  readonly keysFolder: string;
  /** The instant; without it everything that there is. */
  readonly to: Instant | undefined;
}

/** Inside the data folder: a restore that is broken off leaves no database that could be served. */
const UNFINISHED = 'restoring';

/**
 * Makes a data folder with the database of a backup as it was at an instant, ready to be served.
 *
 * @throws {OperatorError} when the folder holds a database, the keys are not those of the backup or lie beside it, or
 *   something in the backup is missing or damaged, which is named
 */
export async function restore(
  { from, dataFolder, keysFolder, to }: Restoring,
  clock: () => Instant,
): Promise<AfterRestore> {
  const data = join(dataFolder, DATA);
  if (existsSync(data))
    throw new OperatorError(`${dataFolder} holds a database: restore into an empty folder`);
  refuseKeys(from, keysFolder);
  const backup = backupFor(from, to);
  if (openKeyRing(keysFolder).id !== backup.manifest.keyRing)
    throw new OperatorError(`the keys in ${keysFolder} are not those of the backup; put its own there first`);
  const unfinished = resolve(dataFolder, UNFINISHED);
  const running = findRunning({ data: join(unfinished, DATA) });
  if (running)
    throw new OperatorError(
      `a restore into ${dataFolder} is under way; if it was broken off, end what is left of it, process ${running.pid}`,
    );
  rmSync(unfinished, { recursive: true, force: true });
  const restoredTo = await restoreBackup(backup, from, unfinished, to);
  const installation = await openInstallation({ place: { dataFolder: unfinished }, keysFolder }, clock());
  const done = await afterRestore(
    installation,
    to === undefined ? restoredTo : Math.min(to, clock()),
    readRemovals(from),
    clock,
  ).finally(installation.stop);
  renameSync(join(unfinished, DATA), data);
  rmSync(unfinished, { recursive: true });
  return done;
}
