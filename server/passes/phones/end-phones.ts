import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { endSlot } from '../slots/add-slot.ts';
import { addPhoneEnd, livePhones, type PhoneEndReason, type PhoneRow } from './store.ts';

/** Ends all phones of a person, whose code the account that bound them shows no more. The row of the person must be locked. */
export async function endPhones(db: Db, personId: string, now: Instant): Promise<void> {
  for (const phone of await livePhones(db, personId)) await endPhone(db, phone, 'code-ended', now);
}

/** Ends a phone with its slot: what it shows is refused from the next delta of the status on. */
export async function endPhone(db: Db, phone: PhoneRow, reason: PhoneEndReason, now: Instant): Promise<void> {
  await addPhoneEnd(db, phone, reason, now, eraseAfter('identity', now));
  await endSlot(db, phone.personId, phone.slot, now);
}
