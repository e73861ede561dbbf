import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../../../signer/keys/custody.ts';

/** What was published, by its number in the name of a file: of a rule bundle that is signed again, with its revision. */
export interface Kept {
  readonly number: number;
  readonly revision: number;
  readonly message: Uint8Array;
}

/** All that was published, as the folder of the trust keeps it: outside of the database, which may be restored to before it. */
export interface KeptTrust {
  readonly keyLists: readonly Kept[];
  readonly ruleBundles: readonly Kept[];
}

const NAMES = {
  keyLists: /^key-list-([1-9]\d{0,9})\.cose$/,
  ruleBundles: /^rules-([1-9]\d{0,9})(?:-([1-9]\d{0,9}))?\.cose$/,
};

/** Reads what the folder keeps, in the order in which it was published. */
export function readKept(folder: string): KeptTrust {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const read = (pattern: RegExp): Kept[] =>
    names
      .flatMap((name) => {
        const [, number, revision = '1'] = pattern.exec(name) ?? [];
        if (number === undefined) return [];
        const message = readFileSync(join(folder, name));
        return { number: Number(number), revision: Number(revision), message };
      })
      .sort((one, other) => one.number - other.number || one.revision - other.revision);
  return { keyLists: read(NAMES.keyLists), ruleBundles: read(NAMES.ruleBundles) };
}

/** Writes what the folder does not have yet. */
export function keep(folder: string, { keyLists, ruleBundles }: KeptTrust): void {
  const write = (name: string, message: Uint8Array) => {
    const path = join(folder, name);
    if (!existsSync(path)) writePrivate(path, message);
  };
  for (const { number, message } of keyLists) write(keyListName(number), message);
  for (const { number, revision, message } of ruleBundles) write(bundleName(number, revision), message);
}

export function keyListName(version: number): string {
  return `key-list-${version}.cose`;
}

export function bundleName(number: number, revision = 1): string {
  return revision === 1 ? `rules-${number}.cose` : `rules-${number}-${revision}.cose`;
}
