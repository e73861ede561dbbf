import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { endSlot } from '../slots/add-slot.ts';
import { addCardEnd, type CardEndReason, type CardRow, lastCard } from './store.ts';

/** Who ended a card, and why. */
export interface Ending {
  readonly reason: CardEndReason;
  /** Null when nobody did: the code itself has ended. */
  readonly actor: string | null;
}

/**
 * Ends the card of a person, if one is in force, with its slot: what is printed is refused from the next delta of the
 * status on. The row of the person must be locked.
 */
export async function endCards(
  db: Db,
  personId: string,
  ending: Ending,
  now: Instant,
): Promise<CardRow | undefined> {
  const last = await lastCard(db, personId);
  if (!last || last.endedAt !== null) return undefined;
  await addCardEnd(db, last, ending, now, eraseAfter('identity', now));
  await endSlot(db, personId, last.slot, now);
  return last;
}

/** The code of a person has ended, and the card with it. */
export const CODE_ENDED: Ending = { reason: 'code-ended', actor: null };
