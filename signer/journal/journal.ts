import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { checkPrivateFolder, makePrivateFolder, namesEnding, syncFolder } from '../keys/custody.ts';
import { SignerError } from '../signer-error.ts';
import { type Entry, MOST_ENTRIES, writeBatch } from './record.ts';
import { type Latest, NO_HASH, readSegment, SEGMENT_ENDING, segmentName, writeHead } from './segment.ts';

/** What was signed, written down before it was: it only grows, and each batch seals everything before it. */
export interface Journal {
  /**
   * Resolves when the entries are on the disk; what comes meanwhile is written together next. Rejects when they cannot
   * be written: then nothing may be signed.
   */
  readonly append: (entries: readonly Entry[]) => Promise<void>;
  /**
   * Whether a delta may follow: its number is higher than any that was signed for its epoch, or it is that one again. Once
   * asked, nothing else may have the number.
   */
  readonly follow: (epoch: number, number: number, digest: Uint8Array) => boolean;
  /** The hash of everything so far, in hex. */
  readonly head: () => string;
  readonly close: () => Promise<void>;
}

/** A file is closed and another begun at about this length. */
const SEGMENT_BYTES = 64 << 20;
/** Deltas are signed for a few epochs at once; older ones are forgotten. */
const EPOCHS_KEPT = 32;

/**
 * Opens the journal in a folder, or begins it. What a crash left half written is cut off: nothing was signed by it.
 *
 * @throws {SignerError} `broken` when its last file does not hold together
 */
export async function openJournal(
  folder: string,
  clock: () => Instant,
  segmentBytes = SEGMENT_BYTES,
): Promise<Journal> {
  makePrivateFolder(folder);
  checkPrivateFolder(folder);
  let state = await openLast(folder);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (waiting.length > 0) {
      const { taken, left } = takeSome(waiting);
      waiting = left;
      const entries = taken.flatMap((one) => one.entries);
      try {
        if (state.end >= segmentBytes) state = await nextSegment(folder, state);
        await writeDown(state, clock(), entries);
        for (const { done } of taken) done();
      } catch (error) {
        for (const { failed } of taken) failed(error);
      }
    }
    writing = undefined;
  };
  return {
    append: (entries) =>
      new Promise((done, failed) => {
        waiting.push({ entries, done, failed });
        writing ??= write();
      }),
    follow: (epoch, number, digest) => isFollowing(state.numbers, epoch, number, toHex(digest)),
    head: () => toHex(state.hash),
    close: async () => {
      await writing;
      await state.file.close();
    },
  };
}

interface Waiting {
  readonly entries: readonly Entry[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The file that is written to. */
interface State {
  readonly segment: number;
  readonly file: FileHandle;
  readonly numbers: Numbers;
  hash: Uint8Array;
  /** Where the next batch goes; what lies beyond was not finished. */
  end: number;
}

function takeSome(waiting: readonly Waiting[]): { taken: Waiting[]; left: Waiting[] } {
  let count = 0;
  let taken = 0;
  while (taken < waiting.length) {
    count += waiting[taken]!.entries.length;
    if (count > MOST_ENTRIES && taken > 0) break;
    taken++;
  }
  return { taken: waiting.slice(0, taken), left: waiting.slice(taken) };
}

async function writeDown(state: State, at: Instant, entries: readonly Entry[]): Promise<void> {
  const bytes = writeBatch(state.hash, at, entries);
  try {
    await writeWhole(state.file, bytes, state.end);
    await state.file.datasync();
  } catch (error) {
    // What was left half must not stand behind a shorter batch that comes next.
    await state.file.truncate(state.end).catch(() => {});
    throw error;
  }
  state.hash = bytes.subarray(bytes.length - state.hash.length);
  state.end += bytes.length;
}

/** A disk that is nearly full takes a part, and says so by the count alone. */
async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** The latest delta of each epoch: its number, and the digest of what was signed, in hex. */
type Numbers = Map<number, Latest>;

function isFollowing(numbers: Numbers, epoch: number, number: number, digest: string): boolean {
  const last = numbers.get(epoch);
  if (last && (number < last.number || (number === last.number && digest !== last.digest))) return false;
  numbers.set(epoch, { number, digest });
  return true;
}

async function openLast(folder: string): Promise<State> {
  const name = namesEnding(folder, SEGMENT_ENDING).at(-1);
  if (name === undefined) return beginSegment(folder, 1, NO_HASH, new Map());
  const path = join(folder, name);
  const segment = Number.parseInt(name, 10);
  const found = readSegment(readFileSync(path));
  if (!found) return beginAgain(folder, path, segment);
  if ('wrongAt' in found) throw brokenAt(path, found.wrongAt);
  if (found.isTorn) truncateSync(path, found.end);
  const numbers: Numbers = new Map(
    Object.entries(found.head.numbers).map(([epoch, latest]) => [Number(epoch), latest]),
  );
  for (const { epoch, number, digest } of found.deltas) isFollowing(numbers, epoch, number, toHex(digest));
  return { segment, file: await open(path, 'r+'), numbers, hash: found.hash, end: found.end };
}

/** The head of the last file was not finished: the file before it is the last that counts. */
async function beginAgain(folder: string, path: string, segment: number): Promise<State> {
  rmSync(path);
  const before = await openLast(folder);
  return before.segment === segment ? before : nextSegment(folder, before);
}

async function nextSegment(folder: string, { segment, file, hash, numbers }: State): Promise<State> {
  const over = [...numbers.keys()].sort((a, b) => b - a).slice(EPOCHS_KEPT);
  for (const epoch of over) numbers.delete(epoch);
  const next = await beginSegment(folder, segment + 1, hash, numbers);
  await file.close();
  return next;
}

async function beginSegment(
  folder: string,
  segment: number,
  before: Uint8Array,
  numbers: Numbers,
): Promise<State> {
  const head = writeHead({ before, numbers: Object.fromEntries(numbers) });
  const path = join(folder, segmentName(segment));
  const file = await open(path, 'wx', 0o600);
  try {
    await writeWhole(file, head, 0);
    await file.sync();
    syncFolder(folder);
  } catch (error) {
    await file.close();
    rmSync(path, { force: true });
    throw error;
  }
  return { segment, file, numbers, hash: head.subarray(head.length - before.length), end: head.length };
}

/** The chain does not hold at a place of a file. */
export function brokenAt(path: string, place: number): SignerError {
  const advice = 'keep it as evidence, and begin another journal in an empty folder';
  return new SignerError('broken', `the chain of ${path} breaks at byte ${place}; ${advice}`);
}
