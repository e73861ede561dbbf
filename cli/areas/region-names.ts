import type { Division, DivisionTable } from '../../domain/places/gazetteer.ts';
import { significantSteps } from '../../domain/places/region.ts';
import { readDivisionTable } from './gazetteer.ts';

/** How many digits of a code each step of a name has. */
const STEPS = [2, 4, 6, 9, 12] as const;
/** Parts of a city that are no place of their own. */
const NO_NAMES = ['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划'];
const MOST_REMEMBERED = 20_000;

/** Names regions in words by their codes, from province to village; the tables are read when the first name is asked for. */
export function createRegionNames(): (region: string) => string | undefined {
  const names = new Map<string, string | undefined>();
  let table: DivisionTable | undefined;
  return (region) => {
    if (names.has(region)) return names.get(region);
    table ??= readDivisionTable();
    const name = nameIn(table, region);
    if (names.size >= MOST_REMEMBERED) names.clear();
    names.set(region, name);
    return name;
  };
}

function nameIn(table: DivisionTable, region: string): string | undefined {
  const code = significantSteps(region);
  const parts = STEPS.filter((step) => step <= code.length).map((step) => partIn(table, code.slice(0, step)));
  const known = parts.filter((part) => part !== undefined && !NO_NAMES.includes(part));
  return parts.at(-1) === undefined ? undefined : known.join('');
}

function partIn(
  { provinces, cities, counties, former, streetsUnder, villagesUnder }: DivisionTable,
  code: string,
): string | undefined {
  const tables: Readonly<Record<number, () => readonly Division[]>> = {
    2: () => provinces,
    4: () => [...cities, ...former.map((each) => ({ ...each, code: each.code.replace(/00$/, '') }))],
    6: () => [...counties, ...former],
    9: () => streetsUnder(code),
    12: () => villagesUnder(code),
  };
  return tables[code.length]?.().find((division) => division.code === code)?.name;
}
