import type { Instant } from '../../../domain/time.ts';
import type { Database } from '../../platform/db/database.ts';
import { microBatch } from '../../platform/db/micro-batch.ts';
import { createRecentMap } from '../../platform/memory/recent-map.ts';
import { getPersonSlots } from './add-slot.ts';
import { bearersOf, endsOf, type GivenSlot, personSlots } from './store.ts';

/** Whose a slot is, as it is now. */
export interface Bearer extends GivenSlot {
  /** Since when it counts no more. */
  readonly endedAt?: Instant;
}

/** Finds slots; what is asked at the same time is read together, and what never changes is remembered. */
export interface FindSlots {
  /** The slot of a person for what is shown online; made where there is none. */
  readonly personSlot: (personId: string) => Promise<number>;
  /** Reads and remembers it, where there is one, so that `personSlot` answers at once. */
  readonly lookAhead: (personId: string) => Promise<void>;
  /** Whose a slot is; undefined when it is nobody's. Whether it has ended is read each time. */
  readonly bearerOf: (slot: number) => Promise<Bearer | undefined>;
  /** To whom some slots were given, at once where all are remembered. Whether any has ended is not looked at. */
  readonly givenTo: (slots: readonly number[]) => Given | Promise<Given>;
}

/** To whom slots were given, in their order. */
export type Given = readonly (GivenSlot | undefined)[];

/** A few dozen megabytes at most. */
const REMEMBERED = 200_000;

/** Makes the finder of a process. */
export function createFindSlots(database: Database, clock: () => Instant): FindSlots {
  const slots = createRecentMap<string, number>(REMEMBERED);
  const bearers = createRecentMap<number, GivenSlot>(REMEMBERED);
  const slotOf = microBatch<string, number | undefined>(async (personIds) => {
    const found = new Map((await personSlots(database, personIds)).map((row) => [row.personId, row.slot]));
    return personIds.map((personId) => found.get(personId));
  });
  const newSlotOf = microBatch<string, number>((personIds) => getPersonSlots(database, personIds, clock()));
  const bearer = microBatch<number, GivenSlot | undefined>(async (asked) => {
    const found = new Map((await bearersOf(database, asked)).map((row) => [row.slot, row]));
    for (const [slot, row] of found) bearers.set(slot, row);
    return asked.map((slot) => found.get(slot));
  });
  const endOf = microBatch<number, Instant | undefined>(async (asked) => {
    const ends = new Map((await endsOf(database, asked)).map(({ slot, endedAt }) => [slot, endedAt]));
    return asked.map((slot) => ends.get(slot));
  });
  const find = async (personId: string): Promise<number | undefined> => {
    const known = slots.get(personId);
    if (known !== undefined) return known;
    const slot = await slotOf(personId);
    if (slot !== undefined) slots.set(personId, slot);
    return slot;
  };
  return {
    personSlot: async (personId) => (await find(personId)) ?? newSlotOf(personId),
    lookAhead: async (personId) => {
      await find(personId);
    },
    bearerOf: async (slot) => {
      const [row, endedAt] = await Promise.all([bearers.get(slot) ?? bearer(slot), endOf(slot)]);
      return row && { ...row, ...(endedAt !== undefined && { endedAt }) };
    },
    givenTo: (asked) => {
      const known = asked.map((slot) => bearers.get(slot));
      if (!known.includes(undefined)) return known;
      return Promise.all(known.map((row, i) => row ?? bearer(asked[i]!)));
    },
  };
}
