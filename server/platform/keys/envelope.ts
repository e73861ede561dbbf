import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';
import { pad, unpad } from './padding.ts';
import { openWithRing, sealWithRing, unreadable } from './ring-seal.ts';
import { SECRET_BYTES, type Sealing } from './suites/sealing.ts';
import { SUITES, type SuiteName, suiteOf } from './suites/suite.ts';
import { versionOf } from './version-number.ts';

const INSIDE = Symbol('inside');

/**
 * The data key of one person, open in memory. Only `createDataKey` and `openDataKey` make one, so nothing of a
 * person can be read without the wrapped key: to destroy that is to erase the person (D3).
 */
export interface DataKey {
  readonly [INSIDE]: {
    readonly secret: KeyObject;
    /** What it seals with: the suite under which it was wrapped. It opens every suite. */
    readonly suite: SuiteName;
    readonly sealings: Partial<Record<SuiteName, Sealing>>;
  };
}

/** Makes the data key of a person, open and wrapped; the wrapped one is to be stored. */
export function createDataKey(
  ring: KeyRing,
  personId: string,
): { readonly wrapped: Buffer; readonly key: DataKey } {
  const secret = randomBytes(SECRET_BYTES);
  const wrapped = sealWithRing(ring, 'envelope', secret, personId);
  return { wrapped, key: dataKey(ring.live('envelope')[0].suite, secret) };
}

/** Opens the wrapped data key of a person. Throws `unreadable` when it is another person's, changed, or of a retired version. */
export function openDataKey(ring: KeyRing, personId: string, wrapped: Uint8Array): DataKey {
  const secret = openWithRing(ring, 'envelope', wrapped, personId);
  return dataKey(ring.find('envelope', versionOf(wrapped)!)!.suite, secret);
}

/** Wraps a data key with the current version; undefined when it is so already. What the key sealed stays as it is. */
export function rewrap(ring: KeyRing, personId: string, wrapped: Uint8Array): Buffer | undefined {
  if (versionOf(wrapped) === ring.live('envelope')[0].version) return undefined;
  const secret = openWithRing(ring, 'envelope', wrapped, personId);
  const again = sealWithRing(ring, 'envelope', secret, personId);
  secret.fill(0);
  return again;
}

/**
 * Seals a text (UTF-8, without lone surrogates) or bytes of a person. The context says where it belongs
 * (`contextOf`): in another place it does not open. The length of the result tells the length of the text only
 * to 64 bytes.
 */
export function seal(key: DataKey, plaintext: Uint8Array | string, context: string): Buffer {
  return sealingOf(key, key[INSIDE].suite).seal(pad(plaintext), Buffer.from(context));
}

/** The bytes that were sealed. Throws `unreadable` when the key, the context or a bit is another. */
export function open(key: DataKey, sealed: Uint8Array, context: string): Buffer {
  const suite = suiteOf(sealed);
  const padded = suite && sealingOf(key, suite).open(sealed, Buffer.from(context));
  const plaintext = padded && unpad(padded);
  if (!plaintext) throw unreadable();
  return plaintext;
}

/** The context of a sealed text: whose it is, its table, the key of its row, its version. Different parts never give the same text. */
export function contextOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}

/** Takes the bytes over and wipes them. */
function dataKey(suite: SuiteName, bytes: Buffer): DataKey {
  const secret = createSecretKey(bytes);
  bytes.fill(0);
  return { [INSIDE]: { secret, suite, sealings: {} } };
}

function sealingOf(key: DataKey, suite: SuiteName): Sealing {
  const { secret, sealings } = key[INSIDE];
  sealings[suite] ??= SUITES[suite].sealing(secret);
  return sealings[suite];
}
