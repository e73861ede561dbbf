import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { epochAt } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { KeyError } from '../../platform/keys/key-error.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { openWithRing, sealWithRing } from '../../platform/keys/ring-seal.ts';
import { versionOf } from '../../platform/keys/version-number.ts';
import {
  addCardKey,
  addEpoch,
  cardKey,
  countSlots,
  type EpochRow,
  openEpochRows,
  replaceCardKey,
} from './store.ts';

/** An epoch whose indexes can be told. */
export interface OpenEpoch {
  readonly epoch: number;
  /** Indexes for people and phones; those of cards come after them. */
  readonly capacity: number;
  readonly cardCapacity: number;
  readonly key: KeyObject;
}

/** The keys of the epochs from now on, and that of the cards. */
export interface OpenEpochs {
  readonly epochs: readonly OpenEpoch[];
  readonly cardKey: KeyObject;
}

/** Indexes that nobody bears cost nothing in a list that tells changes, so there are always many. */
export const LEAST_CAPACITY = 1 << 24;
/** Capacities are multiples of this, and cards are permuted among so many that were issued one after the other. */
export const CARD_BLOCK = 1 << 16;
const LEAST_CARD_BLOCKS = 16;
const SPARE = 1.25;
const KEY_BYTES = 32;

/**
 * Opens the epoch of an instant, those to come, so many that a phone may hold passes for all of them, and those before whose
 * keys are not destroyed yet. Those that nobody has made are made. The capacity of an epoch is settled with it,
 * because passes name its indexes from then on.
 *
 * @throws {KeyError} when a key does not open
 */
export async function openEpochs(
  db: Db,
  keys: KeyRing,
  parameters: TrustParameters,
  now: Instant,
): Promise<OpenEpochs> {
  const current = epochAt(now, parameters);
  const last = current + parameters.epochsAhead + 1;
  let rows = await openEpochRows(db);
  if (!rows.some(({ epoch }) => epoch === last)) {
    await addMissing(db, keys, { current, last, rows }, now);
    rows = await openEpochRows(db);
  }
  return {
    epochs: rows.map((row) => openEpoch(keys, row)),
    cardKey: await openCardKey(db, keys, now),
  };
}

async function addMissing(
  db: Db,
  keys: KeyRing,
  {
    current,
    last,
    rows,
  }: { readonly current: number; readonly last: number; readonly rows: readonly EpochRow[] },
  now: Instant,
): Promise<void> {
  const { slots, cards } = await countSlots(db);
  const there = new Set(rows.map(({ epoch }) => epoch));
  for (let epoch = current; epoch <= last; epoch++) {
    if (there.has(epoch)) continue;
    const row = {
      epoch,
      capacity: Math.max(LEAST_CAPACITY, roundUp(slots * SPARE)),
      cardCapacity: Math.max(LEAST_CARD_BLOCKS * CARD_BLOCK, roundUp(cards * SPARE)),
      sealedKey: sealWithRing(keys, 'code', randomBytes(KEY_BYTES), epochContext(epoch)),
    };
    await addEpoch(db, row, now);
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / CARD_BLOCK) * CARD_BLOCK;
}

function openEpoch(keys: KeyRing, { epoch, capacity, cardCapacity, sealedKey }: EpochRow): OpenEpoch {
  const key = openKey(keys, sealedKey, epochContext(epoch));
  return { epoch, capacity, cardCapacity, key };
}

/** Made at the first call, and sealed anew after a rotation: cards outlive the keys of the ring. */
async function openCardKey(db: Db, keys: KeyRing, now: Instant): Promise<KeyObject> {
  let sealed = await cardKey(db);
  if (!sealed) {
    await addCardKey(db, sealWithRing(keys, 'code', randomBytes(KEY_BYTES), CARD_CONTEXT), now);
    sealed = await cardKey(db);
  }
  if (!sealed) throw new KeyError('missing', 'the key of the card indexes is not in the database');
  const key = openKey(keys, sealed, CARD_CONTEXT);
  const state = keys.find('code', versionOf(sealed) ?? 0)?.state;
  // A process that is a step behind takes the newest version for a coming one, and must not seal with an older one.
  if (state === 'former')
    await replaceCardKey(db, sealed, sealWithRing(keys, 'code', key.export(), CARD_CONTEXT));
  return key;
}

function openKey(keys: KeyRing, sealed: Buffer, context: string): KeyObject {
  const bytes = openWithRing(keys, 'code', sealed, context);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

const CARD_CONTEXT = 'card indexes';

function epochContext(epoch: number): string {
  return `epoch ${epoch}`;
}
