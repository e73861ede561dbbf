import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Instant } from '../../../domain/time.ts';
import { KeyError } from './key-error.ts';
import {
  type KeyVersion,
  newVersion,
  PURPOSES,
  type Purpose,
  type RingFile,
  readKeyFile,
  readRingFile,
  type State,
  writeKeyFile,
  writeRingFile,
} from './key-file.ts';
import {
  checkFolder,
  findMark,
  findText,
  makeFolder,
  placeText,
  replaceText,
  syncFolder,
} from './key-folder.ts';
import type { Sealing } from './suites/sealing.ts';
import { SUITES, type SuiteName } from './suites/suite.ts';

/** A version of a key that is not retired. */
export interface RingKey {
  readonly version: number;
  readonly suite: SuiteName;
  readonly state: Exclude<State, 'retired'>;
  readonly secret: KeyObject;
  readonly sealing: Sealing;
}

/** The keys of an installation, held in memory. Printing it or turning it into JSON shows no key. */
export interface KeyRing {
  /** Tells this ring from every other, so that a database can remember which ring it was written with. */
  readonly id: string;
  /** The versions of a purpose that are not retired: the current one, then the coming one, then the former ones, newest first. */
  readonly live: (purpose: Purpose) => readonly [RingKey, ...RingKey[]];
  /** The version of that number; undefined when it is retired or was never there. */
  readonly find: (purpose: Purpose, version: number) => RingKey | undefined;
  /**
   * Reads files that were replaced since; says whether any was. When one is wrong it throws, and the keys of that
   * purpose stay as they were: a rotation of another purpose is followed all the same.
   */
  readonly refresh: () => boolean;
  readonly toJSON: () => { readonly id: string };
  readonly [inspect.custom]: () => string;
}

/** How keys are made. */
export interface KeySettings {
  /** The suite of the new keys; `aes-256-gcm` when nothing is said. */
  readonly suite?: SuiteName;
  /** The present, in ms since 1970; the clock of the machine when nothing is said. */
  readonly at?: Instant;
}

const RING = 'ring.json';

/** The name of the key file of a purpose. */
export function keyFileName(purpose: Purpose): string {
  return `${purpose}.json`;
}

/**
 * Opens the ring of a folder, and makes first what was never made: everything at the first start, a purpose that
 * is new with this release at a later one. Never replaces a key file, and never makes one anew that was lost:
 * that is `missing`. Processes that start at once end up with the same keys, a crash leaves nothing half.
 */
export function createKeyRing(folder: string, settings: KeySettings = {}): KeyRing {
  makeFolder(folder);
  checkFolder(folder);
  const found = findText(folder, RING);
  const ring = found && readRingFile(join(folder, RING), found.text);
  const owed = PURPOSES.filter((purpose) => !ring?.purposes.includes(purpose));
  if (owed.length > 0) makeKeys(folder, owed, ring, settings);
  return openKeyRing(folder);
}

function makeKeys(
  folder: string,
  owed: readonly Purpose[],
  ring: RingFile | undefined,
  { suite = 'aes-256-gcm', at = Date.now() }: KeySettings,
): void {
  for (const purpose of owed) {
    placeText(folder, keyFileName(purpose), writeKeyFile(purpose, [newVersion(1, suite, 'current', at)]));
  }
  // The ring says that its files exist, so they are on the disk before it is.
  syncFolder(folder);
  const purposes = [...new Set([...(ring?.purposes ?? []), ...owed])];
  if (ring) replaceText(folder, RING, writeRingFile({ id: ring.id, purposes }));
  else placeText(folder, RING, writeRingFile({ id: randomUUID(), purposes }));
  syncFolder(folder);
}

/** Opens a ring that exists. Throws `missing`, `malformed` or `exposed` for a folder that is not as it should be. */
export function openKeyRing(folder: string): KeyRing {
  checkFolder(folder);
  const { id } = readRingFile(join(folder, RING), getText(folder, RING).text);
  let shelves = new Map(PURPOSES.map((purpose) => [purpose, readShelf(folder, purpose)]));
  return {
    id,
    live: (purpose) => shelves.get(purpose)!.keys,
    find: (purpose, version) => shelves.get(purpose)!.keys.find((key) => key.version === version),
    refresh: () => {
      const changed = PURPOSES.filter(
        (purpose) => findMark(folder, keyFileName(purpose)) !== shelves.get(purpose)!.mark,
      );
      if (changed.length === 0) return false;
      checkFolder(folder);
      const { read, failures } = rereadShelves(
        folder,
        changed.map((purpose) => shelves.get(purpose)!),
      );
      shelves = new Map([...shelves, ...read]);
      if (failures.length > 0) throw failures[0];
      return true;
    },
    toJSON: () => ({ id }),
    [inspect.custom]: () => `KeyRing ${id}`,
  };
}

/** The keys of one purpose, as its file had them. */
interface Shelf {
  readonly purpose: Purpose;
  readonly mark: string;
  /** The numbers of all versions, the retired ones among them. */
  readonly numbers: readonly number[];
  readonly keys: readonly [RingKey, ...RingKey[]];
}

function readShelf(folder: string, purpose: Purpose): Shelf {
  const { text, mark } = getText(folder, keyFileName(purpose));
  const versions = readKeyFile(join(folder, keyFileName(purpose)), text, purpose);
  const keys = versions.flatMap(ringKey).sort(byUse);
  // One version is current: the file was held to that.
  return {
    purpose,
    mark,
    numbers: versions.map(({ version }) => version),
    keys: keys as [RingKey, ...RingKey[]],
  };
}

/** Reads each shelf anew that can be read; the others fail by themselves. */
function rereadShelves(
  folder: string,
  before: readonly Shelf[],
): { readonly read: ReadonlyMap<Purpose, Shelf>; readonly failures: readonly unknown[] } {
  const read = new Map<Purpose, Shelf>();
  const failures: unknown[] = [];
  for (const shelf of before) {
    try {
      read.set(shelf.purpose, rereadShelf(folder, shelf));
    } catch (error) {
      failures.push(error);
    }
  }
  return { read, failures };
}

/** A version stays in its file and keeps its key until it is retired: what it sealed would become unreadable. */
function rereadShelf(folder: string, before: Shelf): Shelf {
  const after = readShelf(folder, before.purpose);
  const path = join(folder, keyFileName(before.purpose));
  for (const { version, secret } of before.keys) {
    if (!after.numbers.includes(version)) throw new KeyError('malformed', `${path} lost version ${version}`);
    const found = after.keys.find((key) => key.version === version);
    if (found && !found.secret.equals(secret))
      throw new KeyError('malformed', `${path} has another key under version ${version} than before`);
  }
  return after;
}

function getText(folder: string, name: string): { readonly text: string; readonly mark: string } {
  const found = findText(folder, name);
  if (found) return found;
  throw new KeyError('missing', `there is no ${join(folder, name)}; restore it from the backup of the keys`);
}

function ringKey({ version, suite, state, key }: KeyVersion): RingKey[] {
  if (state === 'retired' || key === undefined) return [];
  const bytes = Buffer.from(key, 'base64');
  const secret = createSecretKey(bytes);
  bytes.fill(0);
  return [{ version, suite, state, secret, sealing: SUITES[suite].sealing(secret) }];
}

const ORDER: Readonly<Record<RingKey['state'], number>> = { current: 0, coming: 1, former: 2 };

function byUse(a: RingKey, b: RingKey): number {
  return ORDER[a.state] - ORDER[b.state] || b.version - a.version;
}
