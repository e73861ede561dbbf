import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
import { digestFile } from './digest-file.ts';
import { nameOf, numberBefore, type Segment, segmentOf } from './wal-names.ts';

const MANIFEST = 'backup_manifest';
const JOURNAL = 'pg_wal';
/** What may come later or differ, as for `pg_verifybackup`; the journal is no part of the list. */
const NOT_LISTED = [MANIFEST, JOURNAL, 'postgresql.auto.conf', 'recovery.signal', 'standby.signal'];

/** The list of PostgreSQL ("Backup Manifest Format"). */
interface PostgresManifest {
  readonly Files: readonly { readonly Path: string; readonly Size: number; readonly Checksum: string }[];
  readonly 'WAL-Ranges': readonly {
    readonly Timeline: number;
    readonly 'Start-LSN': string;
    readonly 'End-LSN': string;
  }[];
}

/**
 * Compares a base backup of `pg_basebackup` with what that has written down of it in SHA-256: the list itself, each file,
 * that there is no other, and that the journal has every piece without which nothing can be restored. What stands in the
 * journal, PostgreSQL compares when it restores.
 *
 * @throws {OperatorError} naming the file that is damaged, missing, or none of the backup
 */
export async function checkExternalBackup(folder: string): Promise<void> {
  const manifest = readManifest(join(folder, MANIFEST));
  const left = new Set(filesIn(folder));
  for (const { Path: path, Size: size, Checksum: checksum } of manifest.Files) {
    const isThere = left.delete(path);
    if (NOT_LISTED.includes(path)) continue;
    if (!isThere) throw missing(join(folder, path));
    const { bytes, sha256 } = await digestFile(join(folder, path));
    if (bytes !== size || sha256 !== checksum) throw damaged(join(folder, path));
  }
  for (const path of left)
    if (!NOT_LISTED.includes(path.split('/')[0]!))
      throw new OperatorError(`the backup is damaged: ${join(folder, path)} does not belong to it`);
  checkJournal(folder, manifest);
}

/** The last line says the checksum of all that stands before it. */
function readManifest(path: string): PostgresManifest {
  if (!existsSync(path)) throw missing(path);
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  const [, checksum] = /^"Manifest-Checksum": "([0-9a-f]{64})"\}\s*$/.exec(bytes.toString('utf8', end)) ?? [];
  if (checksum !== createHash('sha256').update(bytes.subarray(0, end)).digest('hex')) throw damaged(path);
  return JSON.parse(bytes.toString()) as PostgresManifest;
}

function checkJournal(folder: string, manifest: PostgresManifest): void {
  const journal = join(folder, JOURNAL);
  const sizes = new Map(readdirSync(journal).map((name) => [name, statSync(join(journal, name)).size]));
  const names = [...sizes.keys()].filter((name) => segmentOf(name, 1) !== undefined);
  const bytes = Math.max(0, ...names.map((name) => sizes.get(name)!));
  if (bytes === 0) throw missing(journal);
  for (const range of manifest['WAL-Ranges'])
    for (const segment of segmentsOf(range, bytes)) {
      const name = nameOf(segment, bytes);
      if (!sizes.has(name)) throw missing(join(journal, name));
      if (sizes.get(name) !== bytes) throw damaged(join(journal, name));
    }
}

function segmentsOf(range: PostgresManifest['WAL-Ranges'][number], segmentBytes: number): Segment[] {
  // It begins at a record, before which a page has a head: both lie in one segment.
  const first = numberBefore(range['Start-LSN'], segmentBytes);
  const last = numberBefore(range['End-LSN'], segmentBytes);
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return numbers.map((number) => ({ timeline: range.Timeline, number }));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function missing(path: string): OperatorError {
  return new OperatorError(`the backup is not whole: ${path} is missing`);
}

function damaged(path: string): OperatorError {
  return new OperatorError(`the backup is damaged: ${path}`);
}
