import type { Db } from '../../platform/db/database.ts';
import { contentDigests } from '../../platform/keys/digest.ts';
import { contextOf } from '../../platform/keys/envelope.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { sealQuarantined } from '../../platform/keys/quarantine.ts';
import { eraseAfter } from '../../record/retention.ts';
import type { Delivery, Outcome, Refused } from '../intake.ts';
import { addQuarantined, itemsAmong } from './store.ts';

/** A record that goes into quarantine, and the delivery it came in. */
export interface Quarantining extends Refused {
  readonly delivery: Delivery;
}

/** Puts records into quarantine, sealed, with every reason (S4). */
export async function quarantine(
  db: Db,
  keys: KeyRing,
  refused: readonly Quarantining[],
): Promise<{ readonly delivery: Delivery; readonly outcome: Outcome }[]> {
  if (refused.length === 0) return [];
  const items = await identify(db, keys, refused);
  const [first] = items;
  await addQuarantined(
    db,
    items.map(({ itemId, position, source, raw, faults, delivery }) => ({
      itemId,
      batchId: delivery.batchId,
      position,
      clientId: delivery.clientId,
      source: source ?? null,
      sealedRecord: sealQuarantined(keys, raw, quarantineContext(itemId)),
      faults,
      receivedAt: delivery.receivedAt,
    })),
    eraseAfter('working', first!.delivery.receivedAt),
  );
  return items.map(({ itemId, position, faults, delivery }) => ({
    delivery,
    outcome: { position, outcome: 'quarantined', itemId, faults },
  }));
}

/**
 * Gives each record the id under which the same record of the same client with the same faults is there already,
 * whichever version of the key made it, so that sending it again adds nothing; one that is new gets the id of the current
 * version. With other faults it is another item: what is to be done about it is something else.
 */
async function identify(
  db: Db,
  keys: KeyRing,
  refused: readonly Quarantining[],
): Promise<(Quarantining & { readonly itemId: string })[]> {
  const items = refused.map((one) => ({ ...one, itemIds: itemIdsOf(keys, one) }));
  const isRotating = keys.live('digest').length > 1;
  const ids = isRotating ? items.flatMap(({ itemIds }) => itemIds) : [];
  const there = new Set(isRotating ? await itemsAmong(db, ids) : []);
  return items.map(({ itemIds, ...one }) => ({
    ...one,
    itemId: itemIds.find((itemId) => there.has(itemId)) ?? itemIds[0]!,
  }));
}

/** The ids that a record may have: uuids (RFC 9562 version 8) that begin with the version of the key, as digests do. */
function itemIdsOf(keys: KeyRing, { raw, faults, delivery }: Quarantining): string[] {
  const text = contextOf('quarantine', delivery.clientId, JSON.stringify(faults), raw);
  return contentDigests(keys, text).map((digest) => {
    const hex = digest.toString('hex');
    const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  });
}

/** What a sealed record is bound to. */
export function quarantineContext(itemId: string): string {
  return contextOf('quarantine', itemId);
}
