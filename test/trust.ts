import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { protectedHeader } from '../credential/cose/headers.ts';
import { encodePass } from '../credential/passes.ts';
import { passText } from '../credential/show.ts';
import type { Suite } from '../credential/suites.ts';
import { encodeKeyList, type KeyListContent } from '../credential/trust/key-list-content.ts';
import type { KeyUse, KnownKey } from '../credential/trust/keys.ts';
import { USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { DAY_MS, type Instant, parseInstant } from '../domain/time.ts';
import { writePin } from '../gate/pin.ts';
import { envelopeOf } from '../signer/envelope.ts';
import { writePrivate } from '../signer/keys/custody.ts';
import { writeKeyFile } from '../signer/keys/key-file.ts';
import { type KeyPair, kidOf, makeKeyPair, signWith } from '../signer/keys/key-pair.ts';
import { LIST_FILE, PIN_FILE } from '../signer/keys/shelf.ts';
import { signByMany } from '../signer/keys/sign-by-many.ts';
import { onlinePassAt } from './made-up-passes.ts';

/** When the key lists of tests are made. */
export type { KeyPair } from '../signer/keys/key-pair.ts';
export const TRUST_AT: Instant = parseInstant('2021-01-20T12:00:00+08:00');

/** A key as a list names it, in force for a year around {@link TRUST_AT}. */
export function listed(pair: KeyPair, use: KeyUse, changes: Partial<KnownKey> = {}): KnownKey {
  const { suite, publicKey } = pair;
  const span = { notBefore: TRUST_AT - DAY_MS, notAfter: TRUST_AT + 365 * DAY_MS };
  return { kid: kidOf(pair), use, suite, publicKey, ...span, province: '33', ...changes };
}

/** Keys of a root, of which two have to sign. */
export function makeRoot(suite: Suite = 'ES256'): KeyPair[] {
  return [makeKeyPair(suite), makeKeyPair(suite), makeKeyPair(suite)];
}

/** What a list of a root says. */
export function listBy(root: readonly KeyPair[], changes: Partial<KeyListContent> = {}): KeyListContent {
  const keys = root.map((pair) => ({ kid: kidOf(pair), suite: pair.suite, publicKey: pair.publicKey }));
  return {
    ...{ province: '33', version: 1, issuedAt: TRUST_AT, expiresAt: TRUST_AT + 30 * DAY_MS },
    ...{ root: { threshold: 2, keys }, parameters: USUAL_PARAMETERS, keys: [] },
    ...changes,
  };
}

/** Writes a folder for a signer: its keys, the pinned root, and the list. What was there is gone. */
export function writeSignerFolder(
  folder: string,
  root: readonly KeyPair[],
  list: KeyListContent,
  keys: readonly (readonly [KeyUse, KeyPair])[],
): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  writePrivate(join(folder, PIN_FILE), writePin(list));
  for (const [use, pair] of keys) writeKeyFile(folder, use, pair);
  writeList(folder, root, list);
}

/** Puts another list into the folder of a signer, signed by the first two of the root. */
export function writeList(folder: string, root: readonly KeyPair[], list: KeyListContent): void {
  writePrivate(join(folder, LIST_FILE), signByMany(encodeKeyList(list), root.slice(0, 2)));
}

/** A key by chance. */
export function makePair(suite: Suite = 'ES256'): KeyPair {
  return makeKeyPair(suite);
}

/** A payload signed by some: a tagged COSE_Sign. */
export function signTogether(payload: Uint8Array, signers: readonly KeyPair[]): Uint8Array {
  return signByMany(payload, signers);
}

/** The text of an online pass that is signed at an instant. */
export function passTextBy(pair: KeyPair, now: Instant): string {
  const payload = encodePass(onlinePassAt(now));
  const { message, whole } = envelopeOf(protectedHeader(pair.suite, kidOf(pair)));
  return passText(whole(payload, signWith(pair)(message(payload))));
}
