import type { Instant } from '../../domain/time.ts';
import { chainHash, type Entry, HASH_BYTES, readBatch } from './record.ts';

/** What a file of the journal begins with. */
export interface SegmentHead {
  /** The hash at which the file before ended; zeros in the first. */
  readonly before: Uint8Array;
  /** The latest delta that was signed, by epoch: what later ones are held to. */
  readonly numbers: Readonly<Record<string, Latest>>;
}

export interface Latest {
  readonly number: number;
  /** Of what was signed, in hex. */
  readonly digest: string;
}

const MAGIC = Buffer.from('HCJ1');
const START = MAGIC.length + HASH_BYTES + 4;

/** The name of a file of the journal, which are numbered from 1. */
export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.log`;
}

export const SEGMENT_ENDING = '.log';
/** Before the first file. */
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** Writes the head of a file: magic, the hash before, the length of what is carried, that as JSON, and the hash of all this. */
export function writeHead({ before, numbers }: SegmentHead): Buffer {
  const carried = Buffer.from(JSON.stringify(numbers));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(carried.length);
  const bytes = Buffer.concat([MAGIC, before, length, carried]);
  return Buffer.concat([bytes, chainHash(before, bytes)]);
}

/** A file of the journal as it was read. */
export interface Segment {
  readonly head: SegmentHead;
  /** How many things were signed, and when the last ones. */
  readonly entries: number;
  readonly lastAt: Instant | undefined;
  /** The deltas among them, in order. */
  readonly deltas: readonly Entry[];
  /** The hash of the last batch, or of the head where there is none. */
  readonly hash: Uint8Array;
  /** Where what is whole ends. */
  readonly end: number;
  /** Whether the rest was begun and not finished: nothing was signed by it. */
  readonly isTorn: boolean;
}

/** Reads a file of the journal. Undefined where its head is torn; `wrong` with the place where the chain breaks. */
export function readSegment(bytes: Buffer): Segment | { readonly wrongAt: number } | undefined {
  const read = readHead(bytes);
  if (!read || 'wrongAt' in read) return read;
  const deltas: Entry[] = [];
  let [entries, lastAt]: [number, Instant | undefined] = [0, undefined];
  let { end, hash } = read;
  const upToHere = (isTorn: boolean) => ({ head: read.head, entries, lastAt, deltas, hash, end, isTorn });
  while (end < bytes.length) {
    const found = readBatch(bytes, end, hash);
    if (found === 'torn' || (found === 'wrong' && isEmpty(bytes, end))) return upToHere(true);
    if (found === 'wrong') return { wrongAt: end };
    entries += found.batch.count;
    lastAt = found.batch.at;
    deltas.push(...found.batch.deltas);
    hash = found.batch.hash;
    end = found.next;
  }
  return upToHere(false);
}

/** A power cut may leave the length of a file, and not what was written. */
function isEmpty(bytes: Buffer, from: number): boolean {
  return bytes.subarray(from).every((byte) => byte === 0);
}

function readHead(
  bytes: Buffer,
): { head: SegmentHead; hash: Uint8Array; end: number } | { readonly wrongAt: number } | undefined {
  if (bytes.length < START) return undefined;
  const end = START + bytes.readUInt32BE(START - 4);
  if (bytes.length < end + HASH_BYTES) return undefined;
  const before = bytes.subarray(MAGIC.length, MAGIC.length + HASH_BYTES);
  const hash = bytes.subarray(end, end + HASH_BYTES);
  const isRight =
    bytes.subarray(0, MAGIC.length).equals(MAGIC) && chainHash(before, bytes.subarray(0, end)).equals(hash);
  if (!isRight) return { wrongAt: 0 };
  // The hash has held, so we have written it.
  const numbers = JSON.parse(bytes.toString('utf8', START, end)) as Record<string, Latest>;
  return { head: { before, numbers }, hash, end: end + HASH_BYTES };
}
