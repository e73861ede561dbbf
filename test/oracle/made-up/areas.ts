/** Made-up listed areas, and the regions and places that stays share with them. */
import type { TimeSeed, Times } from './times.ts';

/** A listed area in plain numbers. */
export interface AreaSeed {
  readonly level: number;
  readonly region: number;
  readonly place: number;
  readonly from: TimeSeed;
  readonly to: TimeSeed;
  readonly end: number;
  readonly recorded: number;
  readonly recordedAt: TimeSeed;
  readonly approval: boolean;
}

/** County, street and community; a whole city and province; trailing zeros; a municipality with its `01` city. */
const REGIONS = [
  ...['330683', '330683', '330683', '330683', '330683001', '330683001', '330683001', '330683001001'],
  ...['330683001001', '330683000000', '330683001000', '330683000', '330683002', '330683000001', '330600'],
  ...['330600', '330600000000', '330000', '330000', '330601', '330001', '110105', '110105', '110100'],
  ...['110000', '110000000', '110105001', '110005', '310110', '310112', '310110000', '330683001002'],
];

/** Nothing, whole regions, the same place written differently, one place within another. */
const PLACES = [
  ...[undefined, undefined, undefined, undefined, undefined, undefined, undefined, '', ' ', '\u3000\u00a0'],
  ...['全域', '全 域', '全\u3000县', '全区', '全市', '越都社区', '越都社区', '越都社区', '越都 社区', '越都'],
  ...['社区', '越都社区1幢', '越都社区１幢', 'ABC', 'ＡＢＣ', 'A BC\u0085', 'AB', '越都全域', 'ｶﾞ', 'ガ'],
  ...['越都\u200b社区', 'abc'],
];

/** A region code. */
export function regionFrom(seed: number): string {
  return REGIONS[seed] ?? '330683';
}

/** A place, an empty one, or none. */
export function placeFrom(seed: number): string | undefined {
  return PLACES[seed];
}

/** One listed area, as it stands in a line. */
export function areaFrom(seed: AreaSeed, times: Times): object {
  const level = ['medium', 'high', 'medium', 'high', 'medium', 'high', 'severe'][seed.level % 7];
  const place = placeFrom(seed.place);
  const from = times.instant(seed.from);
  const planned = times.instant(seed.to);
  const to = planned < from ? from + 5 * 86_400_000 : planned;
  const hasEnd = level === 'severe' || seed.end > 0;
  return {
    level,
    region: regionFrom(seed.region),
    ...(place === undefined ? {} : { place }),
    from: times.print(from, seed.from.zone),
    ...(hasEnd ? { to: times.print(to, seed.to.zone) } : {}),
    ...(level === 'severe' ? { approval: seed.approval ? 'A-1' : { by: 'health' } } : {}),
    ...(recordedAtOf(seed, times) ?? {}),
  };
}

function recordedAtOf({ recorded, recordedAt }: AreaSeed, times: Times): object | undefined {
  if (recorded < 3) return undefined;
  return { recordedAt: recorded < 5 ? '2020-12-01T00:00:00+08:00' : times.write(recordedAt) };
}
