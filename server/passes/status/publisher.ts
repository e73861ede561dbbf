import { randomUUID } from 'node:crypto';
import { encodeStatus } from '../../../credential/status/payloads.ts';
import { endOfEpoch } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Colour } from '../../../domain/colour.ts';
import { type Instant, NEVER, wholeSecond } from '../../../domain/time.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Signing } from '../signing.ts';
import type { Indexes } from '../slots/indexes.ts';
import { destroyEpochKeys } from '../slots/store.ts';
import { goOn, type Lost, numberAfter, pictureSum, readLost } from './after-restoration.ts';
import { type EpochLists, saysOfAll } from './epoch-lists.ts';
import { createFindChanged, type FindChanged } from './find-changed.ts';
import { createForeseen, type Foreseen } from './foresee.ts';
import { createDeltas, takeChanged } from './make-deltas.ts';
import { bringUpToDate } from './open-lists.ts';
import { OF_COLOUR, type StatusSources } from './read-statuses.ts';
import { sumPayload } from './restore-lists.ts';
import { readHeadOf } from './status-files.ts';
import {
  type AppendedRow,
  addPayloads,
  dropFiles,
  dropUnsigned,
  leaveTurn,
  lockTurn,
  type PayloadRow,
  readTurn,
  setHead,
  setLooked,
  setSigned,
  type TurnRow,
  takeTurn,
  unsignedFiles,
} from './store.ts';
import { sweep } from './sweep.ts';

/** What publishing needs. */
export interface Publishing {
  readonly db: Database;
  readonly indexes: Indexes;
  readonly signing: Pick<Signing, 'sign'>;
  readonly sources: StatusSources;
  readonly parameters: () => TrustParameters;
  readonly clock: () => Instant;
  /** How long it is until the next call at most: what comes until then is told in advance. */
  readonly periodMs: number;
  /** How long each call may look over people about whom nothing has happened. */
  readonly sweepMs: number;
  /** How long each call may work out what the clock alone will turn. */
  readonly aheadMs: number;
}

/** What a call has done. */
export interface Ticked {
  /** False while it is another process that publishes. */
  readonly published: boolean;
  /** Indexes with another status, in the lists of all epochs together. */
  readonly changes: number;
  /** Slots of which was told what had been worked out before. */
  readonly foreseen: number;
}

/** Keeps the lists; see docs/status-lists.md. Any number of processes may, and one of them does. */
export interface Publisher {
  /** Looks what changed, and publishes it. What fails is thrown, and done by the next call. */
  readonly tick: () => Promise<Ticked>;
  /** Lets another process publish at once. */
  readonly leave: () => Promise<void>;
}

/** A process that stopped without a word is waited for so long. */
const HELD_MS = 30_000;
/** So many deltas are told in one. */
const DELTAS_A_SUM = 60;
/** A call takes its time: what comes until the next one has ended is told in advance. */
const CALL_MS = 2_000;
/** After its end an epoch is kept for as long as clocks may differ. */
const KEPT_MS = 60_000;

/** What a publisher holds in memory: the lists of the epochs, whom it has told of lately, and what it knows to come. */
export interface Holding {
  readonly lists: Map<number, EpochLists>;
  readonly changed: FindChanged;
  readonly foreseen: Foreseen;
}

const NOTHING: Ticked = { published: false, changes: 0, foreseen: 0 };

export function createPublisher(parts: Publishing): Publisher {
  const holder = randomUUID();
  const holding: Holding = {
    lists: new Map(),
    changed: createFindChanged(),
    foreseen: createForeseen(),
  };
  const forget = () => {
    holding.lists.clear();
    holding.changed.forget();
    holding.foreseen.forget();
  };
  let running: Promise<Ticked> | undefined;
  const run = async (): Promise<Ticked> => {
    try {
      const isOurs = await keepTurn(parts, holder);
      if (!isOurs) forget();
      return isOurs ? await publish(parts, holding, holder) : NOTHING;
    } catch (error) {
      // What stands in memory may be ahead of what was written down.
      forget();
      throw error;
    }
  };
  return {
    tick: () => {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    leave: async () => {
      await running?.catch(() => {});
      await leaveTurn(parts.db, holder);
    },
  };
}

function keepTurn({ db, clock }: Publishing, holder: string): Promise<boolean> {
  const now = clock();
  return takeTurn(db, holder, now, now + HELD_MS);
}

async function publish(parts: Publishing, holding: Holding, holder: string): Promise<Ticked> {
  const { db, indexes, parameters } = parts;
  const now = wholeSecond(parts.clock());
  await indexes.refresh(now);
  // A process before this one may have died after it had written down what to sign.
  await dropUnfinished(parts, holding.lists, now);
  const lost = await readLost(db, now, parameters());
  await signWritten(parts, lost);
  const keep = async () => {
    if (!(await keepTurn(parts, holder))) throw new Error('another process publishes by now');
  };
  const turn = await readTurn(db);
  const made = await bringUpToDate(parts, holding.lists, { now, lookedAt: turn.lookedAt, lost }, keep);
  const endOf = (epoch: number) => endOfEpoch(epoch, parameters());
  const lists = [...holding.lists.values()].filter((one) => endOf(one.indexes.epoch) > now);
  const sums = [...(await goOn(parts, lists, lost, now)), ...(await sumsOf(parts, lists, lost, now))];
  const asOf = Math.max(now, ...lists.map(({ holdsFrom }) => holdsFrom));
  // Lists that were made from nothing rest on what was read since now.
  const lookedAt = made.isFromNothing ? now : turn.lookedAt;
  const span = { lookedAt, asOf, until: now + parts.periodMs + CALL_MS };
  const { foreseen } = holding;
  const changed = await holding.changed.find(db, span, { foreseen, isSaid: saidBy(lists, parts, foreseen) });
  const deltas = createDeltas(lists, indexes, endOf);
  const swept = await sweep(parts, deltas, { after: turn.sweptAfter, asOf });
  await takeChanged(parts.sources, changed, deltas, asOf, keep);
  const rows = [...made.payloads, ...sums, ...deltas.payloads()];
  await writeDown(parts, holder, { rows, lost, swept }, now);
  await signWritten(parts, lost);
  await dropOver(parts, holding.lists, now);
  // A clock that is put back must not make gates believe that somebody keeps newer heads from them.
  const at = Math.max(now, headAtOf(turn));
  await publishHead(parts, holding.lists, holder, at);
  await foreseen.lookAhead(parts.sources, { now, after: span.until, forMs: parts.aheadMs }, keep);
  const told = [...changed.coming.values()].reduce((sum, then) => sum + then.foreseen.size, 0);
  return { published: true, changes: deltas.count(), foreseen: told };
}

/** Whoever turned as it was told need not be looked up when that is concluded. */
function saidBy(lists: readonly EpochLists[], { indexes }: Publishing, foreseen: Foreseen) {
  return ({ personId, assessedAt, colour }: AppendedRow): boolean => {
    const slots = colour === null ? undefined : foreseen.toldSlots(personId);
    if (slots === undefined) return false;
    const status = OF_COLOUR[colour as Colour];
    return lists.every((one) => one.holdsFrom <= assessedAt && saysOfAll(one, slots, status, indexes));
  };
}

/** Of the lists that have many deltas since the last sum, if all of them hold by now. */
async function sumsOf(
  { db, parameters }: Publishing,
  lists: readonly EpochLists[],
  lost: Lost,
  now: Instant,
): Promise<PayloadRow[]> {
  const rows: PayloadRow[] = [];
  for (const one of lists) {
    if (one.delta - one.sum < DELTAS_A_SUM || one.holdsFrom > now) continue;
    const isAfterRestore = numberAfter(lost, one.indexes.epoch, parameters()) > 0;
    if (!isAfterRestore) rows.push(await sumPayload(db, one));
    one.sum = one.delta;
    if (isAfterRestore) rows.push(pictureSum(one));
  }
  return rows;
}

/** Writes down all that is to be signed, and how far was looked, together. */
async function writeDown(
  { db, parameters }: Publishing,
  holder: string,
  {
    rows,
    lost,
    swept,
  }: { readonly rows: readonly PayloadRow[]; readonly lost: Lost; readonly swept: string },
  now: Instant,
): Promise<void> {
  await db.transaction(async (one) => {
    if (!(await lockTurn(one, holder))) throw new Error('another process publishes by now');
    for (const { epoch, kind, number } of await unsignedFiles(one))
      if (kind === 'delta' && number < numberAfter(lost, epoch, parameters()))
        await dropUnsigned(one, epoch, number);
    await addPayloads(one, rows, now);
    await setLooked(one, now, swept);
  });
}

/**
 * What was written down and not signed before its epoch ended is signed no more. What it said is in no list then, so that the
 * lists of that epoch are nothing to go on from.
 */
async function dropUnfinished(
  { db, parameters }: Publishing,
  lists: Map<number, EpochLists>,
  now: Instant,
): Promise<void> {
  const over = (await unsignedFiles(db)).filter(({ epoch }) => endOfEpoch(epoch, parameters()) <= now);
  if (over.length === 0) return;
  lists.clear();
  await dropFiles(db, Math.max(...over.map(({ epoch }) => epoch)) + 1);
}

/** Signs what was written down, in order; but not under a number that may be another's since a restore. */
async function signWritten({ db, signing, parameters }: Publishing, lost: Lost): Promise<void> {
  for (const row of await unsignedFiles(db)) {
    if (row.kind === 'delta' && row.number < numberAfter(lost, row.epoch, parameters())) continue;
    const use = row.kind === 'base' || row.kind === 'token' ? 'status' : 'delta';
    await setSigned(db, row, await signing.sign(use, row.payload));
  }
}

/** Signed each time, so that a gate sees how old its lists are, and that nobody keeps newer ones from it. */
async function publishHead(
  { db, signing }: Publishing,
  lists: ReadonlyMap<number, EpochLists>,
  holder: string,
  at: Instant,
): Promise<void> {
  const epochs = [...lists.values()]
    .map(({ indexes: { epoch, capacity, cardCapacity }, baseAt, delta, sum }) => {
      return { epoch, capacity, cardCapacity, baseAt, delta, sum };
    })
    .sort((one, other) => one.epoch - other.epoch);
  const signed = await signing.sign('delta', encodeStatus({ kind: 'head', at, epochs }));
  if (!(await setHead(db, holder, signed))) throw new Error('another process publishes by now');
}

/** When the last head says that it was made. */
function headAtOf({ head }: TurnRow): Instant {
  return head ? (readHeadOf(head)?.at ?? -NEVER) : -NEVER;
}

/** Lists that are over go whole, and with them what tells whose an index was. */
async function dropOver(
  { db, parameters }: Publishing,
  lists: Map<number, EpochLists>,
  now: Instant,
): Promise<void> {
  const over = [...lists.keys()].filter((epoch) => endOfEpoch(epoch, parameters()) + KEPT_MS <= now);
  if (over.length === 0) return;
  for (const epoch of over) lists.delete(epoch);
  const first = Math.max(...over) + 1;
  await dropFiles(db, first);
  await destroyEpochKeys(db, first);
}
