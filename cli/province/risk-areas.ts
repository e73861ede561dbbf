import type { ListedArea } from '../../domain/places/listed-area.ts';
import type { Instant } from '../../domain/time.ts';
import { type Calendar, DAY, HOUR, type Minute, NOW } from './calendar.ts';
import type { Divisions } from './divisions.ts';
import type { Spot } from './facts.ts';
import type { Dice } from './random.ts';

type Level = 'high' | 'medium';

/** A made-up risk area: how it is written, where it lies, and its level from day to day. */
interface RiskArea {
  /** Code of the county, or of the street or community that the text names. */
  readonly code: string;
  /** Free text inside the county; missing when `code` is the whole area. */
  readonly place?: string;
  /** A shorter or vaguer text that only possibly means the place. */
  readonly vague?: string;
  /** Day of the reference day at whose 08:00 it was listed, raised or lowered; the last one without a level takes it off. */
  readonly levels: readonly (readonly [day: number, level?: Level])[];
}

const AREAS: readonly RiskArea[] = [
  { code: '330602001', levels: [[-15, 'medium'], [-12, 'high'], [-6, 'medium'], [-2]] },
  { code: '330402007030', levels: [[-14, 'medium'], [-5]] },
  { code: '330783001017', levels: [[-17, 'high'], [-14, 'medium'], [-11]] },
  { code: '330212005', levels: [[-4, 'medium']] },
  { code: '331002001006', levels: [[-8, 'high']] },
  { code: '330922', levels: [[-12, 'medium'], [-6]] },
  { code: '330382001', levels: [[-16, 'medium'], [-10]] },
  {
    code: '330502003',
    levels: [
      [-3, 'medium'],
      [-1, 'high'],
    ],
  },
  { code: '330881001003', levels: [[-18, 'medium'], [-13]] },
  { code: '330106002052', levels: [[-9, 'medium'], [-5, 'high'], [-1]] },
  { code: '330727', place: '青山小区2号楼', vague: '青山小区', levels: [[-10, 'medium'], [-3]] },
  {
    code: '331125',
    place: '梯田山庄宾馆',
    vague: '梯田山庄',
    levels: [
      [-7, 'medium'],
      [-4, 'high'],
    ],
  },
  { code: '330683', place: '越乡农贸市场冷冻品区', vague: '越乡农贸市场', levels: [[-5, 'medium']] },
];

/** What the generator asks of the risk areas. */
export interface RiskMap {
  /** The area, by its place in the list, in which a community lies as a whole. */
  readonly areaOf: (community: string) => number | undefined;
  /** When an area was first listed and when it was taken off, if it was. */
  readonly listing: (area: number) => { readonly from: Minute; readonly to: Minute | undefined };
  readonly count: number;
  /** Where a visitor stayed: surely inside, or only possibly. */
  readonly visit: (area: number, dice: Dice, inside: boolean) => Spot;
}

/** Prepares the risk areas: which communities lie in each. */
export function createRiskMap({ cities }: Divisions): RiskMap {
  const within = AREAS.map(({ code }) =>
    (cities.find((city) => code.startsWith(city.code))?.communities ?? []).filter((each) =>
      each.startsWith(code),
    ),
  );
  const byCommunity = new Map(
    within.flatMap((codes, area) =>
      AREAS[area]!.place === undefined ? codes.map((code) => [code, area]) : [],
    ),
  );
  return {
    areaOf: (community) => byCommunity.get(community),
    listing: (area) => {
      const { levels } = AREAS[area]!;
      const last = levels[levels.length - 1]!;
      return { from: morning(levels[0]![0]), to: last[1] === undefined ? morning(last[0]) : undefined };
    },
    count: AREAS.length,
    visit: (area, dice, inside) =>
      inside ? insideOf(AREAS[area]!, within[area]!, dice) : nearby(AREAS[area]!, dice),
  };
}

/** The hour at which the lists change. */
function morning(day: number): Minute {
  return day * DAY + 8 * HOUR;
}

function insideOf({ code, place }: RiskArea, communities: readonly string[], dice: Dice): Spot {
  if (place !== undefined)
    return { region: code, place: dice.chance(2_000) ? ` ${place.slice(0, 2)} ${place.slice(2)}` : place };
  return { region: dice.chance(5_000) ? code : dice.pick(communities) };
}

function nearby({ code, place, vague }: RiskArea, dice: Dice): Spot {
  const county = code.slice(0, 6);
  if (place !== undefined) return { region: county, place: dice.chance(5_000) ? vague : undefined };
  return { region: code.length === 12 && dice.chance(5_000) ? code.slice(0, 9) : county };
}

/** The evenings on which the list was published a second time, with nothing new. */
const EVENINGS = [-15, -12, -8, -4, -2];
const FIRST_DAY = -18;

/** The made-up lists in the official format, one JSON document a line, oldest first. */
export function printRiskLists({ nameOf }: Divisions, calendar: Calendar): string {
  const times: Minute[] = [];
  for (let day = FIRST_DAY; day <= 0; day++) {
    times.push(morning(day));
    if (EVENINGS.includes(day)) times.push(morning(day) + 12 * HOUR);
  }
  return times
    .map((time, i) => JSON.stringify(snapshot(time, calendar.printHour(time, i % 3 !== 0), nameOf)))
    .map((line) => `${line}\n`)
    .join('');
}

/** What reading the lists must find: an area at each level from the list that first has it there to the first that does not. */
export function listedAreas(calendar: Calendar): ListedArea[] {
  const at = (day: number): Instant => calendar.now + (morning(day) - NOW) * 60_000;
  return AREAS.flatMap(({ code, place, levels }) =>
    levels.flatMap(([day, level], i) => {
      if (level === undefined) return [];
      const area = { level, region: code, place: place ?? '', from: at(day), recordedAt: at(day) };
      const next = levels[i + 1];
      return [next ? { ...area, to: at(next[0]) } : area];
    }),
  );
}

interface ListedCounty {
  readonly type: '2';
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly area_name: string;
  readonly communitys: string[];
}

function snapshot(time: Minute, end_update_time: string, nameOf: Divisions['nameOf']): unknown {
  const highlist = countiesAt('high', time, nameOf);
  const middlelist = countiesAt('medium', time, nameOf);
  const [hcount, mcount] = [highlist, middlelist].map(
    (list) => list.flatMap(({ communitys }) => communitys).length,
  );
  return { data: { end_update_time, hcount, mcount, highlist, middlelist }, code: 0, msg: '查询成功' };
}

function countiesAt(level: Level, time: Minute, nameOf: Divisions['nameOf']): ListedCounty[] {
  const counties = new Map<string, ListedCounty>();
  for (const area of AREAS.filter((each) => levelAt(each, time) === level)) {
    const code = area.code.slice(0, 6);
    const [city, county] = [nameOf(code.slice(0, 4)), nameOf(code)];
    const area_name = `浙江省 ${city} ${county}`;
    const entry = counties.get(code) ?? {
      type: '2',
      province: '浙江省',
      city,
      county,
      area_name,
      communitys: [],
    };
    entry.communitys.push(area.place ?? (area.code === code ? '全域' : nameOf(area.code)));
    counties.set(code, entry);
  }
  return [...counties.values()];
}

function levelAt({ levels }: RiskArea, time: Minute): Level | undefined {
  return levels.findLast(([day]) => morning(day) <= time)?.[1];
}
