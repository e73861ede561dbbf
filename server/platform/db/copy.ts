import type pg from 'pg';
import { type CopyToStreamQuery, from, to } from 'pg-copy-streams';
import { failureOf } from './failure.ts';
import type { Statement } from './sql.ts';

/** A value of a column in COPY: `null` is none; a list is an array of PostgreSQL. */
export type CopyValue = string | number | bigint | boolean | null | Uint8Array | readonly string[];
/** One row for COPY, or from it, its columns in the order of the statement. */
export type CopyRow = readonly CopyValue[];

/** Rows are gathered to pieces of about this size, since each piece costs a message and a turn of the event loop. */
const PIECE_CHARACTERS = 1 << 16;

/** Sends rows to a `copy … from stdin`. Returns how many were written. When the rows end with an error, it is thrown as it is. */
export async function copyInto(
  client: pg.PoolClient,
  { text }: Statement,
  rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
): Promise<number> {
  const stream = client.query(from(text));
  let hasFailed = false;
  const done = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve).once('error', (error) => {
      hasFailed = true;
      reject(failureOf(error));
    });
  });
  // It may fail while the rows still come; it is awaited below.
  done.catch(() => {});
  try {
    for await (const piece of pieces(rows)) {
      if (hasFailed) break;
      if (!stream.write(piece)) await Promise.race([new Promise((free) => stream.once('drain', free)), done]);
    }
  } catch (error) {
    // What the rows failed with may name a person, so the database is told nothing of it.
    if (!hasFailed) stream.destroy(new Error('the rows ended early'));
    await done.catch(() => {});
    throw error;
  }
  if (!hasFailed) stream.end();
  await done;
  return stream.rowCount;
}

async function* pieces(rows: Iterable<CopyRow> | AsyncIterable<CopyRow>): AsyncGenerator<string> {
  let piece = '';
  for await (const row of rows) {
    piece += `${row.map(copyText).join('\t')}\n`;
    if (piece.length < PIECE_CHARACTERS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in the text format of COPY (PostgreSQL, "COPY", File Formats). */
function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return escaped(`{${value.map(arrayElement).join(',')}}`);
  return String(value);
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!);
}

function arrayElement(element: string): string {
  return `"${element.replace(/["\\]/g, '\\$&')}"`;
}

/** The rows of a `copy … to stdout`, each column as PostgreSQL writes it, or null. */
export async function* copyOutOf(
  client: pg.PoolClient,
  statement: Statement,
): AsyncGenerator<readonly (string | null)[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of copyChunksOf(client, statement)) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf('\n') + 1;
    rest = bytes.subarray(end);
    const lines = bytes.toString('utf8', 0, end).split('\n');
    lines.pop();
    for (const line of lines) yield line.split('\t').map(textOfCopy);
  }
}

const UNESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', v: '\v' };

function textOfCopy(field: string): string | null {
  if (field === '\\N') return null;
  return field.includes('\\') ? field.replace(/\\(.)/g, (_, letter) => UNESCAPES[letter] ?? letter) : field;
}

/** Longer than any copy takes: the patience for other statements does not hold for it. */
const LONGEST_COPY_MS = 2 ** 31 - 1;

/** What a `copy … to stdout` sends, as it comes, however long that takes. */
export async function* copyChunksOf(client: pg.PoolClient, { text }: Statement): AsyncGenerator<Buffer> {
  const stream: CopyToStreamQuery & Patient = Object.assign(to(text), { query_timeout: LONGEST_COPY_MS });
  try {
    for await (const chunk of client.query(stream) as AsyncIterable<Buffer>) yield chunk;
  } finally {
    stream.callback?.();
  }
}

/** `pg` gives up what takes longer, unless it is told of the end, which a copy does not tell it. */
interface Patient {
  readonly query_timeout: number;
  readonly callback?: () => void;
}
