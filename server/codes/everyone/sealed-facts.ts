import type { Cipher } from 'node:crypto';
import type { KeyRing, RingKey } from '../../platform/keys/key-ring.ts';
import {
  MANY_NONCE_BYTES,
  manyKey,
  type Opened,
  openMany,
  type Places,
  sealMany,
} from '../../platform/keys/suites/many.ts';
import { LAYOUT } from './facts-row.ts';

/** What is stored: version of the key (2), layout (1), nonce (13), sealed facts, tag (16). */
export const PLAIN_HEAD_BYTES = 3;
export const SEALED_HEAD_BYTES = PLAIN_HEAD_BYTES + MANY_NONCE_BYTES;
export const TAG_BYTES = 16;
const BLOCK = 16;

const ciphers = new WeakMap<RingKey, Cipher>();

function cipherOf(key: RingKey): Cipher {
  let cipher = ciphers.get(key);
  if (!cipher) {
    cipher = manyKey(key.suite, key.secret);
    ciphers.set(key, cipher);
  }
  return cipher;
}

/** Seals the facts of people, in their order, with the current key. */
export function sealFacts(
  keys: KeyRing,
  people: readonly { readonly personId: string; readonly row: Uint8Array }[],
): Buffer[] {
  const key = keys.live('facts')[0];
  const sealed = sealMany(
    cipherOf(key),
    people.map(({ row }) => row),
    people.map(({ personId }) => idBytes(personId)),
  );
  const head = Buffer.from([key.version >> 8, key.version & 255, LAYOUT]);
  return sealed.map((one) => Buffer.concat([head, one]));
}

/** The 16 bytes of an id. */
export function idBytes(personId: string): Buffer {
  return Buffer.from(personId.replaceAll('-', ''), 'hex');
}

/** The id that 16 bytes are. */
export function idOf(bytes: Uint8Array, at: number): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset + at, BLOCK).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What lies in some bytes, as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** What tells one sealing from every other: the version of the key, the layout and the nonce, a character a byte. */
export function sealOf(bytes: Uint8Array, at: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, SEALED_HEAD_BYTES).toString('latin1');
}

/** Rows that were read from the database, in the bytes in which they came. */
export interface SealedRows {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the id of each person begins, where the content, and how long that is; −1 when there is none. */
  readonly idAt: Int32Array;
  readonly contentAt: Int32Array;
  readonly length: Int32Array;
}

/** Facts that were opened together. */
export interface OpenedRows extends Opened {
  /** Of each, which row it is. */
  readonly row: Int32Array;
}

/**
 * Opens the facts of people and has each looked at; `look` says whether they tell all that matters. Returns those about
 * whom only evidence can tell: whose facts cannot be opened, are of another layout, or do not say enough.
 */
export function openEach(
  keys: KeyRing,
  rows: SealedRows,
  look: (view: DataView, start: number, row: number) => boolean,
): string[] {
  const isTold = new Uint8Array(rows.count);
  for (const { bytes, at, row } of openFacts(keys, rows)) {
    const view = viewOf(bytes);
    for (let i = 0; i < row.length; i++) {
      const start = at[i]!;
      if (start >= 0 && bytes[start] === LAYOUT && look(view, start, row[i]!)) isTold[row[i]!] = 1;
    }
  }
  const others: string[] = [];
  for (let i = 0; i < rows.count; i++) if (isTold[i] === 0) others.push(idOf(rows.bytes, rows.idAt[i]!));
  return others;
}

/** Opens rows, those of each version of the key together. Whoever is in none of the answers cannot be told from here. */
export function openFacts(keys: KeyRing, rows: SealedRows): OpenedRows[] {
  const byVersion = new Map<number, number[]>();
  for (let i = 0; i < rows.count; i++) {
    const at = rows.contentAt[i]!;
    if (!isWhole(rows, i)) continue;
    const version = rows.bytes[at]! * 256 + rows.bytes[at + 1]!;
    const own = byVersion.get(version);
    if (own) own.push(i);
    else byVersion.set(version, [i]);
  }
  return [...byVersion].flatMap(([version, own]) => {
    const key = keys.find('facts', version);
    if (!key) return [];
    const opened = openMany(cipherOf(key), rows.bytes, placesOf(rows, own));
    return [{ ...opened, row: Int32Array.from(own) }];
  });
}

function isWhole({ bytes, contentAt, length }: SealedRows, row: number): boolean {
  const sealed = length[row]! - PLAIN_HEAD_BYTES - MANY_NONCE_BYTES;
  return sealed > TAG_BYTES && sealed % BLOCK === 0 && bytes[contentAt[row]! + 2] === LAYOUT;
}

function placesOf({ idAt, contentAt, length }: SealedRows, own: readonly number[]): Places {
  const count = own.length;
  const places = {
    count,
    nonceAt: new Int32Array(count),
    at: new Int32Array(count),
    blocks: new Int32Array(count),
    contextAt: new Int32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const row = own[i]!;
    const content = contentAt[row]!;
    places.contextAt[i] = idAt[row]!;
    places.nonceAt[i] = content + PLAIN_HEAD_BYTES;
    places.at[i] = content + SEALED_HEAD_BYTES;
    places.blocks[i] = (length[row]! - SEALED_HEAD_BYTES - TAG_BYTES) / BLOCK;
  }
  return places;
}
