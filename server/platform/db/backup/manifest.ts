import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../../../domain/time.ts';
import { OperatorError } from '../../operator-error.ts';

/** A file of a backup, by its path in the folder. */
export interface BackedUpFile {
  readonly path: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What a base backup is, and everything that belongs to it. */
export interface Manifest {
  readonly format: 1;
  readonly startedAt: Instant;
  /** The earliest instant to which it can be restored. */
  readonly endedAt: Instant;
  /** The major version of the server. */
  readonly postgres: number;
  /** What tells the database from all others. */
  readonly identifier: string;
  readonly segmentBytes: number;
  /** The first file of the journal that restoring needs, and the last without which it is not whole. */
  readonly firstSegment: string;
  readonly lastSegment: string;
  /** The ring without whose keys nothing in it can be read. */
  readonly keyRing: string;
  readonly folders: readonly string[];
  readonly files: readonly BackedUpFile[];
}

const NAME = 'manifest.json';

/** Writes what a backup is into its folder: a folder without it holds no backup. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const text = JSON.stringify(manifest);
  const unfinished = join(folder, `${NAME}.new`);
  writeFileSync(unfinished, `${JSON.stringify({ sha256: digestOf(text) })}\n${text}\n`, { mode: 0o600 });
  renameSync(unfinished, join(folder, NAME));
}

/**
 * Reads what a backup is.
 *
 * @throws {OperatorError} when it was damaged, or comes from another release
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, NAME);
  const [head = '', text = ''] = readFileSync(path, 'utf8').split('\n');
  if (head !== JSON.stringify({ sha256: digestOf(text) }))
    throw new OperatorError(`the backup is damaged: ${path}`);
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 1) throw new OperatorError(`${path} was written by another release`);
  return manifest;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
