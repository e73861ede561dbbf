import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { KeyError } from './key-error.ts';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** The bits of group and world. */
const OTHERS = 0o077;
const LOCK = '.lock';
const NEW = '.new';

/** A text of the folder, and a mark that differs when the file was replaced. */
export interface FoundText {
  readonly text: string;
  readonly mark: string;
}

/**
 * Makes the folder if there is none, for its owner alone. This and what follows is for the ring of the service, and stands
 * apart from `signer/keys/custody.ts`: the ring is made and followed by many processes at once, perhaps under another user
 * than who changes it, and what guards private keys must not change because of that.
 */
export function makeFolder(folder: string): void {
  fs.mkdirSync(dirname(folder), { recursive: true });
  try {
    fs.mkdirSync(folder, FOLDER_MODE);
    syncFolder(dirname(folder));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  }
}

/** Throws `missing` or `exposed` unless the folder is there for its owner alone. */
export function checkFolder(folder: string): void {
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) throw new KeyError('missing', `there is no folder of keys ${folder}`);
  refuseExposed(folder, found.mode, '700');
}

/** Reads a file of the folder; undefined when there is none, `exposed` when others than its owner may read it. */
export function findText(folder: string, name: string): FoundText | undefined {
  const path = join(folder, name);
  let file: number;
  try {
    file = fs.openSync(path, 'r');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    // The open file is looked at, not the path, so that nothing can be put in its place in between.
    const status = fs.fstatSync(file, { bigint: true });
    refuseExposed(path, Number(status.mode), '600');
    return { text: fs.readFileSync(file, 'utf8'), mark: markOf(status) };
  } finally {
    fs.closeSync(file);
  }
}

/** The mark of a file as it is now; empty when there is none. */
export function findMark(folder: string, name: string): string {
  const status = fs.statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
  return status ? markOf(status) : '';
}

/** Puts a new file into the folder, whole or not at all; false when one of that name is there, which stays. */
export function placeText(folder: string, name: string, text: string): boolean {
  const temporary = writeAside(folder, name, text);
  try {
    // A link, unlike a rename, does not replace.
    fs.linkSync(temporary, join(folder, name));
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Replaces a file of the folder: who reads it finds the old text or the new one, also after a crash. */
export function replaceText(folder: string, name: string, text: string): void {
  const temporary = writeAside(folder, name, text);
  try {
    fs.renameSync(temporary, join(folder, name));
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  syncFolder(folder);
}

/** Makes the names in the folder outlive a power cut. */
export function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Does a change that nobody else may disturb. Throws `busy` while another one holds the folder, or when one was broken off. */
export function changeAlone<T>(folder: string, change: () => T): T {
  const lock = join(folder, LOCK);
  takeLock(lock);
  try {
    sweep(folder);
    return change();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): void {
  try {
    fs.closeSync(fs.openSync(lock, 'wx', FILE_MODE));
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    const advice = `if none runs, one was broken off: look at the states of the keys, then delete ${lock}`;
    throw new KeyError('busy', `another change of the keys is under way; ${advice}`);
  }
}

/** Removes what a crash left: a key in it would outlive its retirement. */
function sweep(folder: string): void {
  const left = fs.readdirSync(folder).filter((name) => name.startsWith('.') && name.endsWith(NEW));
  for (const name of left) fs.rmSync(join(folder, name), { force: true });
}

/** Writes a text to the disk under a name that nobody reads, for the owner of the folder. */
function writeAside(folder: string, name: string, text: string): string {
  const path = join(folder, `.${name}.${randomBytes(8).toString('hex')}${NEW}`);
  const file = fs.openSync(path, 'wx', FILE_MODE);
  try {
    giveToOwner(folder, file);
    fs.writeFileSync(file, text);
    fs.fsyncSync(file);
  } catch (error) {
    fs.rmSync(path, { force: true });
    throw error;
  } finally {
    fs.closeSync(file);
  }
  return path;
}

/** A change by root leaves files that the service, which is not root, can still read. */
function giveToOwner(folder: string, file: number): void {
  const { uid, gid } = fs.statSync(folder);
  if (process.geteuid?.() === 0 && uid !== 0) fs.fchownSync(file, uid, gid);
}

function markOf({ ino, size, mtimeNs }: fs.BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

function refuseExposed(path: string, mode: number, wanted: string): void {
  if ((mode & OTHERS) === 0) return;
  const advice = `make them its own with: chmod ${wanted} ${path}`;
  throw new KeyError('exposed', `others than its owner can reach ${path}; ${advice}`);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
