import type { Instant } from '../../domain/time.ts';
import { lockPerson } from '../people/store.ts';
import type { Database, Db } from '../platform/db/database.ts';
import { eraseAfter } from '../record/retention.ts';
import { endCards } from './cards/end-cards.ts';
import { lastCard } from './cards/store.ts';
import { endPhone } from './phones/end-phones.ts';
import { livePhones } from './phones/store.ts';
import { addSlotEnds, bearersOf, endsOf, type SlotRow } from './slots/store.ts';

/** Slots that are looked up at once. */
const TOGETHER = 1_000;

/**
 * Ends phones and cards that had ended and that a restore has brought back, by their slots. Those that nobody knows, and those
 * that have ended, are left alone. Returns how many it has ended.
 */
export async function endBearersAgain(
  database: Database,
  slots: readonly number[],
  now: Instant,
): Promise<number> {
  let count = 0;
  for (let from = 0; from < slots.length; from += TOGETHER) {
    const some = slots.slice(from, from + TOGETHER);
    const ended = new Set((await endsOf(database, some)).map(({ slot }) => slot));
    for (const bearer of await bearersOf(database, some)) {
      if (ended.has(bearer.slot)) continue;
      await database.transaction((db) => endBearer(db, bearer, now));
      count++;
    }
  }
  return count;
}

async function endBearer(db: Db, { personId, slot, kind }: SlotRow, now: Instant): Promise<void> {
  await lockPerson(db, personId);
  if (kind === 'phone')
    for (const phone of await livePhones(db, personId))
      if (phone.slot === slot) await endPhone(db, phone, 'removed', now);
  // Why it ended is lost, and who did it; a card that was replaced has a successor that is lost as well.
  if (kind === 'card' && (await lastCard(db, personId))?.slot === slot)
    await endCards(db, personId, { reason: 'cancelled', actor: null }, now);
  await addSlotEnds(db, [slot], now, eraseAfter('working', now));
}
