import { SOURCES, type Source } from '../../domain/evidence/fact.ts';
import { isObject } from '../../domain/evidence/fields.ts';
import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import { type EvidenceRecord, readRecord } from '../../domain/evidence/record.ts';
import { type Fault, fault } from '../../domain/fault.ts';
import { type Document, readDocument } from '../../domain/people/document.ts';
import { type Instant, parseInstant, printInstant } from '../../domain/time.ts';
import { contentDigest } from '../platform/keys/digest.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { canonicalJson, isDeeperThan } from './canonical-json.ts';
import { type Candidate, type Delivery, documentsIn, type Incoming, type Refused } from './intake.ts';

/** What a client may state, and how its records are read. */
export interface Terms {
  readonly batchId: string;
  readonly clientId: string;
  readonly receivedAt: Instant;
  /** The sources for which the client may speak. */
  readonly sources: readonly string[];
  /** The kinds that each source may state. */
  readonly contracts: ReadonlyMap<string, readonly string[]>;
  readonly lists: ClosedLists;
  /** Whether the records carry `recordedAt` themselves: only those that an operator takes over from an older system. */
  readonly keepsTimes: boolean;
  /** Whether two people have approved what one may not do (S3). */
  readonly approved?: boolean;
}

/** Deeper than any record that has a meaning. */
const DEEPEST = 16;
const LONGEST_ID = 200;
/** Shorter numbers stand in many texts by chance, and nobody is recognised by them. */
const SHORTEST_NUMBER = 6;
const UNREADABLE = /[\p{Cc}\p{Cs}]/u;

/** Reads what a client delivered: records that may be stored, and those that may not, with every reason. */
export function readDelivery(keys: KeyRing, terms: Terms, incoming: readonly Incoming[]): Delivery {
  const candidates: Candidate[] = [];
  const refused: Refused[] = [];
  for (const one of incoming) {
    const read = readOne(keys, terms, one);
    if ('faults' in read) refused.push(read);
    else candidates.push(read);
  }
  const { batchId, clientId, receivedAt } = terms;
  return { batchId, clientId, receivedAt, candidates, refused };
}

function readOne(
  keys: KeyRing,
  terms: Terms,
  { position, value, text, fault: broken }: Incoming,
): Candidate | Refused {
  // What is nested beyond measure cannot be written as JSON again; it is kept where it came as text.
  const isTooDeep = isDeeperThan(value, DEEPEST);
  const raw = () => text ?? (isTooDeep ? '' : JSON.stringify(value));
  const refuse = (faults: readonly Fault[]): Refused => ({
    position,
    source: sourceIn(value),
    raw: raw(),
    faults,
  });
  if (broken) return refuse([broken]);
  if (isTooDeep) return refuse([fault('', 'is nested too deeply')]);
  const { reading, times } = readTimed(value, terms);
  if (reading.faults) return refuse([...times, ...reading.faults]);
  const faults = [...times, ...faultsOfTerms(reading.record, terms)];
  if (faults.length > 0) return refuse(faults);
  const { record, statement } = reading;
  const content = canonicalJson(statement!.content);
  return {
    position,
    record,
    content,
    digest: contentDigest(keys, content),
    data: record.fact ? JSON.stringify((value as { data: unknown }).data) : undefined,
    raw,
    approved: terms.approved === true,
  };
}

/** Reads a record with the time at which the service learned it: its own, or that of the receipt (contract.md). */
function readTimed(value: unknown, { receivedAt, keepsTimes, lists }: Terms) {
  if (keepsTimes || !isObject(value))
    return { reading: readRecord(value, lists), times: tooLate(value, receivedAt) };
  const times =
    value.recordedAt === undefined ? [] : [fault('recordedAt', 'is set by the service and cannot be given')];
  return { reading: readRecord({ ...value, recordedAt: printInstant(receivedAt) }, lists), times };
}

function tooLate(value: unknown, receivedAt: Instant): Fault[] {
  const stated =
    isObject(value) && typeof value.recordedAt === 'string' ? parseInstant(value.recordedAt) : Number.NaN;
  return stated > receivedAt ? [fault('recordedAt', 'must not lie in the future')] : [];
}

/** What the client, the contract of the source, or the form of keys speaks against (S4). */
function faultsOfTerms(record: EvidenceRecord, { sources, contracts }: Terms): Fault[] {
  const { source, id } = record;
  const faults: Fault[] = [];
  if (!sources.includes(source)) faults.push(fault('source', 'is no source for which this client may speak'));
  else if (!kindsOf(contracts, source).includes(record.kind))
    faults.push(fault('kind', `is not in the contract of ${source}`));
  return [...faults, ...faultsOfId(id, documentsIn(record))];
}

/** What speaks against the key of a record. It is stored in the clear, so nobody may be recognised by it (D3). */
function faultsOfId(id: string, documents: readonly Document[]): Fault[] {
  if (id.length > LONGEST_ID) return [fault('id', `must have at most ${LONGEST_ID} characters`)];
  const faults: Fault[] = [];
  if (UNREADABLE.test(id)) faults.push(fault('id', 'must not hold control characters'));
  const plain = id.normalize('NFKC').toUpperCase();
  const isTold = documents.some(({ number }) => number.length >= SHORTEST_NUMBER && plain.includes(number));
  if (isTold || holdsResidentNumber(plain))
    faults.push(fault('id', 'must not hold the number of a document'));
  return faults;
}

function kindsOf(contracts: ReadonlyMap<string, readonly string[]>, source: Source): readonly string[] {
  return contracts.get(source) ?? [];
}

/** The source as stated, if there is one; for the list of what waits. */
function sourceIn(value: unknown): string | undefined {
  return isObject(value) ? SOURCES.find((source) => source === value.source) : undefined;
}

function holdsResidentNumber(text: string): boolean {
  return [...text.matchAll(/(?=(\d{17}[\dX]))/g)].some(([, number]) =>
    readDocument({ type: 'resident-id', number }, '', []),
  );
}
