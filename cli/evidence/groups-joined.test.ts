import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readRecord } from '../../domain/evidence/record.ts';
import { createGrouper, type EntryGroup } from './groups.ts';

let written = 0;

function passport(name: string) {
  return { type: 'passport', issuer: 'UTO', number: name };
}

/** A line about a document, which says that it is one person with another one, or speaks of a fever. */
function line(name: string, sameAs?: string) {
  const record = {
    source: 'border',
    id: String(++written),
    version: 1,
    recordedAt: '2021-01-05T08:00:00+08:00',
    person: { document: passport(name) },
    ...(sameAs
      ? { kind: 'identity', data: { document: passport(name), sameAs: passport(sameAs) } }
      : { kind: 'symptom', data: { fever: true, from: '2021-01-05T08:00:00+08:00' } }),
  };
  return readRecord(record, { designationReasons: [] });
}

/** The documents of each group's lines, one letter a document; a star where the person's lines go on later. */
function groupsOf(...readings: ReturnType<typeof line>[]): string[] {
  const grouper = createGrouper();
  const groups: EntryGroup[] = [];
  for (const [number, reading] of readings.entries())
    groups.push(...grouper.push({ line: number + 1, reading }));
  groups.push(...grouper.end());
  return groups.map(
    ({ entries, goesOnLater }) =>
      entries.map(({ reading }) => reading.names[0]!.at(-1)).join('') + (goesOnLater ? '*' : ''),
  );
}

describe('lines that are grouped by person', () => {
  test('are one group as long as they are about one document', () => {
    assert.deepEqual(groupsOf(line('A'), line('A'), line('B'), line('C'), line('C')), ['AA', 'B', 'CC']);
  });

  test('are one group for joined documents, wherever among them the record stands that joins them', () => {
    assert.deepEqual(groupsOf(line('A'), line('B', 'A'), line('C')), ['AB', 'C']);
    assert.deepEqual(groupsOf(line('A', 'B'), line('B'), line('C')), ['AB', 'C']);
    assert.deepEqual(groupsOf(line('A'), line('B'), line('A', 'B'), line('C')), ['ABA', 'C']);
    assert.deepEqual(groupsOf(line('Z'), line('A'), line('B'), line('C'), line('C', 'A'), line('C', 'B')), [
      'Z',
      'ABCCC',
    ]);
  });

  test('are one group when a document that no line is about joins them', () => {
    assert.deepEqual(groupsOf(line('A', 'X'), line('B', 'X'), line('C')), ['AB', 'C']);
  });

  test('say so when a document comes again after somebody else', () => {
    assert.deepEqual(groupsOf(line('A'), line('B'), line('A')), ['A*', 'B', 'A']);
    assert.deepEqual(groupsOf(line('A'), line('B'), line('C'), line('A', 'B')), ['AB*', 'C', 'A']);
  });

  test('do not wait for the end of the file', () => {
    const grouper = createGrouper();
    let complete = 0;
    for (let i = 0; i < 1000; i++) complete += grouper.push({ line: i + 1, reading: line(`P${i}`) }).length;
    assert.ok(complete > 950);
  });
});
