import { residentNumber } from '../../cli/province/documents.ts';
import type { Kind, Source } from '../../domain/evidence/fact.ts';
import type { Document } from '../../domain/people/document.ts';
import { DAY_MS, type Instant, printInstant } from '../../domain/time.ts';

/** A record as a client states it. */
export interface Stated {
  readonly source: Source;
  readonly id: string;
  readonly version: number;
  readonly retracted?: boolean;
  readonly person: { readonly document: Document };
  readonly kind: Kind;
  readonly data: object;
}

/** Which records are made up. */
export interface Making {
  /** Begins the ids of the records. */
  readonly name: string;
  readonly records: number;
  /** How many people they are about. */
  readonly people: number;
  /** The number of the first of them; two makings with other numbers are about other people. */
  readonly firstPerson?: number;
  readonly now: Instant;
}

/** A resident number of nobody: its county was never assigned. */
export function madeUpDocument(person: number): Document {
  return { type: 'resident-id', number: residentNumber(person, 1980) };
}

/**
 * Evidence of every kind that a source may state, about people some of whom turn soon. Every fifth record has a second
 * version, which corrects it, takes it back, or names another person; some people have a second document.
 */
export function madeUpRecords({ name, records, people, firstPerson = 0, now }: Making): Stated[] {
  const made: Stated[] = [];
  for (let i = 0; i < records; i++) {
    const person = firstPerson + (i % people);
    const about = { person: { document: madeUpDocument(person) } };
    const id = `${name}-${i}`;
    const first = { id, version: 1, ...about, ...kindOf(i, person, now) };
    made.push(first);
    if (i % 5 === 3 && first.kind !== 'identity')
      made.push(secondVersion(first, i, firstPerson + ((i * 7 + 1) % people)));
  }
  return made;
}

function secondVersion(first: Stated, i: number, otherPerson: number): Stated {
  const second = { ...first, version: 2 };
  if (i % 3 === 0) return { ...second, retracted: true };
  return i % 3 === 1 ? { ...second, person: { document: madeUpDocument(otherPerson) } } : second;
}

type Content = Pick<Stated, 'source' | 'kind' | 'data'>;

function kindOf(i: number, person: number, now: Instant): Content {
  const ago = (days: number) => printInstant(now - days * DAY_MS);
  const days = (i % 19) + 0.25;
  const contents: readonly (() => Content)[] = [
    () => ({ source: 'laboratory', kind: 'nat', data: test('positive', ago(days + 1), ago(days)) }),
    () => ({ source: 'customs', kind: 'overseas', data: { country: 'SG', enteredAt: ago(days) } }),
    () => ({ source: 'health', kind: 'contact', data: { level: 'close', lastExposure: ago(days) } }),
    () => ({ source: 'self', kind: 'symptom', data: { fever: true, from: ago(days) } }),
    () => ({ source: 'laboratory', kind: 'nat', data: test('negative', ago(0.5), ago(0.25)) }),
    () => ({
      source: 'community',
      kind: 'isolation',
      data: { form: 'home', from: ago(days), until: ago(-days) },
    }),
    () => ({
      source: 'health',
      kind: 'case',
      data: { classification: 'suspected', from: ago(days + 2), to: ago(days), outcome: 'excluded' },
    }),
    () => ({ source: 'telecom', kind: 'stay', data: { region: '330106', from: ago(days), to: ago(0) } }),
    () => ({
      source: 'border',
      kind: 'identity',
      data: { document: madeUpDocument(person), sameAs: secondDocument(person) },
    }),
  ];
  return contents[i % contents.length]!();
}

function test(result: 'positive' | 'negative', sampledAt: string, reportedAt: string): object {
  return { result, sampledAt, reportedAt };
}

/** A passport of a form that no state uses. */
function secondDocument(person: number): Document {
  return { type: 'passport', issuer: 'SGP', number: `Z${String(person).padStart(8, '0')}` };
}

/** Cuts records into batches, as different ones as they come. */
export function batchesOf(records: readonly Stated[], size: number): Stated[][] {
  const count = Math.ceil(records.length / size);
  return Array.from({ length: count }, (_, i) => records.filter((_, j) => j % count === i));
}
