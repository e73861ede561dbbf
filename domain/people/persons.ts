import type { Fact } from '../evidence/fact.ts';
import { type EvidenceRecord, type Reading, recordKey, sameContent } from '../evidence/record.ts';
import { type Fault, fault } from '../fault.ts';
import type { Instant } from '../time.ts';
import { type Document, documentKey } from './document.ts';

/** A reading and the line on which it stood. */
export interface Entry {
  readonly line: number;
  readonly reading: Reading;
}

/** One person: the document that appears first, and the facts known about all of that person's documents. */
export interface Person {
  readonly document: Document;
  /** The keys of the other documents that are joined to it. */
  readonly joined: readonly string[];
  readonly facts: readonly Fact[];
}

/** A fault and the line on which it stands, from 1. */
export interface LineFault {
  readonly line: number;
  readonly fault: Fault;
}

/** The persons without a fault, in the order in which they first appear, and every fault in the order of lines. */
export interface Persons {
  readonly persons: readonly Person[];
  readonly faults: readonly LineFault[];
}

/** What is known under one document. Holders form a forest: those under one root are one person (S3). */
interface Holder {
  /** Missing when a document is only named by an identity record, or by a line with a fault. */
  readonly document: Document | undefined;
  readonly position: number;
  readonly facts: Fact[];
  parent: Holder | undefined;
  faulty: boolean;
}

type Holders = Map<string, Holder>;

const ALONE: readonly string[] = [];

/**
 * Sorts readings into persons as known at an instant. Of each record the highest version known
 * counts, unless it is retracted; documents joined by identity records are one person. A person
 * with a fault, in a line that is known yet or not, is left out whole.
 */
export function personsOf(entries: readonly Entry[], knownAt: Instant): Persons {
  const holders: Holders = new Map();
  const first = new Map<string, Reading>();
  const versions = new Map<string, EvidenceRecord>();
  const faults: LineFault[] = [];
  const silenced: string[] = [];
  for (const { line, reading } of entries) {
    const { record, statement, names } = reading;
    for (const fault of reading.faults ?? []) faults.push({ line, fault });
    if (reading.faults) silenced.push(...names);
    if (record) holderOf(holders, documentKey(record.person), record.person);
    if (!statement) continue;
    const key = `${recordKey(statement)} ${statement.version}`;
    const standing = first.get(key);
    if (!standing) first.set(key, reading);
    if (standing && !sameContent(standing.statement!, statement)) {
      faults.push({ line, fault: fault('version', 'stands already with other content') });
      silenced.push(...standing.names, ...names);
    } else if (record) addVersion(versions, key, record);
  }
  for (const record of newestOf(versions.values(), knownAt)) apply(record, holders);
  for (const name of silenced) holderOf(holders, name).faulty = true;
  return { persons: personsIn(holders), faults };
}

function holderOf(holders: Holders, key: string, document?: Document): Holder {
  let holder = holders.get(key);
  if (!holder) {
    holder = { document, position: holders.size, facts: [], parent: undefined, faulty: false };
    holders.set(key, holder);
  }
  return holder;
}

/** Adds a version. Of a redelivery the first `recordedAt` stands. */
function addVersion(versions: Map<string, EvidenceRecord>, key: string, record: EvidenceRecord): void {
  const standing = versions.get(key);
  if (!standing || record.recordedAt < standing.recordedAt) versions.set(key, record);
}

/** Of each record the highest version known. */
export function newestOf(versions: Iterable<EvidenceRecord>, knownAt: Instant): Iterable<EvidenceRecord> {
  const newest = new Map<string, EvidenceRecord>();
  for (const record of versions) {
    if (record.recordedAt > knownAt) continue;
    const key = recordKey(record);
    const other = newest.get(key);
    if (!other || other.version < record.version) newest.set(key, record);
  }
  return newest.values();
}

function apply({ retracted, fact, person }: EvidenceRecord, holders: Holders): void {
  if (retracted || !fact) return;
  const holder = holderOf(holders, documentKey(person));
  holder.facts.push(fact);
  if (fact.kind !== 'identity') return;
  join(holder, holderOf(holders, documentKey(fact.data.document)));
  join(holder, holderOf(holders, documentKey(fact.data.sameAs)));
}

function rootOf(holder: Holder): Holder {
  let root = holder;
  while (root.parent) {
    // Halving the path keeps the walk short however long the chain of documents is.
    if (root.parent.parent) root.parent = root.parent.parent;
    root = root.parent;
  }
  return root;
}

/** Makes two holders one person; the one that appeared first is the root. */
function join(one: Holder, other: Holder): void {
  const a = rootOf(one);
  const b = rootOf(other);
  if (a.position < b.position) b.parent = a;
  else if (b.position < a.position) a.parent = b;
}

function personsIn(holders: Holders): Person[] {
  const joined = new Map<Holder, string[]>();
  for (const [key, holder] of holders) {
    const root = rootOf(holder);
    if (root === holder) continue;
    for (const fact of holder.facts) root.facts.push(fact);
    root.faulty ||= holder.faulty;
    const keys = joined.get(root);
    if (keys) keys.push(key);
    else joined.set(root, [key]);
  }
  const persons: Person[] = [];
  for (const holder of holders.values()) {
    const { document, facts, parent, faulty } = holder;
    if (document && !parent && !faulty)
      persons.push({ document, facts, joined: joined.get(holder) ?? ALONE });
  }
  return persons;
}
