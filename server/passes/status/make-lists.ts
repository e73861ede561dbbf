import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { encodeStatus } from '../../../credential/status/payloads.ts';
import { encodeToken, TOKEN_ENTRIES } from '../../../credential/status/token.ts';
import { endOfEpoch } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import type { EpochIndexes, Indexes } from '../slots/indexes.ts';
import { endsOf } from '../slots/store.ts';
import { type Lost, writeLost } from './after-restoration.ts';
import { baseOf, type EpochLists, emptyLists, slotsNotGreen, writeStatuses } from './epoch-lists.ts';
import { type SlotStatuses, statusOfEnded } from './read-statuses.ts';
import type { PayloadRow } from './store.ts';

const zip = promisify(deflate);
/** Four indexes a byte. */
const TOKEN_BYTES = TOKEN_ENTRIES / 4;
/** Slots that are looked up at once. */
const TOGETHER = 5_000;

/** When lists are made from others. */
export interface Moment {
  readonly now: Instant;
  /** What the base states. */
  readonly baseAt: Instant;
  readonly lost: Lost;
  readonly parameters: TrustParameters;
}

/**
 * The lists of an epoch from those of another: whoever is not green there is not green here, at another index. Nobody's
 * evidence is opened for it, and they are as old as the others. Slots that ended so long ago that no pass of them is about are left out.
 */
export async function carryOver(
  db: Db,
  from: EpochLists,
  indexes: EpochIndexes,
  cards: Indexes,
  { baseAt, lost, now, parameters }: Moment,
): Promise<EpochLists> {
  const lists = emptyLists(indexes, baseAt);
  let some: SlotStatuses = new Map();
  for (const [slot, status] of slotsNotGreen(from, cards)) {
    some.set(slot, status);
    if (some.size < TOGETHER) continue;
    await write(db, lists, some, cards, now, parameters);
    some = new Map();
  }
  await write(db, lists, some, cards, now, parameters);
  writeLost(lists, lost, cards, now, parameters);
  return lists;
}

async function write(
  db: Db,
  lists: EpochLists,
  statuses: SlotStatuses,
  cards: Indexes,
  now: Instant,
  parameters: TrustParameters,
): Promise<void> {
  const without = [...statuses].filter(([, status]) => status === 1).map(([slot]) => slot);
  for (const { slot, endedAt } of without.length > 0 ? await endsOf(db, without) : [])
    statuses.set(slot, statusOfEnded(slot, endedAt, now, parameters));
  writeStatuses(lists, statuses, cards, new Map());
}

/** What is to be signed of a base: itself, and the same as Status List Tokens (IETF). */
export async function basePayloads(lists: EpochLists, parameters: TrustParameters): Promise<PayloadRow[]> {
  const { epoch } = lists.indexes;
  const rows: PayloadRow[] = [{ epoch, kind: 'base', number: 0, payload: encodeStatus(baseOf(lists)) }];
  for (let number = 0; number * TOKEN_BYTES < lists.packed.length; number++) {
    const part = lists.packed.subarray(number * TOKEN_BYTES, (number + 1) * TOKEN_BYTES);
    const claims = {
      subject: `healthcode:status/${epoch}-t${number}`,
      issuedAt: lists.baseAt,
      expiresAt: endOfEpoch(epoch, parameters),
    };
    const payload = encodeToken(claims, { bits: 2, lst: await zip(part, { level: 9 }) });
    rows.push({ epoch, kind: 'token', number, payload });
  }
  return rows;
}
