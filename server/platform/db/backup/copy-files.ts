import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
import type { BackedUpFile } from './manifest.ts';

/** Folders whose content a server makes anew, or that the journal is in ("Making a Base Backup Using the Low Level API"). */
const EMPTIED = [
  ...['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp'],
  ...['pg_subtrans'],
];
/** Files of the running server, and what it makes for a moment. */
const LEFT_OUT =
  /^(?:postmaster\.(?:pid|opts)|backup_label(?:\.old)?|tablespace_map(?:\.old)?|backup_manifest|pg_internal\.init.*|.*\.tmp|pgsql_tmp.*|t\d+_\d+.*)$/;
/** It says where recovery begins, so it is copied after everything else. */
const CONTROL = 'global/pg_control';
const TOGETHER = 4;

/** What lies in a folder of PostgreSQL and belongs into a backup, by paths in it. */
export interface DataFiles {
  readonly folders: readonly string[];
  /** The control file is the last. */
  readonly files: readonly string[];
}

/** Finds what belongs into a backup. */
export function findDataFiles(data: string): DataFiles {
  const folders: string[] = [];
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(join(data, folder))) {
      if (LEFT_OUT.test(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const stats = lstatSync(join(data, path), { throwIfNoEntry: false });
      if (stats?.isSymbolicLink() && folder === 'pg_tblspc')
        throw new OperatorError(`${data} has a tablespace; back it up with pg_basebackup`);
      if (stats?.isFile() && path !== CONTROL) files.push(path);
      if (!stats?.isDirectory() && path !== 'pg_wal') continue;
      folders.push(path);
      if (!EMPTIED.includes(path)) walk(path);
    }
  };
  walk('');
  return { folders, files: [...files, CONTROL] };
}

/** Copies files of a running database; what it removes meanwhile, its journal tells again. */
export async function copyDataFiles(
  data: string,
  to: string,
  { folders, files }: DataFiles,
): Promise<BackedUpFile[]> {
  for (const folder of folders) mkdirSync(join(to, folder), { recursive: true, mode: 0o700 });
  const copied: BackedUpFile[] = [];
  let next = 0;
  const lane = async () => {
    for (let path = files[next++]; path !== undefined && path !== CONTROL; path = files[next++]) {
      const file = await copyFile(join(data, path), join(to, path)).catch(unlessGone);
      if (file) copied.push({ path, ...file });
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, lane));
  return [...copied, { path: CONTROL, ...(await copyControl(join(data, CONTROL), join(to, CONTROL))) }];
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' || error.syscall !== 'open') throw error;
}

/** The server may be writing it: two copies that are alike are whole. */
async function copyControl(from: string, to: string): Promise<Omit<BackedUpFile, 'path'>> {
  for (;;) {
    const first = await copyFile(from, to);
    const second = await copyFile(from, to);
    if (first.sha256 === second.sha256) return second;
  }
}

const CHUNK_BYTES = 1 << 20;

/** Copies a file, for this account alone; says how much it was and what, as it was written. */
export async function copyFile(from: string, to: string): Promise<Omit<BackedUpFile, 'path'>> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'w', 0o600);
    try {
      const hash = createHash('sha256');
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await source.read(chunk, 0, chunk.length);
        if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
        await target.write(chunk, 0, bytesRead);
        hash.update(chunk.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Brings everything on the disk of a folder to the disk: quicker than file by file. */
export function syncDisk(folder: string): void {
  if (spawnSync('sync', ['-f', folder]).status !== 0) spawnSync('sync');
}
