import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { isSystemError, SignerError } from '../signer-error.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** The bits of group and world. */
const OTHERS = 0o077;

/**
 * Makes a folder for its owner alone. This and what follows is for the signer, and stands apart from `key-folder.ts` of
 * `server/platform/keys`, which keeps the ring that many processes follow: what guards private keys must not change because
 * the service's own keys are kept in another way, nor the reverse.
 */
export function makePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
}

/** Throws `missing` or `exposed` unless the folder is there for its owner alone. */
export function checkPrivateFolder(folder: string): void {
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw new SignerError('missing', `there is no folder ${folder}`);
  refuseExposed(folder, found.mode, '700');
}

/** Reads a file that is its owner's alone. Throws `missing` or `exposed`. */
export function readPrivate(path: string): Buffer {
  const file = openToRead(path);
  try {
    // The open file is looked at, not the path, so that nothing can be put in its place in between.
    refuseExposed(path, fs.fstatSync(file).mode, '600');
    return fs.readFileSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function openToRead(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    if (isSystemError(error, 'ENOENT'))
      throw new SignerError('missing', `there is no ${path}; restore it from its backup`);
    throw error;
  }
}

/** Writes a file for its owner alone, whole or not at all, and to the disk before it returns; replaces what is there. */
export function writePrivate(path: string, content: string | Uint8Array): void {
  const aside = `${path}.${process.pid}.new`;
  fs.rmSync(aside, { force: true });
  const file = fs.openSync(aside, 'wx', FILE_MODE);
  try {
    fs.writeFileSync(file, content);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
  fs.renameSync(aside, path);
  syncFolder(dirname(path));
}

/** Makes the names in a folder outlive a power cut. */
export function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** The names of the files in a folder that end so, in order. */
export function namesEnding(folder: string, ending: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort();
}

/** Tells a folder from how it was before, when a file in it was added, replaced or removed. */
export function folderMark(folder: string, ending: string): string {
  return namesEnding(folder, ending)
    .map((name) => {
      const status = fs.statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
      return status ? `${name} ${status.ino} ${status.size} ${status.mtimeNs}` : '';
    })
    .join('\n');
}

function refuseExposed(path: string, mode: number, wanted: string): void {
  if ((mode & OTHERS) === 0) return;
  const advice = `make them its own with: chmod ${wanted} ${path}`;
  throw new SignerError('exposed', `others than its owner can reach ${path}; ${advice}`);
}
