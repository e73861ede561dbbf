import { type Fault, fault } from '../../domain/fault.ts';
import { parseJson } from '../../server/platform/input/json.ts';
import { type Line, readLines } from '../../server/platform/input/lines.ts';
import { unreadable } from '../terminal/faults.ts';
import { openUnpacked, UnpackError } from './unpack.ts';

/** One JSON document of a file and the line on which it begins, or why there is none. */
export type JsonDocument =
  | { readonly line: number; readonly value: unknown; readonly length: number; readonly fault?: undefined }
  | { readonly line: number | undefined; readonly fault: Fault };

/** The largest official list has 0.4 MB. */
const MAX_DOCUMENT_BYTES = 32 << 20;
const MAX_DEPTH = 64;
/** A shorter text may nest as it likes: it cannot fill the memory. */
const LONG_TEXT = 1 << 20;
const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [34, 92, 123, 125, 91, 93];

/**
 * Reads a file of JSON: one document, on as many lines as it likes, or one on each line (NDJSON), plain or
 * compressed with brotli; `-` is standard input. Whatever is wrong is a fault; nothing is thrown for it.
 */
export async function* readJsonDocuments(file: string): AsyncGenerator<JsonDocument> {
  try {
    yield* documentsOf(eachLine(readLines(await openUnpacked(file), MAX_DOCUMENT_BYTES)));
  } catch (error) {
    const found = error instanceof UnpackError ? fault('', error.message) : unreadable(error);
    if (!found) throw error;
    yield { line: undefined, fault: found };
  }
}

async function* eachLine(batches: AsyncIterable<readonly Line[]>): AsyncGenerator<Line> {
  for await (const batch of batches) yield* batch;
}

/**
 * The documents of lines: one on each, or one on all of them, when the first line breaks off inside a value and
 * the second is no object by itself.
 */
async function* documentsOf(lines: AsyncGenerator<Line>): AsyncGenerator<JsonDocument> {
  const first = await lines.next();
  if (first.done) return;
  if (breaksOff(first.value)) {
    const second = await lines.next();
    const head = second.done ? [first.value] : [first.value, second.value];
    if (second.done || !isObjectLine(second.value)) return yield await wholeDocument(head, lines);
    for (const line of head) yield readDocument(line);
  } else yield readDocument(first.value);
  for await (const line of lines) yield readDocument(line);
}

function breaksOff(line: Line): boolean {
  return line.fault === undefined && /[{[,:]\s*$/.test(line.text);
}

function isObjectLine(line: Line): boolean {
  return line.fault === undefined && /^\s*\{.*\}\s*$/.test(line.text);
}

async function wholeDocument(head: readonly Line[], rest: AsyncIterable<Line>): Promise<JsonDocument> {
  const texts: string[] = [];
  let length = 0;
  const { number } = head[0]!;
  const add = (line: Line): Fault | undefined => {
    if (line.fault !== undefined) return fault('', line.fault);
    length += line.text.length + 1;
    texts.push(line.text);
    return length > MAX_DOCUMENT_BYTES ? fault('', `longer than ${MAX_DOCUMENT_BYTES} bytes`) : undefined;
  };
  for (const line of head) {
    const found = add(line);
    if (found) return { line: line.number, fault: found };
  }
  for await (const line of rest) {
    const found = add(line);
    if (found) return { line: line.number, fault: found };
  }
  return readDocument({ number, text: texts.join('\n') });
}

function readDocument(line: Line): JsonDocument {
  const { number } = line;
  if (line.fault !== undefined) return { line: number, fault: fault('', line.fault) };
  const { text } = line;
  if (text.length > LONG_TEXT && isDeep(text))
    return { line: number, fault: fault('', `nests deeper than ${MAX_DEPTH} levels`) };
  const parsed = parseJson(text);
  return parsed.fault
    ? { line: number, fault: parsed.fault }
    : { line: number, value: parsed.value, length: text.length };
}

/** Whether brackets nest too deeply, outside texts; a million levels would fill the memory. */
function isDeep(text: string): boolean {
  let depth = 0;
  let isInText = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) isInText = !isInText;
    else if (code === BACKSLASH) i++;
    else if (isInText) continue;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
  }
  return false;
}
