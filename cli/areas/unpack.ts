import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import { openInput } from '../../server/platform/input/lines.ts';
import { unreadable } from '../terminal/faults.ts';

/** A file that is neither text nor brotli, or not all of it. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

const CHUNK_BYTES = 1 << 20;
/** A compressed file that grows beyond this was made to fill the day. */
const MAX_UNPACKED_BYTES = 1 << 30;
/** A character of UTF-8 that the end of a chunk may cut. */
const LONGEST_CHARACTER = 4;

/** Opens a file as text, unpacked when it is compressed with brotli; `-` is standard input. */
export async function openUnpacked(file: string): Promise<Readable> {
  const chunks: AsyncIterator<Buffer> = openInput(file)[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let isText: boolean | undefined; isText === undefined; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    head.push(value);
    isText = looksLikeText(value);
    if (isText === false) return Readable.from(unpacked(rejoined(head, chunks)), { objectMode: false });
  }
  return Readable.from(rejoined(head, chunks), { objectMode: false });
}

/**
 * Brotli has no mark of its own. What begins like a JSON object is text, and so is what is UTF-8 without
 * control characters; undefined while there is only white space.
 */
function looksLikeText(chunk: Buffer): boolean | undefined {
  const start = chunk.toString('utf8', 0, 4096).trimStart();
  if (start === '') return undefined;
  if (start.startsWith('{')) return true;
  let end = chunk.length;
  for (let cut = 1; cut < LONGEST_CHARACTER && !isUtf8(chunk.subarray(0, end)); cut++)
    end = chunk.length - cut;
  return isUtf8(chunk.subarray(0, end)) && !/[^\P{Cc}\t\r\n]/u.test(chunk.toString('utf8', 0, end));
}

async function* rejoined(head: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const brotli = createBrotliDecompress({ chunkSize: CHUNK_BYTES });
  // Errors, those of reading too, reach the loop below.
  pipeline(Readable.from(packed, { objectMode: false }), brotli, () => {});
  let bytes = 0;
  try {
    for await (const chunk of brotli as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_UNPACKED_BYTES) break;
      yield chunk;
    }
  } catch (error) {
    if (unreadable(error)) throw error;
    throw new UnpackError(bytes === 0 ? 'is neither JSON nor brotli' : 'is cut off or damaged');
  }
  if (bytes > MAX_UNPACKED_BYTES) throw new UnpackError(`unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
}
