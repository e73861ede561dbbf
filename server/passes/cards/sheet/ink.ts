import PDFDocument from 'pdfkit';
import { type FontPiece, runsOf } from './fonts.ts';

/** How heavily a text is drawn. */
export type Weight = keyof typeof STROKES;

export interface Pen {
  /** In points. */
  readonly size: number;
  readonly weight: Weight;
}

/** A document that draws with the font of the sheet. */
export interface Ink {
  readonly page: PDFKit.PDFDocument;
  readonly has: Set<FontPiece>;
}

/**
 * Of a variable font `pdfkit` embeds the thinnest weight only, so each character is drawn with a line around it: as wide,
 * in parts of its size.
 */
const STROKES = { regular: 0.045, bold: 0.085 } as const;
/** The thinnest weight sets its characters too close for that. */
const SPACING = 0.02;

/** An empty page of A4, without anything about anybody in what describes the document. */
export function startInk(title: string, madeAt: Date): Ink {
  const page = new PDFDocument({
    size: 'A4',
    margin: 0,
    lang: 'zh-CN',
    displayTitle: true,
    // Nothing but the font of the sheet: none of the fonts that a reader of PDF has.
    font: '',
    info: {
      Title: title,
      CreationDate: madeAt,
      ModDate: madeAt,
      Producer: 'healthcode',
      Creator: 'healthcode',
    },
  });
  page.lineJoin('round').strokeColor('black').fillColor('black');
  return { page, has: new Set() };
}

/** Draws one line of text, with its top at `y`; says where it ends. */
export function write(ink: Ink, text: string, x: number, y: number, pen: Pen): number {
  const { page } = ink;
  let at = x;
  for (const run of runsOf(text)) {
    take(ink, run.font, pen);
    page
      .lineWidth(pen.size * STROKES[pen.weight])
      .text(run.text, at, y, { lineBreak: false, fill: true, stroke: true, characterSpacing: spacing(pen) });
    at += widthOfRun(ink, run.text, pen);
  }
  return at;
}

export function widthOf(ink: Ink, text: string, pen: Pen): number {
  let width = 0;
  for (const run of runsOf(text)) {
    take(ink, run.font, pen);
    width += widthOfRun(ink, run.text, pen);
  }
  return width;
}

/** Writes a text of several lines, broken where it has to be; says where the next line would begin. */
export function writeLines(
  ink: Ink,
  text: string,
  x: number,
  y: number,
  width: number,
  pen: Pen & { readonly lineHeight: number },
): number {
  let at = y;
  for (const line of linesOf(ink, text, width, pen)) {
    write(ink, line, x, at, pen);
    at += pen.size * pen.lineHeight;
  }
  return at;
}

/** Writes a text on one line, as large as fits; what does not fit at half the size ends in dots. */
export function writeFitting(ink: Ink, text: string, x: number, y: number, width: number, pen: Pen): void {
  const needed = widthOf(ink, text, pen);
  const size = Math.max(pen.size / 2, Math.min(pen.size, (pen.size * width) / needed));
  const smaller = { ...pen, size };
  const fitting = [...text];
  while (widthOf(ink, fitting.join(''), smaller) > width + 0.01) fitting.splice(-2, 2, '…');
  // On the same line whatever the size.
  write(ink, fitting.join(''), x, y + (pen.size - size) * 0.9, smaller);
}

/** The bytes of the document. */
export function finish({ page }: Ink): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    page.on('data', (part: Buffer) => parts.push(part));
    page.on('end', () => resolve(Buffer.concat(parts)));
    page.on('error', reject);
    page.end();
  });
}

function take({ page, has }: Ink, font: FontPiece, { size }: Pen): void {
  if (!has.has(font)) page.registerFont(font.name, font.bytes);
  has.add(font);
  page.font(font.name).fontSize(size);
}

function widthOfRun({ page }: Ink, text: string, pen: Pen): number {
  return page.widthOfString(text) + [...text].length * spacing(pen);
}

function spacing({ size }: Pen): number {
  return size * SPACING;
}

/** A word of letters with the space behind it, or one character with the punctuation that may not begin a line. */
const PIECES = /(?:[\u0021-\u024f]+\s*|[^\u0021-\u024f])[，。；：、）”]*/gu;

function linesOf(ink: Ink, text: string, width: number, pen: Pen): string[] {
  const lines = [''];
  for (const [piece] of text.matchAll(PIECES)) {
    const longer = lines.at(-1)! + piece;
    if (widthOf(ink, longer.trimEnd(), pen) <= width) lines[lines.length - 1] = longer;
    else lines.push(piece);
  }
  return lines.map((line) => line.trimEnd());
}
