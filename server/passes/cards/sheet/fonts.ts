import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createRecentMap } from '../../../platform/memory/recent-map.ts';
import { charactersOf } from './characters.ts';
import { unpackWoff2 } from './unpack-woff2.ts';

/** A piece of the font: a file that draws some of the characters. */
export interface FontPiece {
  readonly name: string;
  /** Plain TrueType, which `pdfkit` embeds. */
  readonly bytes: Buffer;
}

/** Text that one piece of the font draws. */
export interface Run {
  readonly text: string;
  readonly font: FontPiece;
}

/** Drawn instead of a character that the font has not, as of one that is masked: a box would only look broken. */
const INSTEAD = '*';
/** The words of a sheet have some 300 characters. */
const MOST_CHARACTERS = 4_096;

const require = createRequire(import.meta.url);
const RANGES = require.resolve('@fontsource-variable/noto-sans-sc/unicode.json');

interface Range {
  readonly first: number;
  readonly last: number;
  readonly file: string;
}

/** Noto Sans SC (Open Font License) is cut into a hundred files; which may draw what. A file may lack some of its range. */
let ranges: readonly Range[] | undefined;
/** All of them together are 11 MB. */
const pieces = new Map<string, FontPiece & { readonly characters: ReadonlySet<number> }>();
const drawn = createRecentMap<string, Run>(MOST_CHARACTERS);

/** Cuts a text into what each piece of the font draws. */
export function runsOf(line: string): Run[] {
  const runs: { text: string; font: FontPiece }[] = [];
  for (const character of line) {
    const { text, font } = drawnFor(character);
    const last = runs.at(-1);
    if (last?.font === font) last.text += text;
    else runs.push({ text, font });
  }
  return runs;
}

function drawnFor(character: string): Run {
  const known = drawn.get(character);
  if (known) return known;
  const found = findDrawn(character);
  drawn.set(character, found);
  return found;
}

/** A letter whose accent the font has not is drawn without it. */
function findDrawn(character: string): Run {
  for (const text of [character, character.normalize('NFD')[0]!]) {
    const font = pieceFor(text.codePointAt(0)!);
    if (font) return { text, font };
  }
  return { text: INSTEAD, font: pieceFor(INSTEAD.codePointAt(0)!)! };
}

function pieceFor(point: number): FontPiece | undefined {
  ranges ??= readRanges();
  for (const { first, last, file } of ranges)
    if (first <= point && point <= last) {
      const piece = pieceOf(file);
      if (piece.characters.has(point)) return piece;
    }
  return undefined;
}

function pieceOf(file: string): NonNullable<ReturnType<typeof pieces.get>> {
  const known = pieces.get(file);
  if (known) return known;
  const path = join(dirname(RANGES), 'files', `noto-sans-sc-${file}-wght-normal.woff2`);
  const bytes = unpackWoff2(readFileSync(path));
  const piece = { name: `noto-sans-sc-${file}`, bytes, characters: charactersOf(bytes) };
  pieces.set(file, piece);
  return piece;
}

/** What `unicode.json` says: by file, ranges such as `U+4e00,U+4e03-4e05`; a number is written in brackets. */
function readRanges(): Range[] {
  const files: Record<string, string> = JSON.parse(readFileSync(RANGES, 'utf8'));
  return Object.entries(files).flatMap(([name, text]) =>
    text.split(',').map((range) => {
      const [first, last = first] = range.replace('U+', '').split('-');
      return {
        first: Number.parseInt(first!, 16),
        last: Number.parseInt(last!, 16),
        file: name.replace(/[[\]]/g, ''),
      };
    }),
  );
}
