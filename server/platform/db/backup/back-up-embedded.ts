import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../../../domain/time.ts';
import { OperatorError } from '../../operator-error.ts';
import { serverAccount } from '../embedded/account.ts';
import { makeBackupFolder, refuseOthers, systemIdentifier } from '../embedded/archive.ts';
import { ADMINISTRATOR } from '../embedded/cluster.ts';
import { startEmbedded } from '../embedded.ts';
import { DATABASE } from '../open-store.ts';
import { backupFolder } from './find-backups.ts';
import { DATA, takeBackup } from './take-backup.ts';

/** Backs the embedded database of a data folder up, whether a service uses it or not. Returns the folder of the backup. */
export async function backUpEmbedded(
  dataFolder: string,
  folder: string,
  clock: () => Instant,
): Promise<string> {
  const data = join(dataFolder, DATA);
  if (!existsSync(data)) throw new OperatorError(`${dataFolder} holds no database`);
  makeBackupFolder(folder, serverAccount().isOther);
  refuseOthers(folder, systemIdentifier(data));
  const embedded = await startEmbedded({ folder: dataFolder });
  try {
    const to = backupFolder(folder, clock());
    await takeBackup({ url: embedded.url(ADMINISTRATOR, DATABASE), data, clock }, to);
    return to;
  } finally {
    await embedded.stop();
  }
}
