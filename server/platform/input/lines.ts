import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** One line of a text file: its text, or why it could not be read. Numbers count from 1, blank lines included. */
export type Line =
  | { readonly number: number; readonly text: string; readonly fault?: undefined }
  | { readonly number: number; readonly fault: string };

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
const BYTE_ORDER_MARK = '\uFEFF';

/** Opens a file for reading; `-` is standard input. */
export function openInput(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
}

/**
 * Reads UTF-8 lines in constant memory, in batches as they arrive. A line of more than
 * `maxBytes`, or one that is not UTF-8, is a fault of that line alone. Blank lines are passed over.
 */
export async function* readLines(input: Readable, maxBytes: number): AsyncGenerator<Line[]> {
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const finish = (tail: Buffer): Line[] => {
    number++;
    const bytes = restBytes + tail.length;
    const line = rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
    rest = [];
    restBytes = 0;
    return bytes > maxBytes ? [{ number, fault: `longer than ${maxBytes} bytes` }] : decode(line, number);
  };
  for await (const chunk of input as AsyncIterable<Buffer>) {
    const first = chunk.indexOf(NEWLINE);
    const last = chunk.lastIndexOf(NEWLINE);
    let tail = chunk;
    if (first >= 0) {
      const batch = finish(chunk.subarray(0, first));
      number = decodeBlock(chunk.subarray(first + 1, last + 1), number, maxBytes, batch);
      yield batch;
      tail = chunk.subarray(last + 1);
    }
    restBytes += tail.length;
    // A line that is too long already is counted on, not kept.
    if (tail.length > 0) rest = restBytes > maxBytes ? [] : [...rest, tail];
  }
  if (restBytes > 0) yield finish(Buffer.alloc(0));
}

/** Decodes whole lines that end in a newline each, appends them to `batch`, and returns the number of the last. */
function decodeBlock(block: Buffer, before: number, maxBytes: number, batch: Line[]): number {
  let number = before;
  if (block.length <= maxBytes && isUtf8(block)) {
    const texts = block.toString('utf8').split('\n');
    texts.pop();
    for (const text of texts) {
      number++;
      if (!isBlank(text)) batch.push({ number, text });
    }
    return number;
  }
  for (let start = 0; start < block.length; ) {
    const end = block.indexOf(NEWLINE, start);
    const bytes = block.subarray(start, end);
    number++;
    if (bytes.length > maxBytes) batch.push({ number, fault: `longer than ${maxBytes} bytes` });
    else batch.push(...decode(bytes, number));
    start = end + 1;
  }
  return number;
}

function decode(bytes: Buffer, number: number): Line[] {
  if (!isUtf8(bytes)) return [{ number, fault: 'not UTF-8' }];
  const text = bytes.toString('utf8');
  const content = number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  return isBlank(content) ? [] : [{ number, text: content }];
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
