import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** A phone that shows the code of a person. */
export interface PhoneRow {
  readonly personId: string;
  readonly phoneId: string;
  readonly accountId: string;
  /** A compressed point on P-256. */
  readonly publicKey: Buffer;
  /** In the lists of status. */
  readonly slot: number;
  readonly sealedName: Buffer;
  readonly boundAt: Instant;
  /** To a day. */
  readonly lastFetchedAt: Instant | null;
}

/** Why a phone shows nothing any more: its owner took it off, or the account shows the code no more. */
export type PhoneEndReason = 'removed' | 'code-ended';

/** The phones of a person that have not ended, the first first. */
export function livePhones(db: Db, personId: string): Promise<PhoneRow[]> {
  return db.rows<PhoneRow>(sql`
    select p.person_id as "personId", p.phone_id as "phoneId", p.account_id as "accountId",
           p.public_key as "publicKey", p.slot, p.sealed_name as "sealedName", p.bound_at as "boundAt",
           p.last_fetched_at as "lastFetchedAt"
      from phone p
           left join phone_end e on e.person_id = p.person_id and e.phone_id = p.phone_id
     where p.person_id = ${personId} and e.phone_id is null
     order by p.bound_at, p.phone_id
  `);
}

export async function addPhone(
  db: Db,
  { personId, phoneId, accountId, publicKey, slot, sealedName, boundAt }: Omit<PhoneRow, 'lastFetchedAt'>,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into phone (person_id, phone_id, account_id, public_key, slot, sealed_name, bound_at, erase_after)
    values (${personId}, ${phoneId}, ${accountId}, ${publicKey}, ${slot}, ${sealedName}, ${time(boundAt)},
            ${time(eraseAfter)})
  `);
}

/** Ends a phone; one that has ended stays as it is. */
export async function addPhoneEnd(
  db: Db,
  { personId, phoneId }: Pick<PhoneRow, 'personId' | 'phoneId'>,
  reason: PhoneEndReason,
  endedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into phone_end (person_id, phone_id, reason, ended_at, erase_after)
    values (${personId}, ${phoneId}, ${reason}, ${time(endedAt)}, ${time(eraseAfter)})
        on conflict do nothing
  `);
}

export async function noteFetching(
  db: Db,
  { personId, phoneId }: Pick<PhoneRow, 'personId' | 'phoneId'>,
  at: Instant,
): Promise<void> {
  await db.change(sql`
    update phone set last_fetched_at = ${time(at)} where person_id = ${personId} and phone_id = ${phoneId}
  `);
}

/** Erases what is known of phones that ended before an instant: nothing needs it, their slots say that they ended. */
export async function eraseEndedPhones(eraser: Db, before: Instant): Promise<void> {
  await eraser.change(sql`
    -- across shards: whatever is old, everywhere; a job at night
    delete from phone p
     using phone_end e
     where e.person_id = p.person_id and e.phone_id = p.phone_id and e.ended_at < ${time(before)}
  `);
  await eraser.change(sql`
    -- across shards: whatever is old, everywhere; a job at night
    delete from phone_end where ended_at < ${time(before)}
  `);
}
