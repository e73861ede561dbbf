import { encodeQR } from 'qr';
import { type Instant, printInstant } from '../../../../domain/time.ts';
import { finish, type Ink, startInk, widthOf, write, writeFitting, writeLines } from './ink.ts';
import { type Bilingual, PHONE, SHEET_STEPS, SHEET_WORDS } from './sheet-words.ts';

/** What a sheet shows. */
export interface Sheet {
  /** What a door reads. */
  readonly text: string;
  /** Masked. */
  readonly name: string;
  readonly birthYear: number;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

const MM = 72 / 25.4;
const PAGE_WIDTH = 210 * MM;
/** A7: it fits the holders that hang from a neck. */
const CARD = { width: 105 * MM, height: 74 * MM };
const CARD_LEFT = (PAGE_WIDTH - CARD.width) / 2;
const CARD_TOPS = [33 * MM, 113 * MM];
const MARGIN = 20 * MM;
const QR_SIZE = 54 * MM;
/** Modules of white around the picture (ISO/IEC 18004, 9.1). */
const QUIET = 4;

/**
 * Draws the sheet of a printed code: A4, black on white, two copies to cut out, and how they are used (S10). It shows
 * nobody's name but masked, and no colour.
 */
export async function drawSheet(sheet: Sheet): Promise<Buffer> {
  const { title, paper } = SHEET_WORDS;
  const ink = startInk(`${title.zh} ${paper.zh}`, new Date(sheet.issuedAt));
  drawHead(ink);
  for (const top of CARD_TOPS) drawCard(ink, sheet, CARD_LEFT, top);
  drawSteps(ink, 198 * MM);
  drawFoot(ink, 277 * MM);
  return finish(ink);
}

function drawHead(ink: Ink): void {
  const { title, paper } = SHEET_WORDS;
  centre(ink, `${title.zh}   ${paper.zh}`, 11 * MM, 24, 'bold');
  centre(ink, `${title.en} ${paper.en}`, 22.5 * MM, 11, 'regular');
}

function drawCard(ink: Ink, sheet: Sheet, left: number, top: number): void {
  const { title, paper, together } = SHEET_WORDS;
  const { page } = ink;
  page.lineWidth(0.7).dash(4, { space: 3 }).rect(left, top, CARD.width, CARD.height).stroke().undash();
  const inside = left + 5 * MM;
  const right = left + CARD.width - 5 * MM;
  write(ink, title.zh, inside, top + 2.6 * MM, { size: 17, weight: 'bold' });
  const small = { size: 8.5, weight: 'regular' } as const;
  const kind = `${title.en} ${paper.en}`;
  write(ink, kind, right - widthOf(ink, kind, small), top + 5 * MM, small);
  page
    .lineWidth(0.8)
    .moveTo(inside, top + 11.2 * MM)
    .lineTo(right, top + 11.2 * MM)
    .stroke();
  drawQr(ink, sheet.text, left + 2 * MM, top + 11.4 * MM);
  drawHolder(ink, sheet, left + 58 * MM, top + 13.5 * MM, right - left - 58 * MM);
  write(ink, together.zh, inside, top + 64.4 * MM, { size: 10.5, weight: 'bold' });
  write(ink, together.en, inside, top + 68.9 * MM, { size: 8, weight: 'regular' });
}

function drawHolder(ink: Ink, sheet: Sheet, x: number, y: number, width: number): void {
  const [day, time] = dayAndTime(sheet.expiresAt);
  const rows: readonly (readonly [Bilingual, string])[] = [
    [SHEET_WORDS.name, sheet.name],
    [SHEET_WORDS.born, String(sheet.birthYear)],
    [SHEET_WORDS.until, day],
  ];
  let top = y;
  for (const [label, value] of rows) {
    const end = write(ink, label.zh, x, top, { size: 9.5, weight: 'regular' });
    write(ink, label.en, end + 4, top + 1.6, { size: 7.5, weight: 'regular' });
    writeFitting(ink, value, x, top + 4 * MM, width, { size: 18, weight: 'bold' });
    top += 14.5 * MM;
  }
  write(ink, time, x, top - 2.2 * MM, { size: 11, weight: 'regular' });
}

/** The day in Zhejiang, and the time of it. */
function dayAndTime(instant: Instant): readonly [string, string] {
  const printed = printInstant(instant);
  return [printed.slice(0, 10), printed.slice(11, 16)];
}

function drawQr({ page }: Ink, text: string, left: number, top: number): void {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
  const module = QR_SIZE / rows.length;
  for (const [y, row] of rows.entries())
    for (let x = 0; x < row.length; x++) {
      const start = x;
      while (row[x]) x++;
      // A hair higher than a module: else a reader of PDF leaves white lines between the rows.
      if (x > start) page.rect(left + start * module, top + y * module, (x - start) * module, module * 1.03);
    }
  page.fill();
}

function drawSteps(ink: Ink, y: number): void {
  let top = y;
  for (const [i, step] of SHEET_STEPS.entries()) {
    write(ink, `${i + 1}.`, MARGIN, top, { size: 13.5, weight: 'bold' });
    const left = MARGIN + 7 * MM;
    const width = PAGE_WIDTH - MARGIN - left;
    const zh = { size: 13.5, weight: 'regular', lineHeight: 1.35 } as const;
    const en = { size: 9.5, weight: 'regular', lineHeight: 1.4 } as const;
    top = writeLines(ink, step.zh, left, top, width, zh);
    top = writeLines(ink, step.en, left, top, width, en) + 2.4 * MM;
  }
}

function drawFoot(ink: Ink, y: number): void {
  const { zh, en } = SHEET_WORDS.phone;
  centre(ink, `${zh} ${en}  ${PHONE}`, y, 15, 'bold');
}

function centre(ink: Ink, text: string, y: number, size: number, weight: 'regular' | 'bold'): void {
  const pen = { size, weight };
  write(ink, text, (PAGE_WIDTH - widthOf(ink, text, pen)) / 2, y, pen);
}
