import type { Gazetteer } from './gazetteer.ts';
import { plainName } from './plain-names.ts';

/** The names under which an official list enters its places. */
export interface EntryNames {
  readonly province: string;
  readonly city: string;
  readonly county: string;
}

/** The region that an entry's names lead to. */
export interface EntryRegion {
  /** 2, 4, 6 or 9 digits; empty when not even the province is known. */
  readonly code: string;
  /** The last name, when it led nowhere: a zone without a code, or a name nobody knows. Empty when all is known. */
  readonly unknown: string;
}

const NOWHERE: EntryRegion = { code: '', unknown: '' };
const MUNICIPALITIES = new Set(['11', '12', '31', '50']);
/** What the lists, GB/T 2260 and the statistical codes write where there is no city, or no county. */
const NO_CITY = /^(?:市辖区|县|(?:省|自治区)直辖县级行政(?:单位|区划))$/;

/**
 * Zones under the names by which the lists know them. 平潭综合实验区 is the county of 平潭; 万盛经开区 is a part of
 * 綦江区, and stays a name within it; the others have statistical codes.
 */
const ZONES: Readonly<Record<string, { readonly code: string; readonly isPart?: boolean }>> = {
  '35 平潭综合实验区': { code: '350128' },
  '50 万盛经开区': { code: '500110', isPart: true },
  '22 净月区': { code: '220172' },
  '44 松山湖高新技术产业开发区': { code: '441900401' },
};

/**
 * Finds the region that the names of an entry mean. In a municipality the city repeats the province and the
 * county is a district, or the city is the district and the county a street. Elsewhere the county may be a
 * street of a city that has no counties (东莞), or the city a county that stands under no city (济源).
 */
export function regionOfEntry(gazetteer: Gazetteer, names: EntryNames): EntryRegion {
  const [province, city, county] = [names.province, names.city, names.county].map(plainName) as [
    string,
    string,
    string,
  ];
  const code = gazetteer.province(province);
  if (code === undefined) return { ...NOWHERE, unknown: county || city || province };
  const zone = ZONES[`${code.slice(0, 2)} ${county}`];
  if (zone) return { code: zone.code, unknown: zone.isPart ? county : '' };
  if (MUNICIPALITIES.has(code)) return inMunicipality(gazetteer, code, province, city, county);
  if (city === '') return { code, unknown: county || province };
  const direct = NO_CITY.test(city) ? county : city;
  const cityCode = NO_CITY.test(city) ? undefined : gazetteer.city(code, city);
  if (cityCode !== undefined) return inCity(gazetteer, cityCode, city, county);
  const directCode = gazetteer.county(code, direct);
  if (directCode === undefined) return { code, unknown: county || city };
  return county === '' || county === direct || NO_CITY.test(county)
    ? { code: directCode, unknown: '' }
    : below(gazetteer, directCode, county);
}

function inMunicipality(
  gazetteer: Gazetteer,
  code: string,
  province: string,
  city: string,
  county: string,
): EntryRegion {
  const isRepeated = city === '' || city === province || NO_CITY.test(city);
  const district = gazetteer.county(code, isRepeated ? county : city);
  if (district === undefined) return { code, unknown: county || city || province };
  if (isRepeated || county === '' || county === city) return { code: district, unknown: '' };
  return below(gazetteer, district, county);
}

function inCity(gazetteer: Gazetteer, code: string, city: string, county: string): EntryRegion {
  const whole = gazetteer.county(code, city);
  // A city without counties is its own only county.
  if (whole === `${code}00`) {
    const isWhole = county === '' || county === city || NO_CITY.test(county);
    return isWhole ? { code: whole, unknown: '' } : below(gazetteer, whole, county);
  }
  if (county === '') return { code, unknown: city };
  const found = gazetteer.county(code, county) ?? gazetteer.zone(code, county);
  return found === undefined ? { code, unknown: county } : { code: found, unknown: '' };
}

/** The street that stands where a county is expected. An office of a 地区 may go by 乡 or 镇 too (常营, 永顺). */
function below(gazetteer: Gazetteer, code: string, street: string): EntryRegion {
  const stem = street.replace(/(?:\(地区\))?[乡镇]$/, '');
  for (const name of stem === street ? [street] : [street, `${stem}地区`, `${stem}镇`, `${stem}乡`]) {
    const found = gazetteer.street(code, name);
    if (found !== undefined) return { code: found, unknown: '' };
  }
  return { code, unknown: street };
}
