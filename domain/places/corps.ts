import type { EntryNames, EntryRegion } from './entry-region.ts';
import type { Gazetteer } from './gazetteer.ts';
import { plainName } from './plain-names.ts';

const CORPS = '新疆生产建设兵团';
const XINJIANG = '65';
const CORPS_CITIES = '6590';
/** Farms that the statistical codes know by another name. */
const FARMS: Readonly<Record<string, string>> = { 芳草湖农场: '芳草湖总场' };

/**
 * Whether an entry is of the Xinjiang Production and Construction Corps. It has no code in GB/T 2260, and
 * the lists name its divisions only in the text: `第八师石河子市老街街道`, `第四师六十二团光明社区`.
 */
export function isCorps({ province }: EntryNames): boolean {
  return plainName(province) === CORPS;
}

/**
 * The city or regiment that a text of the Corps begins with, and the rest of the text. Where it begins with
 * neither, only Xinjiang is known: the regiments of one division lie in many counties.
 */
export function corpsRegion(
  gazetteer: Gazetteer,
  text: string,
): { readonly region: EntryRegion; readonly rest: string } {
  const [, division, within = ''] = /^第([一二三四五六七八九十]+)师(.+)$/.exec(text) ?? [];
  const city = /^.{2,4}?市/.exec(within)?.[0] ?? '';
  const cityCode = gazetteer.county(CORPS_CITIES, city);
  if (cityCode !== undefined)
    return { region: { code: cityCode, unknown: '' }, rest: within.slice(city.length) };
  const regiment = /^.+?(?:团|农场|牧场)/.exec(within)?.[0] ?? '';
  const official = FARMS[regiment] ?? regiment;
  for (const name of [`兵团${official}`, `兵团农${division}师${official}`, `兵团${division}师${official}`]) {
    const code = gazetteer.street(XINJIANG, name);
    if (code !== undefined) return { region: { code, unknown: '' }, rest: within.slice(regiment.length) };
  }
  return { region: { code: XINJIANG, unknown: CORPS }, rest: text };
}
