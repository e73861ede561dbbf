import {
  applyChanges,
  type Changes,
  changesFromGreen,
  eachOther,
} from '../../../credential/status/changes.ts';
import { createPacked, type Packed, setStatus, statusAt } from '../../../credential/status/packed.ts';
import type { Base, Delta } from '../../../credential/status/payloads.ts';
import type { Status } from '../../../credential/status-view.ts';
import { startOfEpoch } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import { type EpochIndexes, type Indexes, isCardSlot } from '../slots/indexes.ts';

/** The lists of an epoch, as whoever publishes has them: 2 bits an index, after all deltas that were made. */
export interface EpochLists {
  readonly indexes: EpochIndexes;
  readonly packed: Packed;
  readonly baseAt: Instant;
  /** The number of the last delta, and from when on it holds. */
  delta: number;
  holdsFrom: Instant;
  /** The number of the last sum. */
  sum: number;
}

/** The base of an epoch is there so long before it begins. */
const AHEAD_MS = 30 * 60_000;

/** When the base of an epoch has to be there. */
export function baseDueAt(epoch: number, parameters: TrustParameters): Instant {
  return startOfEpoch(epoch, parameters) - AHEAD_MS;
}

export function emptyLists(indexes: EpochIndexes, baseAt: Instant): EpochLists {
  const packed = createPacked(indexes.capacity + indexes.cardCapacity);
  return { indexes, packed, baseAt, delta: 0, holdsFrom: baseAt, sum: 0 };
}

/** The lists as they were published. */
export function listsOf(indexes: EpochIndexes, base: Base): EpochLists {
  const lists = emptyLists(indexes, base.at);
  applyChanges(lists.packed, base.changes);
  return lists;
}

export function addDelta(lists: EpochLists, { number, holdsFrom, changes }: Delta): void {
  applyChanges(lists.packed, changes);
  lists.delta = number;
  lists.holdsFrom = Math.max(lists.holdsFrom, holdsFrom);
}

/** Where a slot stands in the lists of an epoch; undefined when there is no room for it. */
export function placeOf({ indexes }: EpochLists, slot: number, cards: Cards): number | undefined {
  const { capacity, cardCapacity, permutation } = indexes;
  if (!isCardSlot(slot)) return slot < capacity ? permutation.forward(slot) : undefined;
  const cardIndex = cards.cardIndexOf(slot);
  return cardIndex < cardCapacity ? capacity + cardIndex : undefined;
}

type Cards = Pick<Indexes, 'cardIndexOf' | 'slotOfCard'>;

/** Writes the statuses of slots into the lists, and adds to `changed` which indexes have another one than before. */
export function writeStatuses(
  lists: EpochLists,
  statuses: ReadonlyMap<number, Status>,
  cards: Cards,
  changed: Map<number, Status>,
): void {
  for (const [slot, status] of statuses) {
    const place = placeOf(lists, slot, cards);
    if (place === undefined || statusAt(lists.packed, place) === status) continue;
    setStatus(lists.packed, place, status);
    changed.set(place, status);
  }
}

/** Whether the lists say a status of each of some slots, as far as there is room for them. */
export function saysOfAll(
  lists: EpochLists,
  slots: readonly number[],
  status: Status,
  cards: Cards,
): boolean {
  return slots.every((slot) => {
    const place = placeOf(lists, slot, cards);
    return place === undefined || statusAt(lists.packed, place) === status;
  });
}

/** The slots that are not green, with their statuses. */
export function* slotsNotGreen({ indexes, packed }: EpochLists, cards: Cards): Generator<[number, Status]> {
  const { capacity, permutation } = indexes;
  const places: [number, Status][] = [];
  eachOther(packed, (place, status) => places.push([place, status]));
  for (const [place, status] of places) {
    const isCard = place >= capacity;
    yield [isCard ? cards.slotOfCard(place - capacity) : permutation.inverse(place), status];
  }
}

/** Of each of the first indexes what is so, the green ones too. */
export function pictureOf(packed: Packed, size: number): Changes {
  const counts = [0, 0, 0, 0];
  for (let index = 0; index < size; index++) counts[statusAt(packed, index)]!++;
  const lists = counts.map((count) => new Uint32Array(count)) as unknown as Changes;
  const filled = [0, 0, 0, 0];
  for (let index = 0; index < size; index++) {
    const status = statusAt(packed, index);
    lists[status][filled[status]!++] = index;
  }
  return lists;
}

/** The base list that says what the lists say now. */
export function baseOf({ indexes, packed, baseAt }: EpochLists): Base {
  const { epoch, capacity, cardCapacity } = indexes;
  return { kind: 'base', epoch, capacity, cardCapacity, at: baseAt, changes: changesFromGreen(packed) };
}
