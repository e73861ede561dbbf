import { type Input, isObject, type Json, readObject, reject } from '../evidence/fields.ts';
import { type Fault, fault } from '../fault.ts';
import { EARLIEST, HOUR_MS, type Instant, LATEST, parseInstant } from '../time.ts';

/** The levels of the national lists, heaviest first (R5). */
export const LISTED_LEVELS = ['high', 'medium', 'low'] as const;

export type ListedLevel = (typeof LISTED_LEVELS)[number];

/** The places that a list names in one county; all texts as published. */
export interface SnapshotEntry {
  readonly province: string;
  /** A city; in a municipality the district may stand here. */
  readonly city: string;
  /** A county or a development zone; in a municipality the street may stand here. */
  readonly county: string;
  readonly places: readonly string[];
}

/** The places of one level. */
export interface SnapshotList {
  /** How many places the header says there are; undefined where the header is silent. */
  readonly announced: number | undefined;
  readonly entries: readonly SnapshotEntry[];
}

/** One publication of the official list of risk areas (R5). */
export interface Snapshot {
  readonly time: Instant;
  readonly lists: Readonly<Record<ListedLevel, SnapshotList>>;
}

/** A list, or all that is wrong with it. */
export type SnapshotReading =
  | { readonly snapshot: Snapshot; readonly faults?: undefined }
  | { readonly snapshot?: undefined; readonly faults: readonly Fault[] };

/** What the published document calls a list and its count. The lists of 2020 to July 2022 have no low level. */
export const FIELDS: Readonly<Record<ListedLevel, { list: string; count: string; optional: boolean }>> = {
  high: { list: 'highlist', count: 'hcount', optional: false },
  medium: { list: 'middlelist', count: 'mcount', optional: false },
  low: { list: 'lowlist', count: 'lcount', optional: true },
};

/** A document that is wrong everywhere is told by its first faults, and read no further. */
const MOST_FAULTS = 20;

/** Whether a JSON value is meant to be a published list, well-formed or not, and no listed area of our own form. */
export function looksLikeSnapshot(value: unknown): value is Json {
  return isObject(value) && ('data' in value || 'msg' in value) && !('level' in value || 'region' in value);
}

/** Reads a published list from its JSON value: the whole of it, or only what is wrong. */
export function readSnapshot(value: unknown): SnapshotReading {
  if (!isObject(value)) return { faults: [fault('', 'must be a JSON object')] };
  const faults: Fault[] = [];
  const document = { json: value, path: '', faults };
  if (value.code !== undefined && value.code !== 0)
    reject(document, 'code', 'must be 0: the publisher answered with an error');
  const data = readObject(document, 'data');
  const time = readPublicationTime(data, 'end_update_time');
  const lists = {
    high: readList(data, 'high'),
    medium: readList(data, 'medium'),
    low: readList(data, 'low'),
  };
  return faults.length > 0 ? { faults } : { snapshot: { time, lists } };
}

/** `2022-04-15 8时` and `2022-04-15 08时`: the full hour of China Standard Time. `24时` is 0时 of the next day. */
function readPublicationTime(input: Input, name: string): Instant {
  const text = input.json[name];
  const [, year, month, day, hour] =
    (typeof text === 'string' && /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2})\s*时\s*$/.exec(text)) || [];
  const pad = (part = '') => part.padStart(2, '0');
  const midnight = parseInstant(`${year}-${pad(month)}-${pad(day)}T00:00:00+08:00`);
  const instant = midnight + Number(hour) * HOUR_MS;
  if (Number(hour) <= 24 && instant >= EARLIEST && instant < LATEST) return instant;
  reject(input, name, 'must be a time such as 2022-04-15 11时');
  return 0;
}

function readList(input: Input, level: ListedLevel): SnapshotList {
  const { list, count, optional } = FIELDS[level];
  const announced = input.json[count];
  const isCount = Number.isSafeInteger(announced) && Number(announced) >= 0;
  // A list that announces no count is read all the same; it is only not held against one.
  if (!isCount && announced !== undefined) reject(input, count, 'must be a whole number');
  const values = input.json[list];
  const entries: SnapshotEntry[] = [];
  if (Array.isArray(values)) {
    for (const [i, value] of values.entries()) {
      if (input.faults.length >= MOST_FAULTS) break;
      entries.push(readEntry(input, value, `${list}[${i}]`));
    }
  } else if (!(optional && values === undefined)) reject(input, list, 'must be an array');
  return { announced: isCount ? Number(announced) : undefined, entries };
}

function readEntry({ path, faults }: Input, value: unknown, name: string): SnapshotEntry {
  if (!isObject(value)) {
    faults.push(fault(`${path}${name}`, 'must be an object'));
    return { province: '', city: '', county: '', places: [] };
  }
  const input = { json: value, path: `${path}${name}.`, faults };
  return {
    province: readName(input, 'province'),
    city: readName(input, 'city'),
    county: readName(input, 'county'),
    places: readPlaces(input, 'communitys'),
  };
}

/** A name may be empty: real lists contain blank entries. */
function readName(input: Input, name: string): string {
  const value = input.json[name];
  if (typeof value === 'string') return value;
  reject(input, name, 'must be a text');
  return '';
}

function readPlaces(input: Input, name: string): readonly string[] {
  const value = input.json[name];
  if (!Array.isArray(value)) {
    reject(input, name, 'must be an array');
    return [];
  }
  const places: string[] = [];
  for (const [i, place] of value.entries()) {
    if (typeof place === 'string') places.push(place);
    else input.faults.push(fault(`${input.path}${name}[${i}]`, 'must be a text'));
    if (input.faults.length >= MOST_FAULTS) break;
  }
  return places;
}
