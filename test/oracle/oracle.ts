/**
 * A second reading of colour.md, naive and by the letter, to find mistakes in the first. It shares no code with
 * the product, and nothing but tests imports it. Slow on purpose: it looks at every instant at which anything
 * could change. Where the text has two readings the one chosen is marked AMBIGUOUS.
 */
import { type Assessed, assessAt, type StayMatch } from './assessment.ts';
import type { Known } from './intervals.ts';
import { type Area, areasKnownAt, readArea } from './places.ts';
import { type Document, documentKey } from './reading/document.ts';
import { parseObject } from './reading/json.ts';
import {
  type Line,
  readLines,
  recordsKnownAt,
  samePerson,
  type Version,
  versionsIn,
} from './reading/records.ts';
import { day, type Instant, parseTime, printTime, startOf } from './reading/time.ts';

/** What the oracle is asked. */
export interface OracleOptions {
  readonly at: string;
  /** "By default k = t." */
  readonly knownAt?: string;
  /** JSON lines of listed areas. */
  readonly areas?: readonly string[];
  readonly stayMatch?: StayMatch;
  /** The closed list of reasons of a designation, "in the rule package". */
  readonly designationReasons?: readonly string[];
}

/** A fault of a line: its number from 1, and the path of the field, empty when the whole line is meant. */
export interface LineFault {
  readonly line: number;
  readonly field: string;
}

/** What the command would print, and what is wrong with its input. */
export interface OracleResult {
  readonly output: object[];
  readonly faults: LineFault[];
  /** Faults in the lines of areas. */
  readonly areaFaults?: LineFault[];
}

const DESIGNATION_REASONS = [
  'key-place-exposure',
  'manifest-contact',
  'imported-goods-exposure',
  'community-screening',
  'under-investigation',
];

/** Assesses every person of an evidence file. */
export function oracle(texts: readonly string[], options: OracleOptions): OracleResult {
  const t = timeOption(options.at);
  const k = options.knownAt === undefined ? t : timeOption(options.knownAt);
  const { areas, areaFaults } = readAreas(options.areas ?? []);
  const lines = readLines(texts, options.designationReasons ?? DESIGNATION_REASONS);
  const faults = lines.flatMap(({ number, faults }) => faults.map((field) => ({ line: number, field })));
  // AMBIGUOUS: what a fault in the areas does. Every colour could depend on it, so here nobody is assessed.
  if (areaFaults.length > 0) return { output: [], faults, areaFaults };

  const records = recordsKnownAt(versionsIn(lines), k);
  const output = peopleIn(lines, records).map(({ document, documents }) => {
    const own = records.filter(({ person }) => documents.has(documentKey(person)));
    const known: Known = { records: own, areas: areasKnownAt(areas, k) };
    const instants = instantsThatCouldMatter(lines, documents, options.areas ?? []);
    return print(document, t, known, instants, options.stayMatch ?? 'inside');
  });
  return { output, faults, areaFaults };
}

function timeOption(text: string): Instant {
  const instant = parseTime(text);
  if (instant === undefined) throw new Error(`not a time: ${text}`);
  return instant;
}

function readAreas(texts: readonly string[]): { areas: Area[]; areaFaults: LineFault[] } {
  const areas: Area[] = [];
  const areaFaults: LineFault[] = [];
  for (const [index, text] of texts.entries()) {
    if (text.trim() === '') continue;
    const fields: string[] = [];
    const area = readArea(text, (field) => fields.push(field));
    areaFaults.push(...fields.map((field) => ({ line: index + 1, field })));
    if (area && fields.length === 0) areas.push(area);
  }
  return { areas, areaFaults };
}

/** One person: the document that is printed, and all documents that are theirs. */
interface Person {
  readonly document: Document;
  readonly documents: ReadonlySet<string>;
}

/**
 * "one line is printed under the document that appears first in the file, unknown and superseded lines
 * counted"; contract.md: "in the order in which persons first appear". "A person whose records are all
 * retracted or not yet known is printed green without grounds."
 * AMBIGUOUS: a document appears where a line has it as its `person`; one that stands only in the data of an
 * identity record that is not in force is nobody and gets no line.
 */
function peopleIn(lines: readonly Line[], records: readonly Version[]): Person[] {
  const faulty = documentsWithFault(lines);
  const people: Person[] = [];
  for (const { person: document } of lines) {
    if (document === undefined) continue;
    const isPrinted = people.some(({ documents }) => documents.has(documentKey(document)));
    if (isPrinted) continue;
    people.push({ document, documents: samePerson(document, records) });
  }
  // Decided: a fault suppresses every joined document of the persons named by its line.
  return people.filter(({ documents }) => !faulty.some((document) => documents.has(documentKey(document))));
}

/** The documents named by a line with a fault, or by one that such a line conflicts with. */
function documentsWithFault(lines: readonly Line[]): Document[] {
  return lines.filter((line) => hasFault(line, lines)).flatMap(({ named }) => named);
}

/** Decided: of a conflict, all persons named by the conflicting lines. */
function hasFault(line: Line, lines: readonly Line[]): boolean {
  const conflicts = lines.some((other) => other.faults.includes('version') && isSameVersion(other, line));
  return line.faults.length > 0 || conflicts;
}

function isSameVersion({ object: left }: Line, { object: right }: Line): boolean {
  return (
    typeof left?.version === 'number' &&
    left.source === right?.source &&
    left.id === right?.id &&
    left.version === right?.version
  );
}

/** contract.md "Assessment, one a line" */
function print(
  document: Document,
  t: Instant,
  known: Known,
  instants: readonly Instant[],
  stayMatch: StayMatch,
): object {
  const now = assessAt(known, t, stayMatch);
  const next = nextChangeAt(now, t, known, instants, stayMatch);
  return {
    person: { document },
    at: printTime(t),
    rules: 'zj-2021-01',
    colour: now.colour,
    nextChangeAt: next === undefined ? null : printTime(next),
    grounds: now.grounds,
    measures: now.measures,
    advisories: now.advisories,
  };
}

/**
 * "`nextChangeAt`: the earliest instant after *t* at which colour, grounds (their clause, record, `since` or
 * `until`), advisories or measures differ if nothing new arrives (*k* held fixed); null if never." By trying
 * them all.
 */
function nextChangeAt(
  now: Assessed,
  t: Instant,
  known: Known,
  instants: readonly Instant[],
  stayMatch: StayMatch,
): Instant | undefined {
  return instants.find(
    (instant) => instant > t && JSON.stringify(assessAt(known, instant, stayMatch)) !== JSON.stringify(now),
  );
}

/**
 * Every instant that could matter, in order: each time that is written in a record of the person or in an area,
 * and 00:00 of that day and of the 40 days after it. Periods count whole days, none has more than 21 of them,
 * and none is counted from anything but a time that is written.
 */
function instantsThatCouldMatter(
  lines: readonly Line[],
  documents: ReadonlySet<string>,
  areas: readonly string[],
): Instant[] {
  const instants = new Set<Instant>();
  const add = (instant: Instant) => {
    instants.add(instant);
    for (let days = 0; days <= 40; days++) instants.add(startOf(day(instant) + days));
  };
  for (const { person, object } of lines)
    if (person && documents.has(documentKey(person))) for (const instant of timesIn(object)) add(instant);
  for (const area of areas) for (const instant of timesIn(parseObject(area))) add(instant);
  return [...instants].sort((left, right) => left - right);
}

/** Every text anywhere inside a JSON value that is a time. */
function timesIn(value: unknown): Instant[] {
  if (typeof value === 'string') return [parseTime(value) ?? []].flat();
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(timesIn) : [];
}
