import { recordKey } from '../../domain/evidence/record.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import { type Item, type Settlement, type Stored, settleVersions } from './settle-versions.ts';
import {
  addFormerVersions,
  addRecords,
  formerVersions,
  type HeadRow,
  headsOf,
  lockRecord,
  setHead,
  type VersionRow,
} from './store.ts';

/** The items of each record, by its key. */
type Records = ReadonlyMap<string, readonly Item[]>;

/** What a record comes to, and its highest version before, when it had one. */
interface Settled {
  readonly settlement: Settlement;
  readonly before: HeadRow | undefined;
}

const NOTHING: Stored = { head: undefined, former: [] };

/** Settles what records come to, and writes down which version of each is the highest, in the transaction of `db`. */
export async function settleRecords(
  db: Db,
  keys: KeyRing,
  items: readonly Item[],
  now: Instant,
): Promise<Settlement[]> {
  const erase = eraseAfter('evidence', now);
  const records = byRecord(items);
  const alone = new Map([...records].map(([key, some]) => [key, settleVersions(keys, NOTHING, some)]));
  // In one order everywhere, so that two batches with the same records wait for each other and never in a circle.
  const added = await addRecords(
    db,
    inOrder(alone).map(([, { head }]) => head),
    erase,
  );
  const isNew = new Set(added.map(({ source, recordId }) => recordKey({ source, id: recordId })));
  const known = new Map([...records].filter(([key]) => !isNew.has(key)));
  const settled: Settled[] = [...alone]
    .filter(([key]) => isNew.has(key))
    .map(([, settlement]) => ({ settlement, before: undefined }));
  for (const one of await settleKnown(db, keys, known)) {
    settled.push(one);
    if (one.settlement.fresh.length > 0) await setHead(db, one.settlement.head, erase);
  }
  await addFormerVersions(db, settled.flatMap(formerOf), erase);
  return settled.map(({ settlement }) => settlement);
}

function byRecord(items: readonly Item[]): Records {
  const records = new Map<string, Item[]>();
  for (const item of items) {
    const key = recordKey(item.candidate.record);
    const some = records.get(key);
    if (some) some.push(item);
    else records.set(key, [item]);
  }
  return records;
}

function inOrder<T>(byKey: ReadonlyMap<string, T>): [string, T][] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Settles records that somebody has stated before. Only those with a version that is new are locked. */
async function settleKnown(db: Db, keys: KeyRing, records: Records): Promise<Settled[]> {
  if (records.size === 0) return [];
  const looked = await settleStored(db, keys, records);
  const open = new Map([...looked].filter(([, { settlement }]) => settlement.fresh.length > 0));
  if (open.size === 0) return [...looked.values()];
  for (const [, { settlement }] of inOrder(open)) await lockRecord(db, settlement.head);
  const locked = new Map([...records].filter(([key]) => open.has(key)));
  return [...new Map([...looked, ...(await settleStored(db, keys, locked))]).values()];
}

async function settleStored(
  db: Db,
  keys: KeyRing,
  records: Records,
): Promise<ReadonlyMap<string, Required<Settled>>> {
  const stored = await storedOf(db, [...records.values()]);
  return new Map(
    [...records].map(([key, items]) => {
      const one = stored.get(key);
      // It was there a moment ago: it has just been erased, and is new when this is done once more.
      if (!one) throw new DatabaseError('conflict', '40001', 'a record was erased while a version came');
      return [key, { settlement: settleVersions(keys, one, items), before: one.head }];
    }),
  );
}

async function storedOf(db: Db, records: readonly (readonly Item[])[]): Promise<ReadonlyMap<string, Stored>> {
  const ids = [...new Set(records.map(([first]) => first!.candidate.record.id))];
  const stored = new Map<string, { readonly head: HeadRow; readonly former: VersionRow[] }>();
  for (const head of await headsOf(db, ids)) stored.set(keyOf(head), { head, former: [] });
  for (const version of await formerVersions(db, ids)) stored.get(keyOf(version))?.former.push(version);
  return stored;
}

function keyOf({ source, recordId }: VersionRow): string {
  return recordKey({ source, id: recordId });
}

/** The versions of a settlement that are new and not the highest, and the one that is not the highest any more. */
function formerOf({ settlement: { fresh, head }, before }: Settled): VersionRow[] {
  const rows: VersionRow[] = fresh
    .filter(({ candidate }) => candidate.record.version !== head.version)
    .map(({ candidate: { record, digest }, holder }) => ({
      recordId: record.id,
      source: record.source,
      version: record.version,
      personId: holder.personId,
      digest,
      recordedAt: record.recordedAt,
    }));
  return before && before.version !== head.version ? [...rows, before] : rows;
}
