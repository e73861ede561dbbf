import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { protectedHeader } from '../../credential/cose/headers.ts';
import type { Suite } from '../../credential/suites.ts';
import { followKeyList, type KeyList } from '../../credential/trust/key-list.ts';
import type { KeyUse, KnownKey } from '../../credential/trust/keys.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';
import type { Instant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { readPin, writePin } from '../../gate/pin.ts';
import { verify } from '../../gate/verify.ts';
import { type Envelope, envelopeOf } from '../envelope.ts';
import { SignerError } from '../signer-error.ts';
import { checkPrivateFolder, folderMark, readPrivate, writePrivate } from './custody.ts';
import { KEY_FILE_ENDING, readKeyFiles } from './key-file.ts';
import { type Sign, signWith } from './key-pair.ts';

/** A key that may sign. */
export interface SigningKey {
  readonly kid: Uint8Array;
  readonly sign: Sign;
  /** What stands around a payload that it signs, with the type of what is signed where it states one. */
  readonly envelope: (type: string | undefined) => Envelope;
}

/** The keys in the folder of a signer that the key list names. */
export interface Shelf {
  /** The key that signs now: of those in force the one that came last. Undefined when there is none. */
  readonly find: (use: KeyUse, suite: Suite, now: Instant) => SigningKey | undefined;
  readonly parameters: () => TrustParameters;
  /** Reads the folder anew if anything in it changed. Throws when it is not as it should be; then all stays as it was. */
  readonly refresh: () => void;
}

/** The files of the folder besides the keys: what the root is, and the newest key list. */
export const PIN_FILE = 'root.json';
export const LIST_FILE = 'key-list.cose';

/** Opens the keys of a folder. Throws a {@link SignerError} unless all is there, whole, and for its owner alone. */
export function openShelf(folder: string): Shelf {
  let mark = markOf(folder);
  let held = readShelf(folder);
  return {
    find: (use, suite, now) => findIn(held, use, suite, now),
    parameters: () => held.list.parameters,
    refresh: () => {
      const seen = markOf(folder);
      if (seen === mark) return;
      const next = readShelf(folder);
      if (next.list.version < held.list.version)
        throw new SignerError('malformed', `${join(folder, LIST_FILE)} is older than it was`);
      mark = seen;
      held = next;
    },
  };
}

/**
 * Puts a newer key list into the folder of a signer, and the root that it names; returns the list.
 *
 * @throws {SignerError} `malformed` when it does not follow from the one that is there
 */
export function takeKeyList(folder: string, bytes: Uint8Array): KeyList {
  const { list: held } = readShelf(folder);
  const list = followKeyList(held, bytes, verify);
  if ('refused' in list)
    throw new SignerError(
      'malformed',
      `the key list does not follow version ${held.version}, which the signer in ${folder} has: ${list.refused}`,
    );
  // One that changes the root is signed by both, so that it counts under either pin, whatever is interrupted here.
  writePrivate(join(folder, LIST_FILE), list.bytes);
  writePrivate(join(folder, PIN_FILE), writePin(list));
  return list;
}

interface Held {
  readonly list: KeyList;
  /** Those of the list that lie here and are not revoked, the one that came last first. */
  readonly keys: readonly (KnownKey & SigningKey)[];
}

function readShelf(folder: string): Held {
  checkPrivateFolder(folder);
  const path = join(folder, LIST_FILE);
  const list = followKeyList(pinOf(folder), readPrivate(path), verify);
  if ('refused' in list)
    throw new SignerError(
      'malformed',
      `${path} is not a key list that its root has signed (${list.refused})`,
    );
  const files = new Map(readKeyFiles(folder).map((file) => [toHex(file.kid), file]));
  const keys = list.keys.flatMap((known) => {
    const file = files.get(toHex(known.kid));
    if (file?.use !== known.use || known.revokedAt !== undefined) return [];
    return [{ ...known, sign: signWith(file), envelope: envelopesOf(file) }];
  });
  return { list, keys: keys.sort((one, other) => other.notBefore - one.notBefore) };
}

function pinOf(folder: string) {
  const path = join(folder, PIN_FILE);
  const pin = readPin(readPrivate(path).toString('utf8'));
  if (pin) return pin;
  throw new SignerError('malformed', `${path} does not have the form of a pinned root; restore it`);
}

function findIn({ keys }: Held, use: KeyUse, suite: Suite, now: Instant): SigningKey | undefined {
  return keys.find(
    (key) => key.use === use && key.suite === suite && key.notBefore <= now && now < key.notAfter,
  );
}

function envelopesOf({ suite, kid }: { suite: Suite; kid: Uint8Array }): SigningKey['envelope'] {
  const plain = envelopeOf(protectedHeader(suite, kid));
  return (type) => (type === undefined ? plain : envelopeOf(protectedHeader(suite, kid, type)));
}

function markOf(folder: string): string {
  if (!existsSync(folder)) return '';
  return `${folderMark(folder, KEY_FILE_ENDING)}\n${folderMark(folder, LIST_FILE)}\n${folderMark(folder, PIN_FILE)}`;
}
