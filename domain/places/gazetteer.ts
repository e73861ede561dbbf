import { plainName, plainStreet, plainVillage, plainZone } from './plain-names.ts';

/** A division of China: its code, of 2, 4, 6, 9 or 12 digits, and its official name. */
export interface Division {
  readonly code: string;
  readonly name: string;
}

/** The divisions to look up (docs/decisions/0008-name-table.md); below the county only those that are asked for are read. */
export interface DivisionTable {
  readonly provinces: readonly Division[];
  /** Cities, with codes of 4 digits. */
  readonly cities: readonly Division[];
  readonly counties: readonly Division[];
  /** Counties and cities (`…00`) that were renamed or dissolved, under the codes that they had. */
  readonly former: readonly Division[];
  /** The streets, towns and townships whose code begins so. */
  readonly streetsUnder: (code: string) => readonly Division[];
  /** The villages and communities whose code begins so. */
  readonly villagesUnder: (code: string) => readonly Division[];
}

/** Finds a division by its name below another one; undefined where none has the name, or more than one. */
type Finder = (parent: string, name: string) => string | undefined;

/** Codes by names. Names that are in force go before former ones. */
export interface Gazetteer {
  readonly province: (name: string) => string | undefined;
  /** A city of 4 digits by its province. */
  readonly city: Finder;
  /** A county by its city or province. */
  readonly county: Finder;
  /** A development zone that has a code of its own, by its city. */
  readonly zone: Finder;
  readonly street: Finder;
  readonly village: Finder;
  /** The streets whose names the text begins with, longest first, each with the rest of the text. */
  readonly leadingStreets: (
    parent: string,
    text: string,
  ) => readonly (readonly [code: string, rest: string])[];
}

/** Statistical codes of zones that are no county of GB/T 2260 end in 71 to 79. */
const ZONE = /^\d{4}7\d$/;

/** A gazetteer that indexes the names of a division when it is first asked about it. */
export function openGazetteer(table: DivisionTable): Gazetteer {
  const provinces = byName(table.provinces, plainName);
  const cities = remember((parent) => byName(under(table.cities, parent), plainName));
  const counties = remember((parent) => byName(under(table.counties, parent), plainName));
  const isCity = ({ code }: Division) => code.endsWith('00');
  const formerCities = remember((parent) => byName(under(table.former, parent).filter(isCity), plainName));
  const formerCounties = remember((parent) =>
    byName(
      under(table.former, parent).filter((each) => !isCity(each)),
      plainName,
    ),
  );
  const zones = remember((city) => {
    const names = namesOf(table, city);
    return byName(
      under(table.counties, city).filter(({ code }) => ZONE.test(code)),
      (name) => plainZone(name, ...names),
    );
  });
  const streets = remember((parent) => byName(table.streetsUnder(parent), plainStreet));
  const villages = remember((parent) => byName(table.villagesUnder(parent), plainVillage));
  return {
    province: (name) => provinces.get(plainName(name)),
    city: (parent, name) =>
      cities(parent).get(plainName(name)) ?? formerCities(parent).get(plainName(name))?.slice(0, 4),
    county: (parent, name) =>
      counties(parent).get(plainName(name)) ?? formerCounties(parent).get(plainName(name)),
    zone: (city, name) => zones(city).get(plainZone(name, ...namesOf(table, city))),
    street: (parent, name) => streets(parent).get(plainStreet(name)),
    village: (parent, name) => villages(parent).get(plainVillage(name)),
    leadingStreets: (parent, text) => leading(streets(parent), text),
  };
}

type Names = ReadonlyMap<string, string | undefined>;

/** Codes by plain name; a name that two divisions have leads to neither. */
function byName(divisions: readonly Division[], plain: (name: string) => string): Names {
  const names = new Map<string, string | undefined>();
  for (const { code, name } of divisions) {
    const key = plain(name);
    names.set(key, names.has(key) ? undefined : code);
  }
  return names;
}

function under(divisions: readonly Division[], parent: string): readonly Division[] {
  return divisions.filter(({ code }) => code.startsWith(parent));
}

function namesOf({ provinces, cities }: DivisionTable, city: string): [province: string, city: string] {
  const nameOf = (list: readonly Division[], code: string) =>
    list.find((each) => each.code === code)?.name ?? '';
  return [nameOf(provinces, city.slice(0, 2)), nameOf(cities, city)];
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>();
  return (key) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key);
      made.set(key, value);
    }
    return value;
  };
}

function leading(names: Names, text: string): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let length = text.length - 1; length > 1; length--) {
    const code = names.get(text.slice(0, length));
    if (code !== undefined) found.push([code, text.slice(length)]);
  }
  return found;
}
