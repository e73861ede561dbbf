import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, printInstant } from '../../../../domain/time.ts';
import { OperatorError } from '../../operator-error.ts';
import { WAL } from '../embedded/archive.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { isHistory, segmentOf } from './wal-names.ts';

/** A base backup in a folder of backups. */
export interface Backup {
  readonly folder: string;
  readonly manifest: Manifest;
}

const BASE = /^base-\d{8}T\d{6}Z$/;

/** The folder of a backup that begins now. */
export function backupFolder(folder: string, now: Instant): string {
  const name = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return join(folder, `base-${name}`);
}

/** Every base backup of a folder, the oldest first; what was interrupted is none. */
export function backupsIn(folder: string): Backup[] {
  if (!existsSync(folder)) throw new OperatorError(`there is no folder ${folder}`);
  return readdirSync(folder)
    .filter((name) => BASE.test(name))
    .sort()
    .map((name) => join(folder, name))
    .map((base) => ({ folder: base, manifest: readManifest(base) }));
}

/** The newest base backup from which an instant can be reached; without an instant, the newest. */
export function backupFor(folder: string, to: Instant | undefined): Backup {
  const all = backupsIn(folder);
  const [oldest] = all;
  if (!oldest) throw new OperatorError(`${folder} holds no backup`);
  const found = all.filter(({ manifest }) => to === undefined || manifest.endedAt <= to).at(-1);
  if (found) return found;
  throw new OperatorError(
    `the oldest backup in ${folder} ended at ${printInstant(oldest.manifest.endedAt)}: no earlier time can be restored`,
  );
}

/** Removes all but the newest backups, and the journal that only the others need. Returns the names of what is gone. */
export function keepNewest(folder: string, count: number): string[] {
  const all = backupsIn(folder);
  const kept = all.slice(-count);
  const gone = all.slice(0, -count).map((backup) => backup.folder);
  for (const base of gone) rmSync(base, { recursive: true });
  const wal = join(folder, WAL);
  const [oldest] = kept;
  if (!oldest || !existsSync(wal)) return gone;
  const { firstSegment, segmentBytes } = oldest.manifest;
  const first = segmentOf(firstSegment, segmentBytes)!;
  for (const file of readdirSync(wal)) {
    const name = file.replace(/\.gz$/, '');
    const segment = isHistory(name) ? undefined : segmentOf(name, segmentBytes);
    if (segment && segment.number < first.number) rmSync(join(wal, file));
  }
  return gone;
}
