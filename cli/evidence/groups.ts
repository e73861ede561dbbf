import { type Fault, fault } from '../../domain/fault.ts';
import { documentKey } from '../../domain/people/document.ts';
import type { Entry, Person } from '../../domain/people/persons.ts';
import { createSeen } from './seen.ts';

/** Lines that may be about one person, and whether that person's lines go on after somebody else's. */
export interface EntryGroup {
  readonly entries: readonly Entry[];
  readonly goesOnLater: boolean;
}

/** Sorts a stream of entries that is grouped by person into those groups, in constant memory but for a mark a person. */
export interface Grouper {
  /** Takes the next entry; returns the groups that are complete now. */
  readonly push: (entry: Entry) => readonly EntryGroup[];
  /** No more entries: the groups that are left. */
  readonly end: () => readonly EntryGroup[];
  /** What is wrong with these persons' place in the file: they stood, or were named, in an earlier group. */
  readonly misplaced: (entries: readonly Entry[], persons: readonly Person[]) => Fault | undefined;
}

/** Lines of one document that follow each other, or several such runs after they were joined. */
interface Run {
  readonly entries: Entry[];
  /** The documents that its lines are about. */
  readonly documents: Set<string>;
  /** All the documents that its lines name, identity records included. */
  readonly names: Set<string>;
  /** Another run that names a document of this one; those under one root are perhaps one person. */
  linked: Run | undefined;
}

/**
 * So many runs wait for an identity record that joins them: it may stand after the lines of all the documents
 * of its person (S3).
 */
const WAITING = 16;

/** Runs next to each other that name a common document, or that are joined by others that do, are one group. */
export function createGrouper(): Grouper {
  const waiting: Run[] = [];
  const byName = new Map<string, Run>();
  let run: Run | undefined;

  const closeRun = (): void => {
    if (!run) return;
    for (const name of run.names) {
      const other = byName.get(name);
      if (other) link(other, run);
      byName.set(name, run);
    }
    waiting.push(run);
    run = undefined;
  };

  /** Takes out the first group; a run that goes on is never alone in waiting. */
  const takeFirst = (most: number): EntryGroup | undefined => {
    const [first] = waiting;
    while (first && waiting[1] && rootOf(waiting[1]) === rootOf(first)) {
      const [next] = waiting.splice(1, 1) as [Run];
      join(first, next);
      for (const name of next.names) if (byName.get(name) === next) byName.set(name, first);
    }
    if (!first || waiting.length <= most) return undefined;
    waiting.shift();
    for (const name of first.names) if (byName.get(name) === first) byName.delete(name);
    const goesOnLater = waiting.some(({ documents }) => meet(documents, first.documents));
    return { entries: first.entries, goesOnLater };
  };

  const takeAll = (most: number): readonly EntryGroup[] => {
    const groups: EntryGroup[] = [];
    while (waiting.length > most) {
      const group = takeFirst(most);
      if (group) groups.push(group);
    }
    return groups;
  };

  return {
    push(entry) {
      const [name] = entry.reading.names;
      const continues = name === undefined || run?.documents.has(name);
      if (!continues) closeRun();
      const complete = continues ? NONE : takeAll(WAITING);
      run ??= { entries: [], documents: new Set(), names: new Set(), linked: undefined };
      run.entries.push(entry);
      if (name !== undefined) run.documents.add(name);
      for (const other of entry.reading.names) run.names.add(other);
      return complete;
    },
    end() {
      closeRun();
      return takeAll(0);
    },
    misplaced: createPlaceCheck(),
  };
}

const NONE: readonly never[] = [];

function createPlaceCheck(): Grouper['misplaced'] {
  const seen = createSeen();
  return (entries, persons) => {
    const names = new Set<string>();
    for (const { reading } of entries) if (reading.names.length > 0) names.add(reading.names[0]!);
    for (const { facts } of persons) {
      for (const fact of facts) {
        if (fact.kind !== 'identity') continue;
        names.add(documentKey(fact.data.document)).add(documentKey(fact.data.sameAs));
      }
    }
    let again = false;
    for (const name of names) if (!seen.add(name)) again = true;
    return again ? fault('person', 'stood earlier in the file, which must be grouped by person') : undefined;
  };
}

function rootOf(run: Run): Run {
  let root = run;
  while (root.linked) root = root.linked;
  return root;
}

function link(one: Run, other: Run): void {
  const [a, b] = [rootOf(one), rootOf(other)];
  if (a !== b) b.linked = a;
}

function join(first: Run, next: Run): void {
  for (const entry of next.entries) first.entries.push(entry);
  for (const document of next.documents) first.documents.add(document);
  for (const name of next.names) first.names.add(name);
}

function meet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  for (const each of one) if (other.has(each)) return true;
  return false;
}
