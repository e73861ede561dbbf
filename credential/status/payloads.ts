import type { Instant } from '../../domain/time.ts';
import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborValue, isArray, isCount } from '../cbor/value.ts';
import { type Changes, decodeChanges, encodeChanges } from './changes.ts';

/** The numbers of the payloads, the first item of each: so none is ever taken for another. */
const KIND = { base: 1, delta: 2, sum: 3, head: 4 } as const;

/** How many indexes an epoch has; those of cards come after the others. */
export interface EpochSize {
  readonly epoch: number;
  readonly capacity: number;
  readonly cardCapacity: number;
}

/** All that is not green at an instant: `[1, epoch, capacity, cardCapacity, at, changes]`. */
export interface Base extends EpochSize {
  readonly kind: 'base';
  readonly at: Instant;
  readonly changes: Changes;
}

/**
 * What another status from an instant on: `[2, epoch, number, holdsFrom, changes]`. Numbers of an epoch rise by one, and
 * `holdsFrom` never goes back.
 */
export interface Delta {
  readonly kind: 'delta';
  readonly epoch: number;
  readonly number: number;
  readonly holdsFrom: Instant;
  readonly changes: Changes;
}

/** The deltas from 1 to `number` in one: `[3, epoch, number, holdsFrom, changes]`. All of them hold when it is made. */
export interface Sum extends Omit<Delta, 'kind'> {
  readonly kind: 'sum';
}

/** An epoch of which there are lists. */
export interface HeadEpoch extends EpochSize {
  readonly baseAt: Instant;
  /** The number of the latest delta, and of the latest sum; 0 when there is none. */
  readonly delta: number;
  readonly sum: number;
}

/** Which lists there are: `[4, at, [[epoch, capacity, cardCapacity, baseAt, delta, sum], …]]`, epochs rising. */
export interface Head {
  readonly kind: 'head';
  readonly at: Instant;
  readonly epochs: readonly HeadEpoch[];
}

export type StatusPayload = Base | Delta | Sum | Head;

/** A list says more about fewer than this. */
export const MOST_INDEXES = 2 ** 32;

/** Writes a payload. Instants are whole seconds. */
export function encodeStatus(payload: StatusPayload): Uint8Array {
  return encodeCbor(itemsOf(payload));
}

function itemsOf(payload: StatusPayload): CborValue {
  switch (payload.kind) {
    case 'base': {
      const { epoch, capacity, cardCapacity, at, changes } = payload;
      return [KIND.base, epoch, capacity, cardCapacity, at / 1_000, encodeChanges(changes)];
    }
    case 'delta':
    case 'sum': {
      const { kind, epoch, number, holdsFrom, changes } = payload;
      return [KIND[kind], epoch, number, holdsFrom / 1_000, encodeChanges(changes)];
    }
    case 'head':
      return [
        KIND.head,
        payload.at / 1_000,
        payload.epochs.map(({ epoch, capacity, cardCapacity, baseAt, delta, sum }) => {
          return [epoch, capacity, cardCapacity, baseAt / 1_000, delta, sum];
        }),
      ];
  }
}

/** Reads a payload; undefined for anything that `encodeStatus` does not write. */
export function decodeStatus(bytes: Uint8Array): StatusPayload | undefined {
  const items = decodeCbor(bytes);
  if (!isArray(items)) return undefined;
  const [kind, ...rest] = items;
  switch (kind) {
    case KIND.base:
      return readBase(rest);
    case KIND.delta:
      return readDelta(rest, 'delta');
    case KIND.sum:
      return readDelta(rest, 'sum');
    case KIND.head:
      return readHead(rest);
    default:
      return undefined;
  }
}

function readBase(items: readonly CborValue[]): Base | undefined {
  const [epoch, capacity, cardCapacity, at, value] = items;
  if (items.length !== 5 || !isCount(epoch) || !isSize(capacity) || !isSize(cardCapacity)) return undefined;
  if (!isSeconds(at) || capacity + cardCapacity > MOST_INDEXES) return undefined;
  const changes = decodeChanges(value, capacity + cardCapacity);
  return changes && { kind: 'base', epoch, capacity, cardCapacity, at: at * 1_000, changes };
}

function readDelta<Kind extends 'delta' | 'sum'>(
  items: readonly CborValue[],
  kind: Kind,
): (Omit<Delta, 'kind'> & { readonly kind: Kind }) | undefined {
  const [epoch, number, holdsFrom, value] = items;
  if (items.length !== 4 || !isCount(epoch) || !isCount(number) || number === 0) return undefined;
  if (!isSeconds(holdsFrom)) return undefined;
  const changes = decodeChanges(value, MOST_INDEXES);
  return changes && { kind, epoch, number, holdsFrom: holdsFrom * 1_000, changes };
}

function readHead(items: readonly CborValue[]): Head | undefined {
  const [at, list] = items;
  if (items.length !== 2 || !isSeconds(at) || !isArray(list)) return undefined;
  const epochs: HeadEpoch[] = [];
  for (const item of list) {
    const one = readHeadEpoch(item);
    if (!one || one.epoch <= (epochs.at(-1)?.epoch ?? -1)) return undefined;
    epochs.push(one);
  }
  return { kind: 'head', at: at * 1_000, epochs };
}

function readHeadEpoch(item: CborValue): HeadEpoch | undefined {
  if (!isArray(item) || item.length !== 6) return undefined;
  const [epoch, capacity, cardCapacity, baseAt, delta, sum] = item;
  if (!isCount(epoch) || !isSize(capacity) || !isSize(cardCapacity) || !isSeconds(baseAt)) return undefined;
  if (!isCount(delta) || !isCount(sum) || sum > delta) return undefined;
  return { epoch, capacity, cardCapacity, baseAt: baseAt * 1_000, delta, sum };
}

function isSize(value: CborValue | undefined): value is number {
  return isCount(value, MOST_INDEXES) && value > 0;
}

/** An instant as seconds, so early that milliseconds are exact. */
function isSeconds(value: CborValue | undefined): value is number {
  return isCount(value, 2 ** 40);
}
