/** What should be in the record after a history, kept by itself in memory, and what follows from it. */
import assert from 'node:assert/strict';
import { assess } from '../../domain/codes/assess.ts';
import { type PrintedAssessment, printAssessment } from '../../domain/codes/print.ts';
import type { Fact } from '../../domain/evidence/fact.ts';
import { type Reading, readRecord, recordKey, sameContent } from '../../domain/evidence/record.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { type Entry, personsOf } from '../../domain/people/persons.ts';
import type { AreaIndex } from '../../domain/places/area-index.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import type { Outcome } from '../../server/evidence/intake.ts';
import { NEEDS_TWO } from '../../server/evidence/settle-versions.ts';
import { defaultRules } from '../default-rules.ts';

const { rules, compiled } = defaultRules();

type Readable = Reading & { readonly record: NonNullable<Reading['record']> };

/** The versions of one record. */
interface Versions {
  readonly accepted: Map<number, Readable>;
  /** Whether the highest ever joined documents (S3). */
  links: boolean;
}

export interface Ledger {
  /** Checks what became of batches that arrived at one moment, and enters what was accepted. */
  readonly enter: (arrived: Arrived) => void;
  readonly accepted: () => number;
  /** The instants at which something was learned. */
  readonly moments: () => readonly Instant[];
  /** The documents about which something is in the record, by key. */
  readonly documents: () => ReadonlyMap<string, Document>;
  /** What follows for each of them. */
  readonly follows: (
    areas: AreaIndex,
    at: Instant,
    knownAt: Instant,
  ) => ReadonlyMap<string, PrintedAssessment>;
}

export interface Arrived {
  readonly batches: readonly (readonly object[])[];
  readonly outcomes: readonly (readonly Outcome[])[];
  /** When the records were learned that do not say so themselves. */
  readonly recordedAt: Instant;
  /** Whether two had approved what one may not do. */
  readonly approved: boolean;
}

export function createLedger(): Ledger {
  const records = new Map<string, Versions>();
  const entries: Entry[] = [];
  return {
    enter: ({ batches, outcomes, recordedAt, approved }) => {
      const told = batches.flatMap((records, batch) =>
        records.map((record, i) => ({ reading: readOne(record, recordedAt), outcome: outcomes[batch]![i]! })),
      );
      if (batches.length === 1) for (const one of inOrder(told)) expect(records, one, approved);
      for (const { reading, outcome } of told)
        if (outcome.outcome === 'accepted') entries.push(add(records, reading, entries.length));
      for (const one of told) isPlausible(records, one);
      for (const versions of records.values()) versions.links ||= joins(highestOf(versions));
    },
    accepted: () => entries.length,
    moments: () => [...new Set(entries.map(({ reading }) => reading.record!.recordedAt))],
    documents: () => documentsIn(entries),
    follows: (areas, at, knownAt) => {
      const facts = new Map<string, readonly Fact[]>();
      const { persons, faults } = personsOf(entries, knownAt);
      assert.deepEqual(faults, []);
      for (const person of persons)
        for (const key of [documentKey(person.document), ...person.joined]) facts.set(key, person.facts);
      return new Map(
        [...documentsIn(entries)].map(([key, document]) => [
          key,
          printAssessment(document, assess(facts.get(key) ?? [], compiled, areas, at)),
        ]),
      );
    },
  };
}

interface Told {
  readonly reading: Readable;
  readonly outcome: Outcome;
}

function readOne(record: object, recordedAt: Instant): Readable {
  const reading = readRecord({ recordedAt: printInstant(recordedAt), ...record }, listsOf(rules));
  assert.ok(reading.record, JSON.stringify(reading.faults));
  return reading as Readable;
}

function inOrder(told: readonly Told[]): readonly Told[] {
  return [...told].sort((a, b) => a.reading.record.version - b.reading.record.version);
}

/** The rules for one batch, one record after the other. What is accepted here is only marked, to be entered afterwards. */
function expect(records: Map<string, Versions>, { reading, outcome }: Told, approved: boolean): void {
  const { accepted, links } = versionsOf(records, reading);
  const { version } = reading.record;
  const known = accepted.get(version);
  const isHigher = version > Math.max(-1, ...accepted.keys());
  const expected = known
    ? sameContent(known.statement!, reading.statement!)
      ? 'unchanged'
      : 'quarantined'
    : links && isHigher && !approved
      ? 'quarantined'
      : 'accepted';
  assert.equal(outcome.outcome, expected, JSON.stringify(reading.statement));
  if (expected !== 'accepted') return;
  accepted.set(version, reading);
  const versions = versionsOf(records, reading);
  versions.links ||= joins(highestOf(versions));
}

/** The rules that hold whichever of several batches was first. */
function isPlausible(records: Map<string, Versions>, { reading, outcome }: Told): void {
  const { accepted } = versionsOf(records, reading);
  const known = accepted.get(reading.record.version);
  const isSame = known !== undefined && sameContent(known.statement!, reading.statement!);
  if (outcome.outcome !== 'quarantined') assert.ok(isSame, 'it is in the record');
  else if (outcome.faults[0]!.message === NEEDS_TWO.message)
    assert.ok([...accepted.values()].some(joins), 'documents are joined by it');
  else assert.ok(known && !isSame, 'another one stands');
}

function add(records: Map<string, Versions>, reading: Readable, line: number): Entry {
  const { accepted } = versionsOf(records, reading);
  const { version } = reading.record;
  const known = accepted.get(version);
  // Within one batch it was marked when it was expected.
  assert.ok(known === undefined || known === reading, 'each version is accepted once');
  accepted.set(version, reading);
  return { line, reading };
}

function versionsOf(records: Map<string, Versions>, { record }: Readable): Versions {
  const key = recordKey(record);
  const versions = records.get(key) ?? { accepted: new Map(), links: false };
  records.set(key, versions);
  return versions;
}

function highestOf({ accepted }: Versions): Readable | undefined {
  return accepted.get(Math.max(...accepted.keys()));
}

function joins(reading: Readable | undefined): boolean {
  return reading?.record.kind === 'identity' && !reading.record.retracted;
}

function documentsIn(entries: readonly Entry[]): ReadonlyMap<string, Document> {
  const documents = entries.flatMap(({ reading }) => {
    const { person, fact } = reading.record!;
    return fact?.kind === 'identity' ? [person, fact.data.document, fact.data.sameAs] : [person];
  });
  return new Map(documents.map((document) => [documentKey(document), document]));
}
