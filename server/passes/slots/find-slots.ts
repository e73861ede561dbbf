import type { Instant } from '../../../domain/time.ts';
import type { Database } from '../../platform/db/database.ts';
import { microBatch } from '../../platform/db/micro-batch.ts';
import { createRecentMap } from '../../platform/memory/recent-map.ts';
import { getPersonSlots } from './add-slot.ts';
import { bearersOf, endsOf, type GivenSlot } from './store.ts';

/** Whose a slot is, as it is now. */
export interface Bearer extends GivenSlot {
  /** Since when it counts no more. */
  readonly endedAt?: Instant;
}

/** Finds slots; what is asked at the same time is read together, and what never changes is remembered. */
export interface FindSlots {
  /** The slot of a person for what is shown online; made where there is none. */
  readonly personSlot: (personId: string) => Promise<number>;
  /** Whose a slot is; undefined when it is nobody's. Whether it has ended is read each time. */
  readonly bearerOf: (slot: number) => Promise<Bearer | undefined>;
}

/** A few dozen megabytes at most. */
const REMEMBERED = 200_000;

/** Makes the finder of a process. */
export function createFindSlots(database: Database, clock: () => Instant): FindSlots {
  const slots = createRecentMap<string, number>(REMEMBERED);
  const bearers = createRecentMap<number, GivenSlot>(REMEMBERED);
  const slotOf = microBatch<string, number>((personIds) => getPersonSlots(database, personIds, clock()));
  const bearer = microBatch<number, GivenSlot | undefined>(async (asked) => {
    const found = new Map((await bearersOf(database, asked)).map((row) => [row.slot, row]));
    return asked.map((slot) => found.get(slot));
  });
  const endOf = microBatch<number, Instant | undefined>(async (asked) => {
    const ends = new Map((await endsOf(database, asked)).map(({ slot, endedAt }) => [slot, endedAt]));
    return asked.map((slot) => ends.get(slot));
  });
  return {
    personSlot: async (personId) => {
      const known = slots.get(personId);
      if (known !== undefined) return known;
      const slot = await slotOf(personId);
      slots.set(personId, slot);
      return slot;
    },
    bearerOf: async (slot) => {
      const known = bearers.get(slot);
      const [row, endedAt] = await Promise.all([known ?? bearer(slot), endOf(slot)]);
      if (row) bearers.set(slot, row);
      return row && { ...row, ...(endedAt !== undefined && { endedAt }) };
    },
  };
}
