import { createReadStream, createWriteStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { OperatorError } from '../../operator-error.ts';
import { firstGap, isHistory, nameOf, type Segment, segmentOf } from './wal-names.ts';

const PACKED = /^([0-9A-F]{24}|[0-9A-F]{8}\.history)\.gz$/;

/** Packs files of the journal of a running server that a backup needs: the segments from one to another, and all histories. */
export async function packWal(
  wal: string,
  to: string,
  segments: readonly Segment[],
  segmentBytes: number,
): Promise<string[]> {
  const names = [
    ...readdirSync(wal).filter(isHistory),
    ...segments.map((segment) => nameOf(segment, segmentBytes)),
  ];
  for (const name of names)
    await pipeline(
      createReadStream(join(wal, name)),
      createGzip({ level: constants.Z_BEST_SPEED }),
      createWriteStream(join(to, `${name}.gz`), { mode: 0o600 }),
    );
  return names.map((name) => `${name}.gz`);
}

/** Where packed files of the journal lie, by their names; of the same file in several folders, that in the first. */
export function packedWal(folders: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders.filter((one) => existsSync(one)))
    for (const file of readdirSync(folder)) {
      const [, name] = PACKED.exec(file) ?? [];
      if (name !== undefined && !found.has(name)) found.set(name, join(folder, file));
    }
  return found;
}

/**
 * Unpacks what is needed of the journal from a segment on.
 *
 * @throws {OperatorError} naming the file that is missing or damaged
 */
export async function unpackWal(
  packed: ReadonlyMap<string, string>,
  firstSegment: string,
  segmentBytes: number,
  to: string,
): Promise<void> {
  const first = segmentOf(firstSegment, segmentBytes)!;
  const segments = [...packed.keys()].flatMap((name) => segmentOf(name, segmentBytes) ?? []);
  const gap = firstGap(first, segments);
  if (gap)
    throw new OperatorError(
      `the backup is not whole: ${nameOf(gap, segmentBytes)}.gz of the journal is missing`,
    );
  for (const [name, file] of packed) {
    const segment = segmentOf(name, segmentBytes);
    if (segment && segment.number < first.number) continue;
    const bytes = await unpack(file, join(to, name));
    if (segment && bytes !== segmentBytes) throw damaged(file);
  }
}

/** `gzip` keeps a checksum of what it packs, which is compared here. */
async function unpack(file: string, to: string): Promise<number> {
  let bytes = 0;
  const count = new Transform({
    transform: (chunk: Buffer, _, done) => {
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(file), createGunzip(), count, createWriteStream(to, { mode: 0o600 }));
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw damaged(file);
    throw error;
  }
  return bytes;
}

function damaged(file: string): OperatorError {
  return new OperatorError(`the backup is damaged: ${file}`);
}
