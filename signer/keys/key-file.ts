import { join } from 'node:path';
import type { Suite } from '../../credential/suites.ts';
import { SUITES } from '../../credential/suites.ts';
import { KEY_USES, type KeyUse } from '../../credential/trust/keys.ts';
import { toHex } from '../../gate/hex.ts';
import { SignerError } from '../signer-error.ts';
import { namesEnding, readPrivate, writePrivate } from './custody.ts';
import { belongTogether, type KeyPair, kidOf } from './key-pair.ts';

/** What a private key is for: a use of the key list, or to sign that list. */
export type FileUse = KeyUse | 'root';

/** A private key as its file holds it. */
export interface KeyFile extends KeyPair {
  readonly kid: Uint8Array;
  readonly use: FileUse;
}

export const KEY_FILE_ENDING = '.key.json';

/** The name of the file of a key: `<use>-<kid>.key.json`. */
export function keyFileName({ use, kid }: Pick<KeyFile, 'use' | 'kid'>): string {
  return `${use}-${toHex(kid)}${KEY_FILE_ENDING}`;
}

/** Writes a key into a folder, for its owner alone. Returns its path. */
export function writeKeyFile(folder: string, use: FileUse, pair: KeyPair): string {
  const kid = kidOf(pair);
  const path = join(folder, keyFileName({ use, kid }));
  const { suite, publicKey, privateKey } = pair;
  const file = { use, suite, publicKey: toHex(publicKey), privateKey: toHex(privateKey) };
  writePrivate(path, `${JSON.stringify(file, null, 2)}\n`);
  return path;
}

/** Reads a key file. Throws `exposed`, `missing` or `malformed`, and says nothing of what stands in it. */
export function readKeyFile(path: string): KeyFile {
  const text = readPrivate(path).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(path);
  }
  const { use, suite, publicKey, privateKey } = (value ?? {}) as Record<string, unknown>;
  if (!isUse(use) || !isSuite(suite)) throw malformed(path);
  const pair: KeyPair = { suite, publicKey: bytes(publicKey), privateKey: bytes(privateKey) };
  if (!belongTogether(pair)) throw malformed(path);
  return { ...pair, use, kid: kidOf(pair) };
}

/** All keys of a folder. */
export function readKeyFiles(folder: string): KeyFile[] {
  return namesEnding(folder, KEY_FILE_ENDING).map((name) => readKeyFile(join(folder, name)));
}

function isUse(value: unknown): value is FileUse {
  return value === 'root' || KEY_USES.includes(value as KeyUse);
}

function isSuite(value: unknown): value is Suite {
  return SUITES.includes(value as Suite);
}

function bytes(value: unknown): Uint8Array {
  return typeof value === 'string' && /^[0-9a-f]*$/.test(value) ? Buffer.from(value, 'hex') : Buffer.alloc(0);
}

function malformed(path: string): SignerError {
  return new SignerError('malformed', `${path} does not have the form of a key file; restore it`);
}
