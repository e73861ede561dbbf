/** Spoils lines of a good world, so that they have the faults of colour.md, and some things that only look like one. */
import type { World } from '../generate.ts';

type Json = { [name: string]: unknown };

const BAD_VALUES: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1.5,
  true,
  false,
  [],
  {},
  'x',
  '2021-01-10',
  '2021-01-10T00:00:00',
  '2021-02-29T00:00:00Z',
  '1899-12-31T23:59:59+08:00',
  '1900-01-01T00:00:00+08:00',
  '2200-12-31T23:59:59+08:00',
  '2201-01-01T00:00:00+08:00',
  '2021-01-10T24:00:00+08:00',
  '2021-01-10t00:00:00z',
  '2021-01-10T00:00:00.123456789+08:00',
  '2016-12-31T23:59:60Z',
  '2021-01-10T00:00:60+08:00',
  '330683',
  '000683',
  '33068',
  '3306830010',
  'CN',
  'us',
  'ZZ',
  '339900199001010012',
  { source: 'health', id: 'C-1' },
];

/** One spoiling: which line, how, and where in it. */
export type Spoiling = readonly [line: number, how: number, where: number];

/** A copy of the world with some of its lines spoilt. */
export function spoil(world: World, spoilings: readonly Spoiling[]): World {
  const lines = [...world.lines];
  for (const [line, how, where] of spoilings) {
    const index = line % Math.max(1, lines.length);
    const text = lines[index];
    if (text !== undefined) lines.splice(index, 1, ...spoilLine(text, how, where));
  }
  return { ...world, lines };
}

function spoilLine(text: string, how: number, where: number): string[] {
  if (how === 0) return [text.slice(0, -1)];
  if (how === 1) return ['', text, '   '];
  if (how === 2) return [`[${text}]`];
  const parsed: unknown = parsedOf(text);
  // A line that was spoilt beyond reading stays as it is.
  if (!isJson(parsed)) return [text];
  if (how < 30) return [text, conflictOf(parsed, how, where)];
  // Every object in the record, so that each field at every depth is met.
  const objects = objectsIn(parsed);
  const object = objects[where % objects.length] ?? parsed;
  const names = [...Object.keys(object), 'to', 'outcome', 'release', 'endedAt', 'place', 'extra'];
  const name = names[how % names.length] ?? 'extra';
  if (how % 3 === 0) delete object[name];
  else object[name] = BAD_VALUES[(how * 7 + where) % BAD_VALUES.length];
  return [JSON.stringify(parsed)];
}

/** The same key and version again: with other content, or with what only looks like other content. */
function conflictOf(record: Json, how: number, where: number): string {
  const other: Json = { ...record };
  if (how % 5 === 0) other.person = { document: { type: 'tw-permit', number: '87654321' } };
  if (how % 5 === 1) other.retracted = record.retracted !== true;
  if (how % 5 === 2) other.data = { ...(isJson(record.data) ? record.data : {}), extra: 1 };
  if (how % 5 === 3) other.retracted = record.retracted ?? false;
  // The order of names means nothing.
  const names = where % 2 === 0 ? Object.keys(other).reverse() : Object.keys(other);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, other[name]])));
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectsIn(value: unknown): Json[] {
  return isJson(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
