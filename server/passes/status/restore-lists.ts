import { parseSign1 } from '../../../credential/cose/sign1.ts';
import { joinChanges } from '../../../credential/status/changes.ts';
import { decodeStatus, encodeStatus, type StatusPayload } from '../../../credential/status/payloads.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import type { EpochIndexes } from '../slots/indexes.ts';
import { addDelta, type EpochLists, listsOf } from './epoch-lists.ts';
import { lastNumbers, type PayloadRow, type SignedRow, signedFiles } from './store.ts';

/** The lists of an epoch as they were published; undefined when they were not. */
export async function restoreLists(db: Db, indexes: EpochIndexes): Promise<EpochLists | undefined> {
  const { epoch } = indexes;
  const [row] = await signedFiles(db, epoch, 'base', -1);
  const base = row && payloadOf(row);
  if (base?.kind !== 'base') return undefined;
  const lists = listsOf(indexes, base);
  const last = new Map((await lastNumbers(db, epoch)).map(({ kind, number }) => [kind, number]));
  const sumNumber = last.get('sum') ?? 0;
  const [summed] = sumNumber > 0 ? await signedFiles(db, epoch, 'sum', sumNumber - 1) : [];
  const sum = summed && payloadOf(summed);
  if (sum?.kind === 'sum') {
    addDelta(lists, { ...sum, kind: 'delta' });
    lists.sum = sum.number;
  }
  await followLists(db, lists);
  return lists;
}

/** Adds the deltas to lists that somebody else has published since. */
export async function followLists(db: Db, lists: EpochLists): Promise<void> {
  for (const row of await signedFiles(db, lists.indexes.epoch, 'delta', lists.delta)) {
    const delta = payloadOf(row);
    if (delta?.kind === 'delta') addDelta(lists, delta);
  }
}

/** The payload of the sum of all deltas so far, made from the sum before and the deltas since. */
export async function sumPayload(db: Db, lists: EpochLists): Promise<PayloadRow> {
  const { epoch } = lists.indexes;
  const before = lists.sum > 0 ? await signedFiles(db, epoch, 'sum', lists.sum - 1) : [];
  const since = await signedFiles(db, epoch, 'delta', lists.sum);
  const changes = [...before.slice(0, 1), ...since].map((row) => {
    const payload = payloadOf(row);
    if (payload?.kind !== 'sum' && payload?.kind !== 'delta')
      throw new Error('a list in the database is none');
    return payload.changes;
  });
  const holdsFrom: Instant = lists.holdsFrom;
  const sum = { kind: 'sum' as const, epoch, number: lists.delta, holdsFrom, changes: joinChanges(changes) };
  return { epoch, kind: 'sum', number: lists.delta, payload: encodeStatus(sum) };
}

/** What stands in a signed list of ours. */
function payloadOf({ signed }: SignedRow): StatusPayload | undefined {
  const message = parseSign1(signed);
  return message && decodeStatus(message.payload);
}
