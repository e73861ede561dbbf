import {
  CLASSIFICATIONS,
  CONTACT_LEVELS,
  type DataOf,
  DESIGNATION_COLOURS,
  type Fact,
  ISOLATION_FORMS,
  KINDS,
  type Kind,
  type Location,
  OUTCOMES,
  SOURCES,
  type Source,
  TEST_RESULTS,
} from '../../../domain/evidence/fact.ts';
import { type ClosedLists, factOf } from '../../../domain/evidence/kinds.ts';

/**
 * What is known about a person in a short form, from which it can be concluded without reading evidence. Little-endian:
 *
 * - head, 32 bytes: layout (1), number of facts (1), number of the conclusion in force (6), the instant of its next change
 *   (float64), marks of that conclusion and of the next one (two words each, `marks.ts`);
 * - each fact: kind, two small values, source (1 each), length of its text and of its id (2 each), then its numbers
 *   (float64), as many as its kind has;
 * - the texts and ids, UTF-8, in the order of the facts; filled with zeros to a multiple of 16.
 *
 * A change of this layout, or of the order of the lists of `domain/evidence`, needs another number: rows of another one
 * are made again from evidence.
 */
export const LAYOUT = 2;
export const HEAD_BYTES = 32;
export const FACT_HEAD_BYTES = 8;
const BLOCK = 16;
/** Who has more is concluded about from evidence: few people, and each costs as much as a hundred others. */
const MOST_FACTS = 60;
const MOST_BYTES = 4_096;

/** How many numbers a fact of each kind has. */
export const NUMBERS: Readonly<Record<Kind, number>> = {
  case: 2,
  contact: 2,
  overseas: 1,
  stay: 3,
  symptom: 2,
  nat: 2,
  isolation: 3,
  designation: 2,
  identity: 0,
};

/** A fact as it is written. */
interface Written {
  readonly small: readonly [number, number];
  readonly numbers: readonly number[];
  readonly text: string;
}

const WRITE: { readonly [K in Kind]: (data: DataOf[K]) => Written | undefined } = {
  case: ({ classification, from, to, outcome }) => ({
    small: [CLASSIFICATIONS.indexOf(classification), outcome ? OUTCOMES.indexOf(outcome) + 1 : 0],
    numbers: [from, to],
    text: '',
  }),
  contact: ({ level, lastExposure, area }) => ({
    small: [CONTACT_LEVELS.indexOf(level), area ? placeMark(area) : 0],
    numbers: [lastExposure, area ? regionNumber(area.region) : 0],
    text: area?.place ?? '',
  }),
  overseas: ({ country, enteredAt }) => ({
    small: [country.charCodeAt(0), country.charCodeAt(1)],
    numbers: [enteredAt],
    text: '',
  }),
  stay: (data) => ({
    small: [placeMark(data), 0],
    numbers: [data.from, data.to, regionNumber(data.region)],
    text: data.place ?? '',
  }),
  symptom: ({ from, to }) => ({ small: [0, 0], numbers: [from, to], text: '' }),
  nat: ({ sampledAt, reportedAt, result }) => ({
    small: [TEST_RESULTS.indexOf(result), 0],
    numbers: [sampledAt, reportedAt],
    text: '',
  }),
  isolation: ({ form, from, until, endedAt, released }) => ({
    small: [ISOLATION_FORMS.indexOf(form), released ? 1 : 0],
    numbers: [from, until, endedAt],
    text: '',
  }),
  designation: ({ colour, reason, from, until }) => ({
    small: [DESIGNATION_COLOURS.indexOf(colour), 0],
    numbers: [from, until],
    text: reason,
  }),
  // Whoever's documents may be joined is concluded about together with the others.
  identity: () => undefined,
};

/** 1: a region; 2: with a place inside it, which may be an empty text. */
function placeMark({ place }: Location): number {
  return place === undefined ? 1 : 2;
}

/** A code of digits as a number that keeps the zeros in front. */
function regionNumber(region: string): number {
  return Number(`1${region}`);
}

const regions = new Map<number, string>();
/** More codes than there are communities; a free text could not get here. */
const MOST_REGIONS = 1_000_000;

function regionOf(number: number): string {
  let region = regions.get(number);
  if (region === undefined) {
    region = String(number).slice(1);
    if (regions.size < MOST_REGIONS) regions.set(number, region);
  }
  return region;
}

/** Writes facts; what is in force is still to be set. Undefined when they cannot be told in this form. */
export function writeFacts(facts: readonly Fact[]): Uint8Array | undefined {
  if (facts.length > MOST_FACTS) return undefined;
  const texts: Buffer[] = [];
  const parts: { readonly fact: Fact; readonly written: Written; readonly lengths: readonly number[] }[] = [];
  let bytes = HEAD_BYTES;
  for (const fact of facts) {
    // The table has an entry for each kind, which the compiler cannot follow through a union.
    const written = WRITE[fact.kind](fact.data as never);
    if (!written) return undefined;
    const own = [Buffer.from(written.text), Buffer.from(fact.id)];
    // Half a character of UTF-16 would come back as another one.
    if (own[0]!.toString() !== written.text) return undefined;
    texts.push(...own);
    parts.push({ fact, written, lengths: own.map(({ length }) => length) });
    bytes += FACT_HEAD_BYTES + 8 * written.numbers.length + own[0]!.length + own[1]!.length;
  }
  if (bytes > MOST_BYTES) return undefined;
  const row = new Uint8Array(Math.ceil(bytes / BLOCK) * BLOCK);
  const view = new DataView(row.buffer);
  row.set([LAYOUT, facts.length]);
  let at = HEAD_BYTES;
  for (const { fact, written, lengths } of parts) {
    row.set([fact.kindIndex, ...written.small, SOURCES.indexOf(fact.source)], at);
    view.setUint16(at + 4, lengths[0]!, true);
    view.setUint16(at + 6, lengths[1]!, true);
    at += FACT_HEAD_BYTES;
    for (const number of written.numbers) {
      view.setFloat64(at, number, true);
      at += 8;
    }
  }
  for (const text of texts) {
    row.set(text, at);
    at += text.length;
  }
  return row;
}

export const KIND_NUMBERS = KINDS.map((kind) => NUMBERS[kind]);

/** What a fact is called whose id nobody needs to know: its place among the facts. */
const PLACES = Array.from({ length: MOST_FACTS }, (_, i) => String.fromCharCode(i + 1));

/** The place among the facts by which a fact without its id is called. */
export function placeOf(id: string): number {
  return id.charCodeAt(0);
}

/**
 * The facts of a row; `named` gives them their ids, which takes longer. Undefined when the lists do not know a reason that
 * stands there, as evidence could not be read then either.
 */
export function readFacts(
  view: DataView,
  start: number,
  lists: ClosedLists,
  named: boolean,
): Fact[] | undefined {
  const count = view.getUint8(start + 1);
  const facts: Fact[] = new Array(count);
  let text = start + HEAD_BYTES;
  for (let i = 0, fact = text; i < count; i++, text = fact)
    fact += FACT_HEAD_BYTES + 8 * KIND_NUMBERS[view.getUint8(fact)]!;
  let at = start + HEAD_BYTES;
  for (let i = 0; i < count; i++) {
    const kind = KINDS[view.getUint8(at)]!;
    const textLength = view.getUint16(at + 4, true);
    const idLength = view.getUint16(at + 6, true);
    const said = textLength > 0 ? textAt(view, text, textLength) : '';
    if (kind === 'designation' && !lists.designationReasons.includes(said)) return undefined;
    const id = named ? textAt(view, text + textLength, idLength) : PLACES[i]!;
    facts[i] = readFact(view, at, kind, SOURCES[view.getUint8(at + 3)]!, said, id);
    text += textLength + idLength;
    at += FACT_HEAD_BYTES + 8 * NUMBERS[kind];
  }
  return facts;
}

function readFact(view: DataView, at: number, kind: Kind, source: Source, text: string, id: string): Fact {
  const a = view.getUint8(at + 1);
  const b = view.getUint8(at + 2);
  const numbers = at + FACT_HEAD_BYTES;
  const first = view.getFloat64(numbers, true);
  switch (kind) {
    case 'case': {
      const to = view.getFloat64(numbers + 8, true);
      const outcome = b === 0 ? undefined : OUTCOMES[b - 1]!;
      return factOf('case', { classification: CLASSIFICATIONS[a]!, from: first, to, outcome }, source, id);
    }
    case 'contact': {
      const area = b === 0 ? undefined : locationOf(view.getFloat64(numbers + 8, true), b, text);
      return factOf('contact', { level: CONTACT_LEVELS[a]!, lastExposure: first, area }, source, id);
    }
    case 'overseas':
      return factOf('overseas', { country: String.fromCharCode(a, b), enteredAt: first }, source, id);
    case 'stay': {
      const { region, place } = locationOf(view.getFloat64(numbers + 16, true), a, text);
      const to = view.getFloat64(numbers + 8, true);
      return factOf('stay', { region, place, from: first, to }, source, id);
    }
    case 'symptom':
      return factOf('symptom', { from: first, to: view.getFloat64(numbers + 8, true) }, source, id);
    case 'nat': {
      const reportedAt = view.getFloat64(numbers + 8, true);
      return factOf('nat', { sampledAt: first, reportedAt, result: TEST_RESULTS[a]! }, source, id);
    }
    case 'isolation': {
      const until = view.getFloat64(numbers + 8, true);
      const endedAt = view.getFloat64(numbers + 16, true);
      const data = { form: ISOLATION_FORMS[a]!, from: first, until, endedAt, released: b === 1 };
      return factOf('isolation', data, source, id);
    }
    case 'designation': {
      const until = view.getFloat64(numbers + 8, true);
      const data = { colour: DESIGNATION_COLOURS[a]!, reason: text, from: first, until };
      return factOf('designation', data, source, id);
    }
    case 'identity':
      throw new Error('no row has a fact of identity');
  }
}

function locationOf(region: number, mark: number, place: string): Location {
  return { region: regionOf(region), place: mark === 2 ? place : undefined };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textAt(view: DataView, at: number, length: number): string {
  return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}
