import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Line, readLines } from './lines.ts';

const LONG = 20;

async function linesOf(chunks: readonly Uint8Array[], maxBytes = LONG): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const batch of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), maxBytes))
    lines.push(...batch);
  return lines;
}

/** `number:text` of each line, `number!fault` of one at fault. */
function told(lines: readonly Line[]): string[] {
  return lines.map((line) =>
    line.fault === undefined ? `${line.number}:${line.text}` : `${line.number}!${line.fault}`,
  );
}

function bytes(...parts: readonly (string | readonly number[])[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part))),
  );
}

const TOO_LONG = `longer than ${LONG} bytes`;

describe('the lines of a text', () => {
  const ROWS: readonly (readonly [why: string, input: Buffer, lines: readonly string[]])[] = [
    ['none of an empty file', bytes(''), []],
    ['none of line breaks alone', bytes('\n\n\n'), []],
    ['each with its number', bytes('a\nb\nc\n'), ['1:a', '2:b', '3:c']],
    ['the last without a line break', bytes('a\nb'), ['1:a', '2:b']],
    ['blank ones are passed over and counted', bytes('\na\n  \n\t\nb\n'), ['2:a', '5:b']],
    ['blank ones however long', bytes('a\n', ' '.repeat(200), '\nb'), ['1:a', '3:b']],
    ['breaks of another system stay, as white space', bytes('{}\r\n{}\r\n'), ['1:{}\r', '2:{}\r']],
    ['blank ones of another system', bytes('\r\n{}\r\n'), ['2:{}\r']],
    ['a carriage return alone breaks no line', bytes('a\rb'), ['1:a\rb']],
    ['nor do the breaks of Unicode', bytes('a\u2028b\u0085c'), ['1:a\u2028b\u0085c']],
    ['a byte order mark at the beginning is none of the text', bytes('\ufeffa\nb'), ['1:a', '2:b']],
    ['a byte order mark alone', bytes('\ufeff\na'), ['2:a']],
    ['a byte order mark further on is text', bytes('a\n\ufeffb'), ['1:a', '2:\ufeffb']],
    ['one as long as may be', bytes('x'.repeat(LONG), '\ny'), [`1:${'x'.repeat(LONG)}`, '2:y']],
    ['one that is too long', bytes('x'.repeat(LONG + 1), '\ny'), [`1!${TOO_LONG}`, '2:y']],
    ['one that is far too long', bytes('a\n', 'x'.repeat(500), '\ny'), ['1:a', `2!${TOO_LONG}`, '3:y']],
    ['one that is too long at the end', bytes('a\n', 'x'.repeat(500)), ['1:a', `2!${TOO_LONG}`]],
    ['length counts bytes', bytes('浙江健康码浙江'), [`1!${TOO_LONG}`]],
    ['one that is not UTF-8', bytes('a\n', [0xff, 0xfe], '\nb'), ['1:a', '2!not UTF-8', '3:b']],
    ['half a character', bytes('a', [0xe6, 0xb5], '\nb'), ['1!not UTF-8', '2:b']],
    ['a surrogate in UTF-8', bytes([0xed, 0xa0, 0x80], '\nb'), ['1!not UTF-8', '2:b']],
    ['a zero written long', bytes([0xc0, 0x80]), ['1!not UTF-8']],
    ['UTF-16', bytes([0xff, 0xfe, 0x61, 0, 0x0a, 0]), ['1!not UTF-8', '2:\u0000']],
    ['characters of three and four bytes', bytes('浙江\n𠮷😀'), ['1:浙江', '2:𠮷😀']],
    ['a zero byte is text', bytes('a\u0000b\nc'), ['1:a\u0000b', '2:c']],
  ];
  for (const [why, input, lines] of ROWS) {
    test(why, async () => {
      const expected = lines.filter((line) => !/^\d+:\s*$/.test(line) || line.includes('\u0000'));
      assert.deepEqual(told(await linesOf([input], why.includes('however') ? 1_000 : LONG)), expected);
      // Byte by byte it is the same.
      const single = [...input].map((byte) => Uint8Array.of(byte));
      assert.deepEqual(told(await linesOf(single, why.includes('however') ? 1_000 : LONG)), expected);
    });
  }
});

describe('how a file arrives', () => {
  const piece = fc.oneof(
    fc.constantFrom('\n', '\r\n', '\n\n', ' ', '\ufeff', '浙', '😀', 'a', '{"a":1}', 'x'.repeat(LONG)),
    fc.constantFrom<readonly number[]>([0xff], [0xe6], [0xb5, 0x99], [0x80]),
    fc.string({ maxLength: 8 }),
  );
  const input = fc.array(piece, { maxLength: 30 }).map((parts) => bytes(...parts));

  test('never matters: any split into chunks gives the same lines', async () => {
    const holds = fc.asyncProperty(input, fc.array(fc.nat(400), { maxLength: 12 }), async (all, cuts) => {
      const at = [0, ...cuts.map((cut) => cut % (all.length + 1)).sort((a, b) => a - b), all.length];
      const chunks = at.slice(1).map((end, i) => all.subarray(at[i]!, end));
      assert.deepEqual(await linesOf(chunks), await linesOf([all]));
    });
    await fc.assert(holds, { seed: 2021, numRuns: 1_500 });
  });

  test('and they are those of the whole text', async () => {
    const holds = fc.asyncProperty(input, async (all) => {
      const expected = splitAtOnce(all);
      assert.deepEqual(told(await linesOf([all])), expected);
    });
    await fc.assert(holds, { seed: 2021, numRuns: 1_000 });
  });
});

/** The same, without any care for memory. */
function splitAtOnce(all: Buffer): string[] {
  // One character a byte, so that nothing is lost.
  const lines = all.toString('latin1').split('\n');
  return lines.flatMap((raw, i) => {
    const line = Buffer.from(raw, 'latin1');
    if (line.length > LONG) return [`${i + 1}!${TOO_LONG}`];
    const text = line.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(line)) return [`${i + 1}!not UTF-8`];
    const content = i === 0 ? text.replace(/^\ufeff/, '') : text;
    return content.trim() === '' ? [] : [`${i + 1}:${content}`];
  });
}
