/**
 * A short notation for rows of the table, so that a row fits on a line and can be checked by hand. Times are
 * written `01-05 08:00` (2021, +08:00), longer where that is not enough; `open` is an end that is missing.
 */

/** One row: a sentence of colour.md or contract.md, an input, and what must come of it. */
export interface Row {
  readonly name: string;
  readonly clause: string;
  readonly lines: readonly string[];
  readonly areas?: readonly string[];
  readonly at: string;
  readonly knownAt?: string;
  readonly stayMatch?: 'inside' | 'possible';
  readonly expect: Expected;
}

/** What must come of it. What is not mentioned is not looked at, except that there are no faults unless told. */
export interface Expected {
  /** The persons printed, all of them, in order. */
  readonly people?: readonly ExpectedPerson[];
  /** The numbers of the lines at fault. */
  readonly faults?: readonly number[];
  /** The numbers of the lines of areas at fault. */
  readonly areaFaults?: readonly number[];
}

/** One printed person: `R2a 01-05 08:00..open C-1` is a ground, `hospital 01-05 08:00..open M1` a measure. */
export interface ExpectedPerson {
  readonly document?: string;
  readonly colour?: 'red' | 'yellow' | 'green';
  readonly grounds?: readonly string[];
  readonly measures?: readonly string[];
  readonly advisories?: readonly string[];
  readonly next?: string | null;
}

type Json = { readonly [name: string]: unknown };

interface Around {
  readonly areas?: readonly (Json | string)[];
  readonly knownAt?: string;
  readonly stayMatch?: 'inside' | 'possible';
}

/** A row in which one person is expected, or several, or faults. */
export function row(
  clause: string,
  name: string,
  at: string,
  lines: readonly (Json | string)[],
  expected: ExpectedPerson | Expected,
  around: Around = {},
): Row {
  const { areas, knownAt, stayMatch } = around;
  return {
    name,
    clause,
    lines: lines.map(written),
    at: time(at),
    ...(areas ? { areas: areas.map(written) } : {}),
    ...(knownAt ? { knownAt: time(knownAt) } : {}),
    ...(stayMatch ? { stayMatch } : {}),
    expect: isWhole(expected) ? expected : { people: [expected] },
  };
}

function isWhole(expected: ExpectedPerson | Expected): expected is Expected {
  return 'people' in expected || 'faults' in expected || 'areaFaults' in expected;
}

function written(line: Json | string): string {
  return typeof line === 'string' ? line : JSON.stringify(withTimes(line));
}

const SHORT_TIME = /^(\d{4}-)?\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

function time(text: string): string {
  if (!SHORT_TIME.test(text)) return text;
  const withYear = /^\d{4}/.test(text) ? text : `2021-${text}`;
  const withSeconds = withYear.length === 16 ? `${withYear}:00` : withYear;
  return `${withSeconds.replace(' ', 'T')}+08:00`;
}

/** The printed form of an instant in the notation. */
export function short(text: string | null): string {
  if (text === null) return 'open';
  return text
    .replace('+08:00', '')
    .replace('T', ' ')
    .replace(/^2021-/, '')
    .replace(/^(.*\d\d:\d\d):00$/, '$1');
}

function withTimes(value: unknown): unknown {
  if (typeof value === 'string') return time(value);
  if (Array.isArray(value)) return value.map(withTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withTimes(inner)]));
}

/** A record of the first person, known since December 2020. */
function record(kind: string, id: string, data: Json): Json {
  const head = { source: 'health', id, version: 1, recordedAt: '2020-12-01 00:00' };
  return { ...head, person: { document: FIRST }, kind, data };
}

/** Other fields of a record, or other data. */
export function but(line: Json, fields: Json): Json {
  return { ...line, ...fields };
}

/** Other fields in the data of a record; `undefined` takes one away. */
export function butData(line: Json, fields: Json): Json {
  return { ...line, data: { ...(line.data as Json), ...fields } };
}

// Invented people; the county code 339900 was never assigned.
export const FIRST = { type: 'resident-id', number: '339900199001010011' };
export const SECOND = { type: 'passport', issuer: 'USA', number: 'E12345678' };
export const THIRD = { type: 'hm-permit', number: 'H12345678' };

/** The same record, of another person. */
export function of(document: Json, line: Json): Json {
  return { ...line, person: { document } };
}

export function confirmed(id: string, from: string, to?: string, outcome?: string): Json {
  return record('case', id, { classification: 'confirmed', from, ...given({ to, outcome }) });
}

export function contact(id: string, lastExposure: string, level = 'close', area?: Json): Json {
  return record('contact', id, { level, lastExposure, ...given({ area }) });
}

export function overseas(id: string, enteredAt: string, country = 'US'): Json {
  return record('overseas', id, { country, enteredAt });
}

export function stay(id: string, region: string, from: string, to?: string, place?: string): Json {
  return record('stay', id, { region, from, ...given({ to, place }) });
}

export function fever(id: string, from: string, to?: string): Json {
  return record('symptom', id, { fever: true, from, ...given({ to }) });
}

export function nat(id: string, sampledAt: string, reportedAt: string, result = 'negative'): Json {
  return record('nat', id, { sampledAt, reportedAt, result });
}

export function isolation(id: string, form: string, from: string, until: string, endedAt?: string): Json {
  return record('isolation', id, { form, from, until, ...given({ endedAt }) });
}

/** An isolation that a decision ended. */
export function released(id: string, form: string, from: string, until: string, endedAt: string): Json {
  return butData(isolation(id, form, from, until, endedAt), { release: 'decision 7' });
}

export function designation(id: string, colour: string, from: string, until: string): Json {
  return record('designation', id, { colour, reason: 'manifest-contact', from, until, approval: 'A-1' });
}

export function same(id: string, document: Json, sameAs: Json): Json {
  return record('identity', id, { document, sameAs });
}

/** A listed area. */
export function area(level: string, region: string, from: string, to?: string, fields: Json = {}): Json {
  const approval = level === 'severe' ? 'A-1' : undefined;
  return { level, region, from, ...given({ to, approval }), ...fields };
}

function given(fields: { [name: string]: unknown }): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
