import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { checkPrivateFolder, namesEnding } from '../keys/custody.ts';
import { SignerError } from '../signer-error.ts';
import { brokenAt } from './journal.ts';
import { NO_HASH, readSegment, SEGMENT_ENDING, segmentName } from './segment.ts';

/** What a journal says, where its chain holds. */
export interface JournalFound {
  /** The first file that is there: earlier ones may have been put away. */
  readonly firstFile: number;
  readonly files: number;
  readonly entries: number;
  readonly lastAt: Instant | undefined;
  /** The hash of everything, in hex: whoever keeps it elsewhere notices when the end is cut off. */
  readonly head: string;
  /** Whether the last batch was begun and not finished. */
  readonly isTorn: boolean;
}

/**
 * Follows the chain through all files of a journal.
 *
 * @throws {SignerError} `broken` where it does not hold, or a file is missing in between
 */
export function verifyJournal(folder: string): JournalFound {
  checkPrivateFolder(folder);
  const names = namesEnding(folder, SEGMENT_ENDING);
  const firstFile = Number.parseInt(names[0] ?? '', 10);
  if (Number.isNaN(firstFile)) throw new SignerError('missing', `there is no journal in ${folder}`);
  let hash: Uint8Array | undefined = firstFile === 1 ? NO_HASH : undefined;
  let entries = 0;
  let lastAt: Instant | undefined;
  let isTorn = false;
  for (const [i, name] of names.entries()) {
    const path = join(folder, name);
    if (name !== segmentName(firstFile + i) || isTorn) throw brokenAt(path, 0);
    const found = readSegment(readFileSync(path));
    if (!found || 'wrongAt' in found) throw brokenAt(path, found?.wrongAt ?? 0);
    if (hash && !Buffer.from(found.head.before).equals(hash)) throw brokenAt(path, 0);
    entries += found.entries;
    lastAt = found.lastAt ?? lastAt;
    ({ hash, isTorn } = found);
  }
  const head = toHex(hash!);
  return { firstFile, files: names.length, entries, lastAt, head, isTorn };
}
