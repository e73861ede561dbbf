import type { Instant } from '../../../domain/time.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import {
  addSlotEnds,
  addSlots,
  addSlotsOf,
  personSlots,
  type SlotKind,
  type SlotRow,
  slotsOfPeople,
  takeSlotNumbers,
} from './store.ts';

/** A phone or a card that gets a slot. */
export interface NewSlot {
  readonly personId: string;
  readonly kind: Exclude<SlotKind, 'person'>;
  readonly bearerId: string;
}

/** Gives a phone or a card a slot of its own, in the transaction that writes it down. */
export async function addSlot(db: Db, { personId, kind, bearerId }: NewSlot, now: Instant): Promise<number> {
  const [slot] = await takeSlotNumbers(db, kind, 1);
  await add(db, [{ slot: slot!, personId, kind, bearerId }], now);
  return slot!;
}

/** The slots that some people have for themselves, in their order; whoever has none gets one. */
export async function getPersonSlots(
  database: Database,
  personIds: readonly string[],
  now: Instant,
): Promise<number[]> {
  const slots = new Map<string, number>();
  const read = async (db: Db) => {
    for (const { personId, slot } of await personSlots(db, personIds)) slots.set(personId, slot);
    return [...new Set(personIds)].filter((personId) => !slots.has(personId));
  };
  const missing = await read(database);
  if (missing.length > 0) {
    await database.transaction(async (db) => {
      const numbers = await takeSlotNumbers(db, 'person', missing.length);
      const rows = missing.map((personId, i): SlotRow => {
        return { slot: numbers[i]!, personId, kind: 'person', bearerId: null };
      });
      await add(db, rows, now);
    });
    // Those whom somebody else has given one in the meantime have that one.
    await read(database);
  }
  return personIds.map((personId) => slots.get(personId)!);
}

async function add(db: Db, rows: readonly SlotRow[], now: Instant): Promise<void> {
  const erase = eraseAfter('identity', now);
  const added = await addSlotsOf(db, rows, now, erase);
  if (added.length > 0) await addSlots(db, added, now, erase);
}

/** Ends a slot of a person: from the next delta on nothing that bears it is in force. False when they have no such slot. */
export async function endSlot(db: Db, personId: string, slot: number, now: Instant): Promise<boolean> {
  const slots = await slotsOfPeople(db, [personId]);
  if (!slots.some((one) => one.slot === slot)) return false;
  await addSlotEnds(db, [slot], now, eraseAfter('working', now));
  return true;
}

/** Ends all slots of some people. */
export async function endSlotsOf(db: Db, personIds: readonly string[], now: Instant): Promise<void> {
  const slots = await slotsOfPeople(db, personIds);
  await addSlotEnds(
    db,
    slots.map(({ slot }) => slot),
    now,
    eraseAfter('working', now),
  );
}
