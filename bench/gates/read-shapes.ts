import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Somebody came through a gate: when, in ms from the first of the shape on, and at which station. */
export interface Arrival {
  readonly atMs: number;
  readonly station: number;
}

/** Arrivals of a city in their order. */
export interface Shape {
  readonly name: string;
  readonly arrivals: readonly Arrival[];
}

const SECOND_MS = 1_000;
const SLOT_MS = 600_000;
const TAPS = 'szt-card-taps-10000.csv';
const INFLOW = 'hangzhou-metro-inflow-10min.csv';
const ENTRY = '地铁入站';
/** So many slots around the fullest one: an hour and a half, more than any run is made of. */
const SLOTS_AROUND = 4;

/** Numbers from 0 on and below 1: the same from run to run. */
export type Chance = () => number;

/**
 * Entries into the metro of Shenzhen, to the second: each somewhere within its second.
 *
 * @throws {Error} for a file that is none of these
 */
export function readTaps(folder: string, chance: Chance): Shape {
  const { column, rows } = readTable(join(folder, TAPS));
  const [date, type, station] = [column('deal_date'), column('deal_type'), column('station')];
  const stations = new Map<string, number>();
  const arrivals = rows
    .filter((row) => row[type] === ENTRY)
    .map((row): Arrival => {
      const name = row[station]!;
      if (!stations.has(name)) stations.set(name, stations.size);
      const second = Date.parse(`${row[date]!.replace(' ', 'T')}+08:00`);
      if (Number.isNaN(second)) throw new Error(`${TAPS} has a time that is none`);
      return { atMs: second + chance() * SECOND_MS, station: stations.get(name)! };
    });
  return fromFirst('Shenzhen, card taps to the second', arrivals);
}

/**
 * Entries into the metro of Hangzhou around the fullest ten minutes of its fullest day: of each station as many in each ten
 * minutes as were counted, each somewhere within them.
 *
 * @throws {Error} for a file that is none of these
 */
export function readInflow(folder: string, chance: Chance): Shape {
  const { column, rows } = readTable(join(folder, INFLOW));
  const [stationAt, dayAt, firstAt] = [column('station'), column('day'), column('s0')];
  const counted = rows.map((row) => {
    const counts = row.slice(firstAt).map(Number);
    if (counts.some((count) => !(count >= 0))) throw new Error(`${INFLOW} has a count that is none`);
    return { station: Number(row[stationAt]), day: row[dayAt]!, counts };
  });
  const { day, slot } = fullest(counted);
  const arrivals: Arrival[] = [];
  for (const one of counted.filter((each) => each.day === day))
    for (let at = Math.max(0, slot - SLOTS_AROUND); at <= slot + SLOTS_AROUND; at++)
      for (let i = 0; i < (one.counts[at] ?? 0); i++)
        arrivals.push({ atMs: (at + chance()) * SLOT_MS, station: one.station });
  return fromFirst('Hangzhou, all stations by ten minutes', arrivals);
}

function fullest(counted: readonly { readonly day: string; readonly counts: readonly number[] }[]): {
  readonly day: string;
  readonly slot: number;
} {
  const sums = new Map<string, number>();
  for (const { day, counts } of counted)
    for (const [slot, count] of counts.entries()) {
      const key = `${day} ${slot}`;
      sums.set(key, (sums.get(key) ?? 0) + count);
    }
  const [key] = [...sums].reduce((one, other) => (other[1] > one[1] ? other : one));
  const [day, slot] = key.split(' ');
  return { day: day!, slot: Number(slot) };
}

function fromFirst(name: string, unsorted: readonly Arrival[]): Shape {
  if (unsorted.length === 0) throw new Error(`${name}: nobody came`);
  const arrivals = [...unsorted].sort((one, other) => one.atMs - other.atMs);
  const first = arrivals[0]!.atMs;
  return { name, arrivals: arrivals.map(({ atMs, station }) => ({ atMs: atMs - first, station })) };
}

/** The fields hold neither commas nor quotes. */
function readTable(path: string) {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const fields = (line: string) => line.split(',').map((field) => field.replaceAll('"', ''));
  const names = fields(head);
  const rows = lines.map(fields);
  const column = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`${path} has no column ${name}`);
    return at;
  };
  return { column, rows };
}

/**
 * The part of a shape in which most come within so many seconds, when its time runs `factor` times as fast; its times begin at 0.
 * A shape that is over sooner is taken whole.
 */
export function busiest({ arrivals }: Shape, factor: number, seconds: number): readonly Arrival[] {
  const spanMs = seconds * SECOND_MS * factor;
  let best = { from: 0, to: 0 };
  let to = 0;
  for (let from = 0; from < arrivals.length; from++) {
    while (to < arrivals.length && arrivals[to]!.atMs < arrivals[from]!.atMs + spanMs) to++;
    if (to - from > best.to - best.from) best = { from, to };
  }
  const first = arrivals[best.from]!.atMs;
  return arrivals
    .slice(best.from, best.to)
    .map(({ atMs, station }) => ({ atMs: (atMs - first) / factor, station }));
}

/** Chance from a seed (a linear congruence modulo 2 to the 32nd, Numerical Recipes). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
