import { inflateSync } from 'node:zlib';
import decodeQR from 'qr/decode.js';

/** A PDF of one page, as far as a reader of it can tell without drawing it. */
export interface ReadPdf {
  /** What can be marked and copied, run by run in the order in which it was written. */
  readonly texts: readonly string[];
  /** All of them in one. */
  readonly text: string;
  /** The pictures that are made of black rectangles, each read as a QR code. */
  readonly codes: readonly string[];
  /** Every stream and object as bytes, unpacked: where something may hide that is not drawn. */
  readonly everything: string;
}

interface PdfObject {
  readonly head: string;
  readonly stream: string | undefined;
}

/** Reads a PDF as `pdfkit` writes it. */
export function readPdf(bytes: Buffer): ReadPdf {
  const objects = objectsOf(bytes);
  const all = [...objects.values()];
  const page = all.find(({ head }) => /\/Type \/Page\b/.test(head))!;
  const content = objects.get(numberAfter('Contents', page.head))!.stream!;
  const resources = objects.get(numberAfter('Resources', page.head))?.head ?? page.head;
  const fonts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, number]) => {
      const { head } = objects.get(Number(number))!;
      return [name!, charactersOf(objects.get(numberAfter('ToUnicode', head))!.stream!)];
    }),
  );
  const texts = textsOf(content, fonts);
  const everything = all.map(({ head, stream = '' }) => head + stream).join('\n');
  return { texts, text: texts.join(''), codes: codesOf(content), everything };
}

function objectsOf(bytes: Buffer): ReadonlyMap<number, PdfObject> {
  const text = bytes.toString('latin1');
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/^(\d+) 0 obj\n/gm)) {
    const start = match.index + match[0].length;
    const end = text.indexOf('\nendobj', start);
    const [head, stream] = text.slice(start, end).split(/stream\r?\n/, 2) as [string, string | undefined];
    const length = /\/Length (\d+)/.exec(head);
    const raw = stream === undefined || !length ? undefined : stream.slice(0, Number(length[1]));
    const isPacked = head.includes('/FlateDecode');
    const opened = raw && (isPacked ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw);
    objects.set(Number(match[1]), { head, stream: opened });
  }
  return objects;
}

function numberAfter(name: string, head: string): number {
  return Number(new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(head)?.[1]);
}

/** What each number of a font stands for (PDF 32000, 9.10.3). */
function charactersOf(map: string): readonly string[] {
  const ranges = [...map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi)];
  const characters: string[] = [];
  for (const [, first, values] of ranges)
    for (const [i, [, hex]] of [...values!.matchAll(/<([0-9a-f ]*)>/gi)].entries())
      characters[Number.parseInt(first!, 16) + i] = Buffer.from(hex!.replaceAll(' ', ''), 'hex')
        .swap16()
        .toString('utf16le');
  return characters;
}

function textsOf(content: string, fonts: ReadonlyMap<string, readonly string[]>): string[] {
  const texts: string[] = [];
  let font: readonly string[] = [];
  for (const [, name, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[-\d. ])*)\] TJ/g))
    if (name) font = fonts.get(name)!;
    else {
      const hex = [...shown!.matchAll(/<([0-9a-f]*)>/g)].map(([, piece]) => piece!).join('');
      texts.push((hex.match(/.{4}/g) ?? []).map((number) => font[Number.parseInt(number, 16)]!).join(''));
    }
  return texts;
}

const PIXELS = 320;

function codesOf(content: string): string[] {
  const groups: number[][][] = [[]];
  for (const line of content.split('\n')) {
    const found = /^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/.exec(line);
    if (found) groups.at(-1)!.push(found.slice(1).map(Number));
    else if (/^[fS]$/.test(line)) groups.push([]);
  }
  return groups.filter((group) => group.length > 100).map(readCode);
}

/** Draws rectangles as black on white, and reads them as a scanner does. */
function readCode(rectangles: readonly (readonly number[])[]): string {
  const left = Math.min(...rectangles.map(([x]) => x!));
  const top = Math.min(...rectangles.map(([, y]) => y!));
  const right = Math.max(...rectangles.map(([x, , width]) => x! + width!));
  const scale = (PIXELS * 0.8) / (right - left);
  const data = new Uint8Array(PIXELS * PIXELS * 4).fill(255);
  const at = (value: number, origin: number) => Math.round(PIXELS * 0.1 + (value - origin) * scale);
  for (const [x, y, width, height] of rectangles as [number, number, number, number][])
    for (let row = at(y, top); row < at(y + height, top); row++)
      for (let column = at(x, left); column < at(x + width, left); column++)
        data.fill(0, (row * PIXELS + column) * 4, (row * PIXELS + column) * 4 + 3);
  return decodeQR({ width: PIXELS, height: PIXELS, data });
}
