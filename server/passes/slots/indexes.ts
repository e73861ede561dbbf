import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { createRecentMap } from '../../platform/memory/recent-map.ts';
import { CARD_BLOCK, type OpenEpoch, type OpenEpochs, openEpochs } from './epochs.ts';
import { createPermutation, type Permutation } from './permutation.ts';

/** Which index a slot has. Everything but `refresh` answers at once. */
export interface Indexes {
  /** The index of a person or a phone in the lists of an epoch; undefined when the epoch is not open, or has no room. */
  readonly indexOf: (epoch: number, slot: number) => number | undefined;
  /** The slot that has an index in an epoch, whether anybody bears it or not. */
  readonly slotOf: (epoch: number, index: number) => number | undefined;
  /** The index of a card among cards: the same in each epoch. */
  readonly cardIndexOf: (slot: number) => number;
  readonly slotOfCard: (cardIndex: number) => number;
  readonly find: (epoch: number) => EpochIndexes | undefined;
  /** Reads the epochs of an instant, and makes those that nobody has made. */
  readonly refresh: (now: Instant) => Promise<void>;
}

/** The indexes of one epoch. */
export interface EpochIndexes extends Omit<OpenEpoch, 'key'> {
  readonly permutation: Permutation;
}

/** Where the numbers of card slots begin; as in the database. */
export const FIRST_CARD_SLOT = 2 ** 40;

export function isCardSlot(slot: number): boolean {
  return slot >= FIRST_CARD_SLOT;
}

/** Opens the indexes of an installation at an instant. */
export async function openIndexes(
  db: Db,
  keys: KeyRing,
  parameters: () => TrustParameters,
  now: Instant,
): Promise<Indexes> {
  const open = (at: Instant) => openEpochs(db, keys, parameters(), at);
  const first = await open(now);
  let epochs = indexesOf(first, new Map());
  const cards = cardIndexes(first.cardKey);
  return {
    indexOf: (epoch, slot) => {
      const permutation = epochs.get(epoch)?.permutation;
      return permutation && slot < permutation.size ? permutation.forward(slot) : undefined;
    },
    slotOf: (epoch, index) => {
      const permutation = epochs.get(epoch)?.permutation;
      return permutation && index < permutation.size ? permutation.inverse(index) : undefined;
    },
    ...cards,
    find: (epoch) => epochs.get(epoch),
    refresh: async (at) => {
      epochs = indexesOf(await open(at), epochs);
    },
  };
}

/** Tables are made once for each epoch. */
function indexesOf(
  { epochs }: OpenEpochs,
  known: ReadonlyMap<number, EpochIndexes>,
): ReadonlyMap<number, EpochIndexes> {
  return new Map(
    epochs.map(({ epoch, capacity, cardCapacity, key }) => {
      const made = known.get(epoch);
      return [
        epoch,
        made ?? { epoch, capacity, cardCapacity, permutation: createPermutation(key, capacity) },
      ];
    }),
  );
}

/** 12 KiB each. */
const REMEMBERED_BLOCKS = 1_024;

/**
 * The indexes of cards: each 65,536 that were issued one after the other are permuted among each other, with a key of their
 * own, so that there is always room for more and none ever moves.
 */
function cardIndexes(key: KeyObject): Pick<Indexes, 'cardIndexOf' | 'slotOfCard'> {
  const blocks = createRecentMap<number, Permutation>(REMEMBERED_BLOCKS);
  const permutationOf = (block: number): Permutation => {
    const known = blocks.get(block);
    if (known) return known;
    const secret = createHmac('sha256', key).update(`block ${block}`).digest();
    const made = createPermutation(createSecretKey(secret), CARD_BLOCK);
    blocks.set(block, made);
    return made;
  };
  const within = (number: number, move: (permutation: Permutation, inside: number) => number): number => {
    const block = Math.floor(number / CARD_BLOCK);
    return block * CARD_BLOCK + move(permutationOf(block), number % CARD_BLOCK);
  };
  return {
    cardIndexOf: (slot) => within(slot - FIRST_CARD_SLOT, ({ forward }, inside) => forward(inside)),
    slotOfCard: (cardIndex) => FIRST_CARD_SLOT + within(cardIndex, ({ inverse }, inside) => inverse(inside)),
  };
}
