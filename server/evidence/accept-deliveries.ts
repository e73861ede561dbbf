import { fault } from '../../domain/fault.ts';
import { documentKey } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import { findOrAddPeople, type Holder } from '../people/find-or-add-people.ts';
import type { Db } from '../platform/db/database.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { type Delivery, documentsIn, type Outcome } from './intake.ts';
import { type Quarantining, quarantine } from './quarantine/quarantine-records.ts';
import { settleRecords } from './settle-records.ts';
import type { Item, Settlement } from './settle-versions.ts';
import { addBatches } from './store.ts';
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
  const candidates = deliveries.flatMap((delivery) => delivery.candidates);
  const documents = candidates.flatMap(({ record }) => documentsIn(record));
  const holders = await findOrAddPeople(db, keys, documents, now);
  const { items, refused } = sortOut(deliveries, holders);
  const settled = await settleRecords(db, keys, items, now);
  await writeEvidence(db, settled, holders, now);
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

/** The records that may be settled, and those that may not be stored. */
function sortOut(
  deliveries: readonly Delivery[],
  holders: ReadonlyMap<string, Holder>,
): { readonly items: readonly Item[]; readonly refused: Quarantining[] } {
  const items: Item[] = [];
  const refused: Quarantining[] = [];
  for (const delivery of deliveries) {
    for (const one of delivery.refused) refused.push({ ...one, delivery });
    for (const candidate of delivery.candidates) {
      const holder = holders.get(documentKey(candidate.record.person));
      if (holder && documentsIn(candidate.record).every((document) => holders.has(documentKey(document))))
        items.push({ candidate, delivery, holder });
      else refused.push(quarantining({ candidate, delivery }, [CLOSED]));
    }
  }
  return { items, refused };
}

const CLOSED = fault('person', 'is somebody whose key was destroyed or cannot be opened');

function quarantining(
  { candidate, delivery }: Pick<Item, 'candidate' | 'delivery'>,
  faults: Quarantining['faults'],
): Quarantining {
  const { position, record, raw } = candidate;
  return { position, source: record.source, raw: raw(), faults, delivery };
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
