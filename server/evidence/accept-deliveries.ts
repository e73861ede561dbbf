import { recordKey } from '../../domain/evidence/record.ts';
import type { Document } from '../../domain/people/document.ts';
import { documentKey } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import { findOrAddPeople, type Holder } from '../people/find-or-add-people.ts';
import type { Db } from '../platform/db/database.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import type { Delivery, Outcome } from './intake.ts';
import { type Quarantining, quarantine } from './quarantine/quarantine-records.ts';
import { type Item, type Settlement, type Stored, settleVersions } from './settle-versions.ts';
import {
  addBatches,
  addFormerVersions,
  addRecords,
  formerVersions,
  type HeadRow,
  headsOf,
  lockHeads,
  setHead,
  type VersionRow,
} from './store.ts';
import { writeEvidence } from './write-evidence.ts';

/** What became of a delivery, record by record, in the order of their positions. */
export interface Receipt {
  readonly batchId: string;
  readonly accepted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly outcomes: readonly Outcome[];
}

/**
 * Takes deliveries into the record, in the transaction of `db`: every record is then accepted, known already, or in
 * quarantine with its reasons, and everyone whom it concerns is due for an assessment (S4).
 */
export async function acceptDeliveries(
  db: Db,
  keys: KeyRing,
  deliveries: readonly Delivery[],
  now: Instant,
): Promise<Receipt[]> {
  const holders = await findOrAddPeople(db, keys, deliveries.flatMap(documentsOf), now);
  const settled = await settle(db, keys, itemsOf(deliveries, holders), now);
  await writeEvidence(db, settled, holders, now);
  const refused: Quarantining[] = deliveries.flatMap((delivery) =>
    delivery.refused.map((one) => ({ ...one, delivery })),
  );
  for (const { refused: some } of settled)
    for (const { item, fault } of some) refused.push(quarantining(item, [fault]));
  const quarantined = await quarantine(db, keys, refused);
  const receipts = receiptsOf(deliveries, settled, quarantined);
  await addBatches(
    db,
    deliveries.map(({ batchId, clientId, receivedAt }, i) => ({
      ...receipts[i]!,
      batchId,
      clientId,
      receivedAt,
    })),
  );
  return receipts;
}

function quarantining({ candidate, delivery }: Item, faults: Quarantining['faults']): Quarantining {
  const { position, record, raw } = candidate;
  return { position, source: record.source, raw: raw(), faults, delivery };
}

function documentsOf({ candidates }: Delivery): Document[] {
  return candidates.flatMap(({ record: { person, fact } }) =>
    fact?.kind === 'identity' ? [person, fact.data.document, fact.data.sameAs] : [person],
  );
}

function itemsOf(deliveries: readonly Delivery[], holders: ReadonlyMap<string, Holder>): Item[] {
  return deliveries.flatMap((delivery) =>
    delivery.candidates.map((candidate) => ({
      candidate,
      delivery,
      holder: holders.get(documentKey(candidate.record.person))!,
    })),
  );
}

/** Settles each record once its row is locked, or shown to hold nothing new. */
async function settle(db: Db, keys: KeyRing, items: readonly Item[], now: Instant): Promise<Settlement[]> {
  const erase = eraseAfter('evidence', now);
  const records = byRecord(items);
  const alone = new Map([...records].map(([key, some]) => [key, settleVersions(keys, NOTHING, some)]));
  // In one order everywhere, so that two batches with the same records wait for each other and never in a circle.
  const heads = [...alone.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { head }]) => head);
  const added = new Set(
    (await addRecords(db, heads, erase)).map(({ recordId, source }) => `${source} ${recordId}`),
  );
  const settled: Settlement[] = [];
  const known: string[] = [];
  const former: VersionRow[] = [];
  for (const [key, settlement] of alone) {
    if (!added.has(key)) known.push(key);
    else {
      settled.push(settlement);
      former.push(...formerOf(settlement, undefined));
    }
  }
  for (const [settlement, head] of await settleKnown(db, keys, known, records, erase)) {
    settled.push(settlement);
    former.push(...formerOf(settlement, head));
    if (settlement.head.version !== head.version) await setHead(db, settlement.head);
  }
  await addFormerVersions(db, former, erase);
  return settled;
}

const NOTHING: Stored = { head: undefined, former: [] };

function byRecord(items: readonly Item[]): Map<string, Item[]> {
  const records = new Map<string, Item[]>();
  for (const item of items) {
    const key = recordKey(item.candidate.record);
    const some = records.get(key);
    if (some) some.push(item);
    else records.set(key, [item]);
  }
  return records;
}

/** The versions of a settlement that are new and are not, or no longer, the highest. */
function formerOf({ fresh, head }: Settlement, before: HeadRow | undefined): VersionRow[] {
  const rows = fresh
    .filter(({ candidate }) => candidate.record.version !== head.version)
    .map(({ candidate: { record, digest }, holder }) => ({
      recordId: record.id,
      source: record.source,
      version: record.version,
      personId: holder.personId,
      digest,
      recordedAt: record.recordedAt,
    }));
  if (before && before.version !== head.version)
    rows.push({ ...before, source: head.source as (typeof rows)[number]['source'] });
  return rows;
}

/** Settles records that somebody has stated before. Only those with a version that is new are locked. */
async function settleKnown(
  db: Db,
  keys: KeyRing,
  known: readonly string[],
  records: ReadonlyMap<string, readonly Item[]>,
  erase: Instant,
): Promise<(readonly [Settlement, HeadRow])[]> {
  if (known.length === 0) return [];
  const idsOf = (some: readonly string[]) =>
    [...new Set(some.map((key) => records.get(key)![0]!.candidate.record.id))].sort();
  const settleAll = async (some: readonly string[], heads: readonly HeadRow[]) => {
    const former = await formerVersions(db, idsOf(some));
    const byKey = new Map(heads.map((head) => [recordKey({ source: head.source, id: head.recordId }), head]));
    return some.map((key) => {
      const head = byKey.get(key)!;
      const own = former.filter(
        ({ source, recordId }) => source === head.source && recordId === head.recordId,
      );
      return [settleVersions(keys, { head, former: own }, records.get(key)!), head] as const;
    });
  };
  const looked = await settleAll(known, await headsOf(db, idsOf(known)));
  const done = looked.filter(([{ fresh }]) => fresh.length === 0);
  const open = known.filter((_, i) => looked[i]![0].fresh.length > 0);
  if (open.length === 0) return done;
  return [...done, ...(await settleAll(open, await lockHeads(db, idsOf(open), erase)))];
}

function receiptsOf(
  deliveries: readonly Delivery[],
  settled: readonly Settlement[],
  quarantined: readonly { readonly delivery: Delivery; readonly outcome: Outcome }[],
): Receipt[] {
  const outcomes = new Map<Delivery, Outcome[]>(deliveries.map((delivery) => [delivery, []]));
  const add = (delivery: Delivery, outcome: Outcome) => outcomes.get(delivery)!.push(outcome);
  for (const { fresh, unchanged } of settled) {
    for (const { candidate, delivery } of fresh)
      add(delivery, { position: candidate.position, outcome: 'accepted' });
    for (const { candidate, delivery } of unchanged)
      add(delivery, { position: candidate.position, outcome: 'unchanged' });
  }
  for (const { delivery, outcome } of quarantined) add(delivery, outcome);
  return deliveries.map((delivery) => {
    const all = outcomes.get(delivery)!.sort((a, b) => a.position - b.position);
    const count = (wanted: Outcome['outcome']) => all.filter(({ outcome }) => outcome === wanted).length;
    return {
      batchId: delivery.batchId,
      accepted: count('accepted'),
      unchanged: count('unchanged'),
      quarantined: count('quarantined'),
      outcomes: all,
    };
  });
}
