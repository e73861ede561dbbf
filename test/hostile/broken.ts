import { ID, type Json, PASSPORT_NUMBER } from './documents.ts';

/** Where something stands in a document: the keys and indexes that lead to it. */
type Place = readonly string[];

const FORGED = 'FORGED';

/** Texts that would do something if anyone obeyed them. A line of output that begins with FORGED was forged by one. */
export const INJECTIONS: readonly string[] = [
  `'; drop table person; --`,
  `" or "1"="1`,
  '$(touch FORGED)',
  '`touch FORGED`; touch FORGED | touch FORGED',
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '{{7*7}} #{7*7}'.replace('#', '$'),
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007\u0008',
  '\u009b2J\u0090q\u009c',
  `x\r\n${FORGED}:1: green\n${FORGED}`,
  `\u2028${FORGED}\u2029${FORGED}\u0085${FORGED}`,
  '%s%n%d%x%o%j%c',
  '../../../../etc/passwd\u0000.json',
  '\u202e\u2066neerg\u2069',
  '\ud800',
  '\u0000',
  '\ufeff\u200b',
  '１２３４５６',
  '=cmd|calc!A1',
  '__proto__',
  'constructor',
  'toString',
  '1800-01-01T00:00:00+08:00',
  '3000-01-01T00:00:00+08:00',
  '2021-02-30T25:61:61+99:99',
  '2021-01-05T08:00:00',
  '',
  ' ',
];

/** Values of a wrong type, as they stand in JSON. */
export const WRONG_VALUES: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '0.5',
  '1e999',
  '-1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '[]',
  '[null]',
  '[[]]',
  '{}',
  '{"__proto__":{"colour":"green"}}',
  '{"constructor":{"prototype":{"colour":"green"}}}',
  '{"toString":1,"valueOf":1,"hasOwnProperty":1,"length":-1}',
  '{"x":1,"x":2}',
];

const DEEP = 100_000;

/** Values of an absurd size, as they stand in JSON. */
export const HUGE_VALUES: readonly string[] = [
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  `[${'0,'.repeat(DEEP)}0]`,
  `"${'x'.repeat(DEEP)}"`,
  `{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":0`).join()}}`,
];

/** One document, broken in one place. */
export interface Mutant {
  readonly name: string;
  readonly text: () => string;
}

/** The document with each value in each place replaced by each wrong one, left out, and given twice; in every fourth place by the huge ones too. */
export function* mutantsOf(document: Json): Generator<Mutant> {
  const wrong = [...WRONG_VALUES, ...INJECTIONS.map((text) => JSON.stringify(text))];
  let count = 0;
  for (const [index, place] of placesOf(document).entries()) {
    for (const raw of index % 4 === 0 ? [...wrong, ...HUGE_VALUES] : wrong) {
      const number = count++;
      yield { name: describe(place, raw), text: () => ofItsOwn(replaced(document, place, raw), number) };
    }
    if (place.length === 0) continue;
    yield { name: describe(place, 'left out'), text: () => without(document, place) };
    yield { name: describe(place, 'twice'), text: () => twice(document, place) };
  }
}

function describe(place: Place, what: string): string {
  return `${place.join('.') || 'the document'}: ${JSON.stringify(what.slice(0, 40))}`;
}

function placesOf(value: Json, place: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [place, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...place, key]))];
}

const MARK = '@place@';

function replaced(document: Json, place: Place, raw: string): string {
  return JSON.stringify(put(document, place, MARK)).replace(`"${MARK}"`, () => raw);
}

/** Records of one key would accuse each other, and one fault would silence a person: each gets an id and a number of its own. */
function ofItsOwn(text: string, number: number): string {
  const passport = `P${String(number).padStart(5, '0')}`;
  return text.replace(`"${ID}"`, `"M-${number}"`).replaceAll(`"${PASSPORT_NUMBER}"`, `"${passport}"`);
}

function without(document: Json, place: Place): string {
  return JSON.stringify(put(document, place, undefined));
}

/** The key of a place twice in its object, the first time with a wrong value. */
function twice(document: Json, place: Place): string {
  const key = JSON.stringify(place.at(-1));
  return replaced(document, place, `0,${key}:"${FORGED}"`);
}

function put(value: Json | undefined, place: Place, inner: Json | undefined): Json | undefined {
  const [key, ...rest] = place;
  if (key === undefined) return inner;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, old]) => [name, name === key ? put(old, rest, inner) : old] as const)
    .filter(([, kept]) => kept !== undefined);
  if (Array.isArray(value)) return entries.map(([, kept]) => kept!);
  return Object.fromEntries(entries) as Json;
}
