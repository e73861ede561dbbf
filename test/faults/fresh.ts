import assert from 'node:assert/strict';
import { assess } from '../../domain/codes/assess.ts';
import { type PrintedAssessment, printAssessment } from '../../domain/codes/print.ts';
import type { Fact } from '../../domain/evidence/fact.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { type Entry, personsOf } from '../../domain/people/persons.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { defaultRules } from '../default-rules.ts';
import type { Stated } from './made-up-evidence.ts';

/** Assesses the holder of a document at an instant. */
export type Fresh = (document: Document, at: Instant) => PrintedAssessment;

const { rules, compiled } = defaultRules();
const NO_AREAS = indexAreas([], NEVER, rules.parameters);
const RECORDED = '2021-01-01T00:00:00+08:00';

/** Assesses by the domain alone, from records as they were stated, as `healthcode assess` does with a file of them. */
export function freshFrom(records: readonly Stated[]): Fresh {
  const entries: Entry[] = records.map((record, line) => ({
    line,
    reading: readRecord({ ...record, recordedAt: RECORDED }, listsOf(rules)),
  }));
  const { persons, faults } = personsOf(entries, NEVER);
  assert.deepEqual(faults, []);
  const facts = new Map<string, readonly Fact[]>();
  for (const person of persons)
    for (const key of [documentKey(person.document), ...person.joined]) facts.set(key, person.facts);
  return (document, at) =>
    printAssessment(document, assess(facts.get(documentKey(document)) ?? [], compiled, NO_AREAS, at));
}
