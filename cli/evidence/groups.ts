import { type Fault, fault } from '../../domain/fault.ts';
import { documentKey } from '../../domain/people/document.ts';
import type { Entry, Person } from '../../domain/people/persons.ts';
import { createSeen } from './seen.ts';

/** Sorts a stream of entries that is grouped by person into those groups, in constant memory but for a mark a person. */
export interface Grouper {
  /** Takes the next entry; returns the groups that are complete now. */
  readonly push: (entry: Entry) => Entry[][];
  /** No more entries: the groups that are left. */
  readonly end: () => Entry[][];
  /** What is wrong with these persons' place in the file: they stood, or were named, in an earlier group. */
  readonly misplaced: (group: readonly Entry[], persons: readonly Person[]) => Fault | undefined;
}

interface Group {
  readonly entries: Entry[];
  /** The documents that its lines are about. */
  readonly documents: Set<string>;
  /** All the documents that its lines name, identity records included. */
  readonly names: Set<string>;
}

/**
 * Lines of one document that follow each other are a run; a run joins the group before it when both
 * name a document, be it that of a third run that is still to come (S3).
 */
export function createGrouper(): Grouper {
  const seen = createSeen();
  let before: Group | undefined;
  let run: Group | undefined;

  const closeRun = (): Entry[][] => {
    if (!run) return [];
    if (before && linked(before, run)) {
      merge(before, run);
      return [];
    }
    const complete = before ? [before.entries] : [];
    before = run;
    return complete;
  };

  return {
    push(entry) {
      const [name] = entry.reading.names;
      const continues = name === undefined || run?.documents.has(name);
      const complete = continues ? [] : closeRun();
      if (!run || !continues) run = { entries: [], documents: new Set(), names: new Set() };
      run.entries.push(entry);
      if (name !== undefined) run.documents.add(name);
      for (const other of entry.reading.names) run.names.add(other);
      return complete;
    },
    end() {
      const complete = closeRun();
      return before ? [...complete, before.entries] : complete;
    },
    misplaced(group, persons) {
      const names = new Set<string>();
      for (const { reading } of group) if (reading.names.length > 0) names.add(reading.names[0]!);
      for (const { facts } of persons) {
        for (const fact of facts) {
          if (fact.kind !== 'identity') continue;
          names.add(documentKey(fact.data.document)).add(documentKey(fact.data.sameAs));
        }
      }
      let again = false;
      for (const name of names) if (!seen.add(name)) again = true;
      return again
        ? fault('person', 'stood earlier in the file, which must be grouped by person')
        : undefined;
    },
  };
}

function linked(group: Group, run: Group): boolean {
  for (const name of run.names) if (group.names.has(name)) return true;
  return false;
}

function merge(group: Group, run: Group): void {
  for (const entry of run.entries) group.entries.push(entry);
  for (const document of run.documents) group.documents.add(document);
  for (const name of run.names) group.names.add(name);
}
