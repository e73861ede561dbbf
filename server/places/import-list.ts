import { type Fault, fault } from '../../domain/fault.ts';
import type { PlaceRegister } from '../../domain/places/history.ts';
import { takeList } from '../../domain/places/in-force.ts';
import type { LedgerLine } from '../../domain/places/ledger.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import type { Standing } from '../../domain/places/plausibility.ts';
import type { Snapshot } from '../../domain/places/snapshot.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { Database, Db } from '../platform/db/database.ts';
import { type Coverage, openCoverage } from './coverage.ts';
import { type AreaDocument, pack, readAreaDocument, unpackList, writeDocument } from './read-document.ts';
import { openStanding, packSince } from './standing.ts';
import {
  addDocuments,
  addJudgements,
  coveredAreas,
  type DocumentRow,
  type Head,
  type JudgementRow,
  type KnownDocument,
  knownDocuments,
  lastListOf,
  lastStanding,
  listTimes,
  lockAreas,
  readHead,
} from './store.ts';
import { writeChanges } from './write-changes.ts';

/** What became of a document: what is wrong with it, or the line of the list, or the area. */
export type Outcome =
  | { readonly faults: readonly Fault[] }
  | { readonly line: LedgerLine; readonly held: Fault | undefined }
  | { readonly area: ListedArea };

export interface Importing {
  readonly database: Database;
  /** Where the names of lists are resolved; asked for with the first list that is in force. */
  readonly register: () => PlaceRegister;
  /** Who imports: a client system, or the operator. */
  readonly clientId: string;
  readonly clock: () => Instant;
}

/** Takes official lists and areas into the database. Several of them, in several processes, wait for each other. */
export interface ListImporter {
  /**
   * Takes the JSON values of documents in their order, all in one transaction. A document that was given before
   * changes nothing, whatever was given since; a held list whose time is in `accepted` is then put in force.
   */
  readonly take: (values: readonly unknown[], accepted: ReadonlySet<Instant>) => Promise<readonly Outcome[]>;
  /** Puts the last list of a time in force; undefined when there is none, or it is not held. */
  readonly accept: (time: Instant) => Promise<Outcome | undefined>;
}

/** Years of lists may come at once. What they change is found by its number, whenever it commits. */
const LASTING = { mayLast: true };

export function createListImporter(importing: Importing): ListImporter {
  // What was read is right as long as nobody else has added anything.
  let kept: State | undefined;
  const run = async <T>(work: (db: Db, batch: Batch) => Promise<T>): Promise<T> => {
    const [result, state] = await importing.database.transaction(async (db) => {
      await lockAreas(db);
      const head = await readHead(db);
      const current = kept && isSame(kept.head, head) ? kept : await readState(db, head);
      kept = undefined;
      const batch = openBatch(current, importing);
      return [await work(db, batch), await batch.write(db)];
    }, LASTING);
    kept = state;
    return result;
  };
  return {
    take: (values, accepted) => run((db, batch) => takeAll(db, batch, values, accepted)),
    accept: (time) =>
      run(async (db, batch) => {
        const list = await lastListOf(db, time);
        if (!list || list.heldField === null) return undefined;
        return batch.judge(list.documentId, unpackList(list.content), new Set([time]));
      }),
  };
}

/** What the next list is judged by and compared with. */
interface State {
  readonly head: Head;
  readonly standing: Standing | undefined;
  readonly coverage: Coverage;
  /** The times of the lists in force, in order. */
  readonly times: readonly Instant[];
}

function isSame(one: Head, other: Head): boolean {
  return (
    one.documentId === other.documentId && one.judgement === other.judgement && one.change === other.change
  );
}

async function readState(db: Db, head: Head): Promise<State> {
  const standing = await lastStanding(db);
  return {
    head,
    standing: standing && openStanding(standing),
    coverage: openCoverage(await coveredAreas(db), head.areaId),
    times: await listTimes(db),
  };
}

async function takeAll(
  db: Db,
  batch: Batch,
  values: readonly unknown[],
  accepted: ReadonlySet<Instant>,
): Promise<readonly Outcome[]> {
  const readings = values.map((value) => {
    const { document, faults } = readAreaDocument(value);
    return document ? { document, ...writeDocument(document) } : { faults };
  });
  const digests = readings.flatMap((reading) => ('digest' in reading ? [reading.digest] : []));
  const known = new Map<string, KnownDocument>();
  for (const document of await knownDocuments(db, digests))
    known.set(document.digest.toString('hex'), document);
  return readings.map((reading): Outcome => {
    if ('faults' in reading) return { faults: reading.faults };
    const { document, digest, text } = reading;
    const before = known.get(digest.toString('hex'));
    if (before && !isAccepted(before, document, accepted)) return outcomeOf(document, before);
    const documentId = before?.documentId ?? batch.add(document, digest, text);
    const outcome =
      document.form === 'list'
        ? batch.judge(documentId, document.snapshot, accepted)
        : batch.setArea(document.area);
    const { line = null, held } = 'line' in outcome ? outcome : {};
    known.set(digest.toString('hex'), { documentId, digest, line, heldField: held?.field ?? null });
    return outcome;
  });
}

function isAccepted(
  { heldField }: KnownDocument,
  document: AreaDocument,
  accepted: ReadonlySet<Instant>,
): boolean {
  return document.form === 'list' && heldField !== null && accepted.has(document.snapshot.time);
}

/** What became of a document when it was given before. */
function outcomeOf(document: AreaDocument, { line, heldField }: KnownDocument): Outcome {
  if (document.form === 'area') return { area: document.area };
  const held = heldField === null ? undefined : fault(heldField, line!.rejected!);
  return { line: line!, held };
}

/** The documents of one transaction. */
interface Batch {
  /** Keeps a new document and returns its number. */
  readonly add: (document: AreaDocument, digest: Buffer, text: string) => number;
  readonly judge: (documentId: number, snapshot: Snapshot, accepted: ReadonlySet<Instant>) => Outcome;
  readonly setArea: (area: ListedArea) => Outcome;
  /** Writes everything and returns what the next batch goes by. */
  readonly write: (db: Db) => Promise<State>;
}

function openBatch({ head, coverage, ...before }: State, { register, clientId, clock }: Importing): Batch {
  // A clock that goes back must not put this before what is known already.
  const now = Math.max(clock(), head.receivedAt);
  const documents: DocumentRow[] = [];
  const judgements: JudgementRow[] = [];
  let { standing, times } = before;
  return {
    add: (document, digest, text) => {
      const documentId = head.documentId + documents.length + 1;
      const publishedAt = document.form === 'list' ? document.snapshot.time : null;
      documents.push({ documentId, digest, form: document.form, publishedAt, content: pack(text) });
      return documentId;
    },
    judge: (documentId, snapshot, accepted) => {
      const { line, held, standing: after } = takeList(standing, snapshot, { receivedAt: now, accepted });
      standing = after;
      judgements.push({
        number: head.judgement + judgements.length + 1,
        documentId,
        heldField: held?.field ?? null,
        line,
        listedSince: held || !standing ? null : packSince(standing),
        begunAt: held || !standing ? null : standing.begun,
      });
      if (held) return { line, held };
      const { time } = snapshot;
      coverage.setList(register().listed(snapshot), time, times.find((later) => later > time) ?? NEVER);
      if (!times.includes(time)) times = [...times, time].sort((a, b) => a - b);
      return { line, held };
    },
    setArea: (area) => {
      coverage.setArea(area);
      return { area };
    },
    write: async (db) => {
      await addDocuments(db, documents, { clientId, now });
      await addJudgements(db, judgements, { clientId, now });
      const changed = await writeChanges(db, coverage.takeChanges(), head, now);
      const documentId = head.documentId + documents.length;
      const judgement = head.judgement + judgements.length;
      return { head: { ...changed, documentId, judgement }, standing, coverage, times };
    },
  };
}
