import type { Readable } from 'node:stream';
import { readRecord } from '../../domain/evidence/record.ts';
import { fault } from '../../domain/fault.ts';
import { type Entry, type LineFault, type Person, personsOf } from '../../domain/people/persons.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import type { Instant } from '../../domain/time.ts';
import { parseJson } from '../../server/platform/input/json.ts';
import { type Line, openInput, readLines } from '../../server/platform/input/lines.ts';
import { showReading } from '../terminal/progress.ts';
import { createGrouper, type EntryGroup, type Grouper } from './groups.ts';

/** The longest line of evidence that is read; a real record has a few hundred bytes. */
const MAX_LINE_BYTES = 1 << 20;

/** How a file of evidence is to be read. */
export interface EvidenceFile {
  /** Its path; `-` is standard input. */
  readonly file: string;
  /** Whether its lines are grouped by person: then memory stays constant. */
  readonly grouped: boolean;
  readonly knownAt: Instant;
  readonly rules: RulePackage;
  /** Shows no progress, because the results go to the terminal. */
  readonly quiet?: boolean;
  /** Told of each fault as it is found; its person is left out. */
  readonly onFault: (found: LineFault) => void;
}

/** Reads the persons of an evidence file without a fault, in the order in which they first appear, in batches. */
export async function* readPersons(asked: EvidenceFile): AsyncGenerator<readonly Person[]> {
  const input = openInput(asked.file);
  const hideReading = asked.quiet ? () => {} : showReading(input);
  try {
    yield* asked.grouped ? readGroups(input, asked) : readAll(input, asked);
  } finally {
    hideReading();
  }
}

async function* readGroups(input: Readable, asked: EvidenceFile): AsyncGenerator<readonly Person[]> {
  const lists = listsOf(asked.rules);
  const grouper = createGrouper();
  for await (const lines of readLines(input, MAX_LINE_BYTES)) {
    const persons: Person[] = [];
    for (const line of lines) {
      for (const group of grouper.push(readEntry(line, lists))) addGroup(persons, group, grouper, asked);
    }
    yield persons;
  }
  const persons: Person[] = [];
  for (const group of grouper.end()) addGroup(persons, group, grouper, asked);
  yield persons;
}

async function* readAll(input: Readable, asked: EvidenceFile): AsyncGenerator<readonly Person[]> {
  const lists = listsOf(asked.rules);
  const entries: Entry[] = [];
  for await (const lines of readLines(input, MAX_LINE_BYTES)) {
    for (const line of lines) entries.push(readEntry(line, lists));
  }
  const { persons, faults } = personsOf(entries, asked.knownAt);
  faults.forEach(asked.onFault);
  yield persons;
}

function readEntry(line: Line, lists: ReturnType<typeof listsOf>): Entry {
  const { number } = line;
  if (line.fault !== undefined)
    return { line: number, reading: { faults: [fault('', line.fault)], names: [] } };
  const parsed = parseJson(line.text);
  if (parsed.fault) return { line: number, reading: { faults: [parsed.fault], names: [] } };
  return { line: number, reading: readRecord(parsed.value, lists) };
}

/** Adds the persons of a group, unless their lines do not stand together: they are told of where they go on. */
function addGroup(persons: Person[], group: EntryGroup, grouper: Grouper, asked: EvidenceFile): void {
  const { entries, goesOnLater } = group;
  const read = personsOf(entries, asked.knownAt);
  read.faults.forEach(asked.onFault);
  const misplaced = grouper.misplaced(entries, read.persons);
  if (misplaced) asked.onFault({ line: entries[0]!.line, fault: misplaced });
  else if (!goesOnLater) for (const person of read.persons) persons.push(person);
}
