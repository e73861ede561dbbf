import { applyChanges } from '../../../credential/status/changes.ts';
import { decodeStatus, encodeStatus } from '../../../credential/status/payloads.ts';
import type { Status } from '../../../credential/status-view.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { type LostSlots, lastRestoredAt, slotsLostSince } from '../../record/restorations/store.ts';
import type { Indexes } from '../slots/indexes.ts';
import { baseDueAt, type EpochLists, pictureOf, writeStatuses } from './epoch-lists.ts';
import type { Publishing } from './publisher.ts';
import { type SlotStatuses, statusOfEnded, toldFor } from './read-statuses.ts';
import { type PayloadRow, unsignedFiles } from './store.ts';

/** What the lists have to make up for after the database was restored. */
export interface Lost {
  /** When it was; undefined when it never was. */
  readonly restoredAt: Instant | undefined;
  /** Slots whose bearers are lost; passes of them may be about. */
  readonly slots: readonly LostSlots[];
}

/** A list lasts so long after it was told of a slot for the last time. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** In a second fewer deltas are made than this. */
const NUMBERS_A_SECOND = 32;
/** Clocks differ, and a look takes its time. */
const LEEWAY_SECONDS = 60;
/** Slots that are written at once. */
const TOGETHER = 100_000;

export async function readLost(db: Db, now: Instant, parameters: TrustParameters): Promise<Lost> {
  const { cardMs, otherMs } = toldFor(parameters);
  return {
    restoredAt: await lastRestoredAt(db),
    slots: await slotsLostSince(db, {
      since: now - otherMs - FORGOTTEN_MS,
      cardsSince: now - cardMs - FORGOTTEN_MS,
    }),
  };
}

/**
 * The number with which the lists of an epoch go on after a restore: higher than any that may have been signed for it before,
 * by whatever past, because numbers rise more slowly than seconds times {@link NUMBERS_A_SECOND} since the base was due. 0 for
 * an epoch whose base was due later: nothing of it was lost.
 */
export function numberAfter({ restoredAt }: Lost, epoch: number, parameters: TrustParameters): number {
  if (restoredAt === undefined) return 0;
  const seconds = Math.ceil((restoredAt - baseDueAt(epoch, parameters)) / 1_000) + LEEWAY_SECONDS;
  return seconds <= 0 ? 0 : seconds * NUMBERS_A_SECOND;
}

/**
 * Goes on with lists that a restore has put back: nothing under the numbers that may be lost, and then a sum that says of
 * every index what is so now. Gates that know the lost deltas take it as those do that know nothing, and see the same.
 */
export async function goOn(
  { db, indexes, parameters }: Pick<Publishing, 'db' | 'indexes' | 'parameters'>,
  lists: readonly EpochLists[],
  lost: Lost,
  now: Instant,
): Promise<PayloadRow[]> {
  const rows: PayloadRow[] = [];
  for (const one of lists) {
    const number = numberAfter(lost, one.indexes.epoch, parameters());
    if (number <= one.delta) continue;
    await takeUnsigned(db, one, number);
    writeLost(one, lost, indexes, now, parameters());
    one.delta = number;
    one.sum = number;
    one.holdsFrom = Math.max(one.holdsFrom, now);
    rows.push(pictureSum(one));
  }
  return rows;
}

/** A sum that says of every index what is so, whatever was said before. */
export function pictureSum({ indexes, packed, sum, holdsFrom }: EpochLists): PayloadRow {
  const { epoch } = indexes;
  const size = indexes.capacity + indexes.cardCapacity;
  const changes = pictureOf(packed, size);
  const payload = encodeStatus({ kind: 'sum', epoch, number: sum, holdsFrom, changes });
  return { epoch, kind: 'sum', number: sum, payload };
}

/** What was written down and not signed by the instant to which it was restored may be signed already: it is told in the sum. */
async function takeUnsigned(db: Db, lists: EpochLists, below: number): Promise<void> {
  for (const { epoch, kind, number, payload } of await unsignedFiles(db)) {
    if (epoch !== lists.indexes.epoch || kind !== 'delta' || number >= below) continue;
    const delta = decodeStatus(payload);
    if (delta?.kind === 'delta') applyChanges(lists.packed, delta.changes);
  }
}

/** Writes of slots whose bearers are lost that nothing can be said of them, for as long as passes of them may be about. */
export function writeLost(
  lists: EpochLists,
  { slots }: Lost,
  cards: Indexes,
  now: Instant,
  parameters: TrustParameters,
): void {
  for (const { first, end, lostAt } of slots)
    for (let from = first; from < end; from += TOGETHER) {
      const statuses: SlotStatuses = new Map();
      for (let slot = from; slot < Math.min(end, from + TOGETHER); slot++)
        statuses.set(slot, statusOfEnded(slot, lostAt, now, parameters));
      writeStatuses(lists, statuses, cards, new Map<number, Status>());
    }
}
