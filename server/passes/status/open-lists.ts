import { epochAt } from '../../../credential/trust/epochs.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import { FIRST_CARD_SLOT } from '../slots/indexes.ts';
import { type Lost, numberAfter, writeLost } from './after-restoration.ts';
import { baseDueAt, type EpochLists, emptyLists } from './epoch-lists.ts';
import { createDeltas } from './make-deltas.ts';
import { basePayloads, carryOver, type Moment } from './make-lists.ts';
import type { Publishing } from './publisher.ts';
import { followLists, restoreLists } from './restore-lists.ts';
import { lastEpochWithBase, type PayloadRow } from './store.ts';
import { sweepEverybody, sweepSlots } from './sweep.ts';

/** Bases that were made, to be signed. */
export interface Made {
  readonly payloads: readonly PayloadRow[];
  /** Whether everybody was looked at, because there was no list to start from. */
  readonly isFromNothing: boolean;
}

/** When a base is due, the last look was no longer ago than this, if all goes well. */
const LOOKED_MS = 60_000;

/** As of when lists are made. */
interface Looked {
  readonly now: Instant;
  /** Until when the published ones say what is known. */
  readonly lookedAt: Instant;
  readonly lost: Lost;
}

/**
 * Brings the lists in memory to where the published ones are, and makes those that have to be there and are not: those of
 * this epoch, and of the next one shortly before it begins. `lookedAt` says until when the published ones say what is known.
 */
export async function bringUpToDate(
  parts: Publishing,
  lists: Map<number, EpochLists>,
  { now, lookedAt, lost }: Looked,
  keep: () => Promise<void>,
): Promise<Made> {
  const { db, indexes, parameters } = parts;
  const current = epochAt(now, parameters());
  const isSoon = now >= baseDueAt(current + 1, parameters());
  const wanted = isSoon ? [current, current + 1] : [current];
  for (const one of lists.values()) await followLists(db, one);
  const last = await lastEpochWithBase(db, current + 1);
  for (const epoch of new Set([...wanted, current - 1, ...(last === undefined ? [] : [last])])) {
    const found = indexes.find(epoch);
    if (!found || lists.has(epoch)) continue;
    const restored = await restoreLists(db, found);
    if (restored) lists.set(epoch, restored);
  }
  return makeMissing(parts, lists, wanted, { now, lookedAt, lost }, keep);
}

async function makeMissing(
  parts: Publishing,
  lists: Map<number, EpochLists>,
  wanted: readonly number[],
  { now, lookedAt, lost }: Looked,
  keep: () => Promise<void>,
): Promise<Made> {
  const payloads: PayloadRow[] = [];
  let isFromNothing = false;
  for (const epoch of wanted) {
    if (lists.has(epoch)) continue;
    const indexes = parts.indexes.find(epoch);
    // Its key was lost with a restore.
    if (!indexes) continue;
    const from = newest(lists);
    isFromNothing ||= from === undefined;
    // After an outage the lists before are old, and what has changed since comes with the first deltas.
    const knownAt = isFromNothing ? now : Math.min(now, lookedAt);
    const parameters = parts.parameters();
    const due = baseDueAt(epoch, parameters) - LOOKED_MS;
    // After a restore it states what the one that is lost did, so that gates go on; a sum says all anew.
    const baseAt = numberAfter(lost, epoch, parameters) > 0 ? due : Math.min(due, knownAt);
    const moment = { now, baseAt, lost, parameters };
    const made = from
      ? await carryOver(parts.db, from, indexes, parts.indexes, moment)
      : await fromNothing(parts, emptyLists(indexes, baseAt), moment, keep);
    if (from) await addBeyond(parts, from, made, now, keep);
    lists.set(epoch, made);
    payloads.push(...(await basePayloads(made, parts.parameters())));
    await keep();
  }
  return { payloads, isFromNothing };
}

/** Who had no room in the lists before is in none that was made from them. */
async function addBeyond(
  parts: Publishing,
  { indexes }: EpochLists,
  made: EpochLists,
  now: Instant,
  keep: () => Promise<void>,
): Promise<void> {
  const deltas = createDeltas([made], parts.indexes, () => NEVER);
  const { capacity, cardCapacity } = made.indexes;
  const [cards, lastCard] = [indexes.cardCapacity, cardCapacity].map((room) => FIRST_CARD_SLOT + room);
  await sweepSlots(parts, deltas, { from: indexes.capacity, before: capacity, now }, keep);
  await sweepSlots(parts, deltas, { from: cards!, before: lastCard!, now }, keep);
}

function newest(lists: ReadonlyMap<number, EpochLists>): EpochLists | undefined {
  return lists.get(Math.max(...lists.keys()));
}

async function fromNothing(
  parts: Publishing,
  empty: EpochLists,
  { now, lost, parameters }: Moment,
  keep: () => Promise<void>,
): Promise<EpochLists> {
  await sweepEverybody(
    parts,
    createDeltas([empty], parts.indexes, () => NEVER),
    now,
    keep,
  );
  writeLost(empty, lost, parts.indexes, now, parameters);
  return empty;
}
