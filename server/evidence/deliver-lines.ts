import type { Readable } from 'node:stream';
import { fault } from '../../domain/fault.ts';
import { parseJson } from '../platform/input/json.ts';
import { type Line, readLines } from '../platform/input/lines.ts';
import type { Incoming } from './intake.ts';

/** The longest record that is read; a real one has a few hundred bytes. */
export const MAX_RECORD_BYTES = 1 << 16;
/** Records of one delivery that are accepted in one transaction. */
const TOGETHER = 1_000;

/** Reads JSON Lines as records, in parts of a size that one transaction takes. */
export async function* incomingFrom(lines: Readable): AsyncGenerator<readonly Incoming[]> {
  let part: Incoming[] = [];
  for await (const batch of readLines(lines, MAX_RECORD_BYTES))
    for (const line of batch) {
      part.push(incomingOf(line));
      if (part.length < TOGETHER) continue;
      yield part;
      part = [];
    }
  if (part.length > 0) yield part;
}

/** A line as a record. */
export function incomingOf(line: Line): Incoming {
  const position = line.number;
  // A line that cannot be read as text is not kept: there is nothing that could be corrected.
  if (line.fault !== undefined) return { position, text: '', fault: fault('', line.fault) };
  const { text } = line;
  return { position, text, ...parseJson(text) };
}

/** Records of a request that is one JSON value, in parts. */
export function* partsOf(values: readonly unknown[]): Generator<readonly Incoming[]> {
  for (let start = 0; start < values.length; start += TOGETHER)
    yield values
      .slice(start, start + TOGETHER)
      .map((value, i): Incoming => ({ position: start + i + 1, value }));
}
