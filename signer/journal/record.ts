import { createHash } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';

/** Something that is about to be signed. */
export interface Entry {
  /** The number of what it is, in {@link ../checks/kinds.ts}. */
  readonly kind: number;
  /** The key, 8 bytes. */
  readonly kid: Uint8Array;
  /** SHA-256 of what is signed: the bytes of the Sig_structure. */
  readonly digest: Uint8Array;
  /** The epoch that it is for; 0 where there is none. */
  readonly epoch: number;
  /** The number of a delta; 0 where there is none. */
  readonly number: number;
}

/** Entries that were written at once; a full file has a million, so most of them are only counted. */
export interface Batch {
  readonly at: Instant;
  readonly count: number;
  /** The entries with a number. */
  readonly deltas: readonly Entry[];
  readonly hash: Uint8Array;
}

export const HASH_BYTES = 32;
const HEAD_BYTES = 12;
const ENTRY_BYTES = 1 + 8 + 32 + 4 + 4;
/** Where the number stands in an entry. */
const NUMBER_AT = 1 + 8 + 32 + 4;

/** So many entries at most stand in a batch. */
export const MOST_ENTRIES = 1 << 16;

/**
 * Writes a batch: how many (4 bytes), when (8, ms), the entries, and the hash, SHA-256 over the hash before and all of
 * this. So whoever changes one bit has to write everything anew that comes after it.
 */
export function writeBatch(before: Uint8Array, at: Instant, entries: readonly Entry[]): Buffer {
  const end = HEAD_BYTES + entries.length * ENTRY_BYTES;
  const bytes = Buffer.allocUnsafe(end + HASH_BYTES);
  bytes.writeUInt32BE(entries.length, 0);
  bytes.writeBigUInt64BE(BigInt(at), 4);
  let position = HEAD_BYTES;
  for (const { kind, kid, digest, epoch, number } of entries) {
    bytes[position] = kind;
    bytes.set(kid, position + 1);
    bytes.set(digest, position + 9);
    bytes.writeUInt32BE(epoch, position + 41);
    bytes.writeUInt32BE(number, position + NUMBER_AT);
    position += ENTRY_BYTES;
  }
  bytes.set(chainHash(before, bytes.subarray(0, end)), end);
  return bytes;
}

/**
 * Reads the batch that begins at a place, and where the next one begins. `torn`: the bytes end before it does.
 * `wrong`: it does not follow from the hash before.
 */
export function readBatch(
  bytes: Buffer,
  start: number,
  before: Uint8Array,
): { readonly batch: Batch; readonly next: number } | 'torn' | 'wrong' {
  if (start + HEAD_BYTES > bytes.length) return 'torn';
  const count = bytes.readUInt32BE(start);
  if (count === 0 || count > MOST_ENTRIES) return 'wrong';
  const end = start + HEAD_BYTES + count * ENTRY_BYTES;
  if (end + HASH_BYTES > bytes.length) return 'torn';
  const hash = bytes.subarray(end, end + HASH_BYTES);
  if (!chainHash(before, bytes.subarray(start, end)).equals(hash)) return 'wrong';
  const deltas: Entry[] = [];
  for (let at = start + HEAD_BYTES; at < end; at += ENTRY_BYTES)
    if (bytes.readUInt32BE(at + NUMBER_AT) > 0) deltas.push(readEntry(bytes, at));
  const at = Number(bytes.readBigUInt64BE(start + 4));
  return { batch: { at, count, deltas, hash }, next: end + HASH_BYTES };
}

function readEntry(bytes: Buffer, at: number): Entry {
  return {
    kind: bytes[at]!,
    kid: bytes.subarray(at + 1, at + 9),
    digest: bytes.subarray(at + 9, at + 41),
    epoch: bytes.readUInt32BE(at + 41),
    number: bytes.readUInt32BE(at + NUMBER_AT),
  };
}

/** What a batch, or the head of a file, adds to the chain. */
export function chainHash(before: Uint8Array, bytes: Uint8Array): Buffer {
  return createHash('sha256').update(before).update(bytes).digest();
}
