import type { Instant } from '../../domain/time.ts';
import { parseSign } from '../cose/sign.ts';
import type { Verify } from '../suites.ts';
import { decodeKeyList, type KeyListContent, type Root } from './key-list-content.ts';
import { isInForce, type Keys, type KnownKey } from './keys.ts';
import { isSameBytes, isSignedBy } from './many-signed.ts';

/** A key list that was accepted. */
export interface KeyList extends KeyListContent, Keys {
  /** As it came. */
  readonly bytes: Uint8Array;
}

/**
 * Why a key list is not accepted.
 *
 * - `unreadable`: not the one encoding of a key list.
 * - `other-province`: of another province than the one held.
 * - `rolled-back`: older than the one held.
 * - `other-content`: another one under the version of the one held.
 * - `frozen`: it has expired; whoever gives it keeps newer ones back, or none was made.
 * - `not-signed`: too few keys of the root have signed it, of the one held or of its own.
 */
export type KeyListRefusal =
  | 'unreadable'
  | 'other-province'
  | 'rolled-back'
  | 'other-content'
  | 'frozen'
  | 'not-signed';

/** What is pinned where no list is held yet: by hand, when a gate is put up. */
export interface Pin {
  readonly province: string;
  readonly root: Root;
}

/**
 * Accepts a key list after the one held, or after what is pinned. One that changes the root is signed by enough keys of
 * the former root and by enough of the new one; so a root is replaced without anybody going to the gates.
 */
export function acceptKeyList(
  known: Pin | KeyList,
  bytes: Uint8Array,
  now: Instant,
  verify: Verify,
): KeyList | { readonly refused: KeyListRefusal } {
  const list = followKeyList(known, bytes, verify);
  return 'refused' in list || isInForce(list, now) ? list : { refused: 'frozen' };
}

/** The same whether or not the list has expired: for whoever keeps the lists, from the first to the last. */
export function followKeyList(
  known: Pin | KeyList,
  bytes: Uint8Array,
  verify: Verify,
): KeyList | { readonly refused: Exclude<KeyListRefusal, 'frozen'> } {
  const message = parseSign(bytes);
  const content = message && decodeKeyList(message.payload);
  if (!content) return { refused: 'unreadable' };
  if (content.province !== known.province) return { refused: 'other-province' };
  if (!isSignedBy(known.root, message, verify) || !isSignedBy(content.root, message, verify))
    return { refused: 'not-signed' };
  if ('bytes' in known) {
    if (content.version < known.version) return { refused: 'rolled-back' };
    // Signed again by others it is still the same list.
    if (content.version === known.version && !isSameBytes(payloadOf(known), message.payload))
      return { refused: 'other-content' };
  }
  return { ...content, bytes, find: findAmong(content.keys) };
}

function payloadOf({ bytes }: KeyList): Uint8Array {
  // It was read when it was accepted.
  return parseSign(bytes)!.payload;
}

function findAmong(keys: readonly KnownKey[]): Keys['find'] {
  const byKid = new Map(keys.map((key) => [nameOf(key.kid), key]));
  return (kid) => byKid.get(nameOf(kid));
}

function nameOf(kid: Uint8Array): string {
  let name = '';
  for (let at = 0; at < kid.length; at++) name += String.fromCharCode(kid[at]!);
  return name;
}
