import { brotliCompressSync, gzipSync } from 'node:zlib';
import { HUGE_VALUES, INJECTIONS, mutantsOf, WRONG_VALUES } from './broken.ts';
import type { Document } from './documents.ts';

/** One hostile file. */
export interface Input {
  readonly name: string;
  readonly bytes: () => Buffer;
  /** Not JSON in any reading, so that every command that reads JSON must call it a fault. */
  readonly notJson?: boolean;
  /** Nothing in it is about a person that can be told. */
  readonly aboutNobody?: boolean;
  /** One of very many of its sort. */
  readonly ofMany?: boolean;
  /** The name of the file, where it matters. */
  readonly file?: string;
}

const BYTE_ORDER_MARK = '\ufeff';
/** How many mutants of a document get a file of their own. A prime, so that every kind of mutation has its turn. */
const MUTANTS_ALONE = 41;
/** A larger document is no line; it is broken alone only. */
const LONGEST_LINE = 10_000;

/** What is hostile whatever a command reads. */
const RAW: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['broken JSON', '{"source":"health",\n'],
  ['a word', 'hello\n'],
  ['two values on a line', '{} {}\n'],
  ['single quotes', `{'a':1}\n`],
  ['a comment', '// {}\n'],
  ['a trailing comma', '{"a":1,}\n'],
  ['NaN', '{"a":NaN}\n'],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0xc3, 0x28, 0x22, 0x0a])],
  ['overlong UTF-8', Buffer.from([0x22, 0xc0, 0xaf, 0x22, 0x0a])],
  ['surrogates in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22, 0x0a])],
  ['NUL bytes', Buffer.alloc(1000)],
  ['NUL bytes in a text', '{"a":"\u0000"}\n'],
  ['UTF-16', Buffer.from(`${BYTE_ORDER_MARK}{"a":1}\n`, 'utf16le')],
  ['gzip', gzipSync('{"a":1}\n')],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['open brackets, 100,000 deep', '['.repeat(100_000)],
  ['terminal escapes', '\u001b[2J\u001b[31mgreen\u001b[0m\n'],
  ['forged lines', 'x\rFORGED:1: green\nFORGED\r\n'],
  ['carriage returns only', '{"a":1}\r{"b":\r'],
];

const ODD: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['nothing', ''],
  ['only newlines', '\n\n\r\n\n'],
  ['only white space', ' \t\n \u3000\n'],
  ['only a byte order mark', BYTE_ORDER_MARK],
  ['a million newlines', '\n'.repeat(1_000_000)],
  ['each wrong value as a line', [...WRONG_VALUES, ...HUGE_VALUES].join('\n')],
  ['each injection as a line', INJECTIONS.map((text) => JSON.stringify(text)).join('\n')],
  ['each injection as a key', INJECTIONS.map((text) => JSON.stringify({ [text]: text })).join('\n')],
  ['10,000 empty objects on lines', '{}\n'.repeat(10_000)],
];

/** Every hostile file that can be made out of bytes, the documents broken in each place among them. */
export function* hostileInputs(documents: readonly Document[]): Generator<Input> {
  for (const [name, content] of RAW)
    yield { name, bytes: () => Buffer.from(content), notJson: true, aboutNobody: true };
  for (const [name, content] of ODD) yield { name, bytes: () => Buffer.from(content) };
  yield { name: 'brotli of broken JSON', bytes: () => brotliCompressSync('{"a":'), file: 'a.json.br' };
  yield { name: 'what is no brotli', bytes: () => Buffer.from('{}\n'), file: 'b.ndjson.br' };
  yield { name: 'a hostile name', bytes: () => Buffer.from('{'), file: '\u001b[2J\nFORGED%s;$(id).json' };
  for (const document of documents) yield* brokenDocuments(document);
}

function* brokenDocuments({ format, value }: Document): Generator<Input> {
  const text = JSON.stringify(value);
  yield {
    name: `${format}, with a byte order mark`,
    bytes: () => Buffer.from(`${BYTE_ORDER_MARK}${text}\n`),
  };
  yield { name: `${format}, with CRLF`, bytes: () => Buffer.from(`${text}\r\n`) };
  yield { name: `${format}, cut in the middle`, bytes: () => Buffer.from(text.slice(0, -20)), notJson: true };
  yield { name: `${format}, then a broken line`, bytes: () => Buffer.from(`${text}\n{"a"\n`), notJson: true };
  yield { name: `${format}, 100 times`, bytes: () => Buffer.from(`${text}\n`.repeat(100)) };
  const mutants = [...mutantsOf(value)];
  if (text.length < LONGEST_LINE) {
    yield {
      name: `${format}, broken in each place, as lines`,
      bytes: () => Buffer.from(mutants.map((mutant) => mutant.text()).join('\n')),
    };
  }
  for (let i = 0; i < MUTANTS_ALONE; i++) {
    const { name, text: broken } = mutants[Math.floor((i * mutants.length) / MUTANTS_ALONE)]!;
    yield { name: `${format}, ${name}`, bytes: () => Buffer.from(broken()), ofMany: true };
  }
}
