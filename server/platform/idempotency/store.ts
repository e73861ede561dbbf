import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../db/database.ts';
import { sql, time } from '../db/sql.ts';

/** Which reply: the key that a client chose. */
export interface ReplyKey {
  readonly clientId: string;
  readonly key: string;
}

/** One attempt to carry out a request under a key. */
export interface Attempt extends ReplyKey {
  /** A uuid: another attempt under the same key has another one. */
  readonly attempt: string;
  readonly fingerprint: Buffer;
  readonly keyVersion: number;
  readonly now: Instant;
  /** Until when nobody else may try. */
  readonly leasedUntil: Instant;
  readonly eraseAfter: Instant;
}

/** Takes a key, when it is new, its lease has run out without a reply, or its reply is past its time. */
export async function claimKey(db: Db, claim: Attempt): Promise<boolean> {
  const { clientId, key, attempt, fingerprint, keyVersion } = claim;
  const [now, leasedUntil, eraseAfter] = [claim.now, claim.leasedUntil, claim.eraseAfter].map(time);
  const changed = await db.change(sql`
    insert into idempotent_reply as kept
      (client_id, key, attempt, fingerprint, key_version, sealed_reply, leased_until, erase_after)
    values (${clientId}, ${key}, ${attempt}, ${fingerprint}, ${keyVersion}, null, ${leasedUntil}, ${eraseAfter})
    on conflict (client_id, key) do update
       set attempt = excluded.attempt,
           fingerprint = excluded.fingerprint,
           key_version = excluded.key_version,
           sealed_reply = null,
           leased_until = excluded.leased_until,
           erase_after = excluded.erase_after
     where (kept.sealed_reply is null and kept.leased_until <= ${now}) or kept.erase_after <= ${now}
  `);
  return changed === 1;
}

/** What is kept under a key. */
export interface Kept {
  readonly fingerprint: Buffer;
  readonly keyVersion: number;
  /** Null while the first request still runs. */
  readonly sealedReply: Buffer | null;
  readonly leasedUntil: Instant;
}

/** Finds what is kept under a key. */
export async function findKept(db: Db, { clientId, key }: ReplyKey): Promise<Kept | undefined> {
  const [row] = await db.rows<Kept>(sql`
    select fingerprint,
           key_version as "keyVersion",
           sealed_reply as "sealedReply",
           leased_until as "leasedUntil"
      from idempotent_reply
     where client_id = ${clientId} and key = ${key}
  `);
  return row;
}

/** Keeps the reply of an attempt; false when the key went to another attempt meanwhile. */
export async function keepReply(
  db: Db,
  { clientId, key, attempt }: ReplyKey & { readonly attempt: string },
  sealedReply: Buffer,
): Promise<boolean> {
  const changed = await db.change(sql`
    update idempotent_reply
       set sealed_reply = ${sealedReply}
     where client_id = ${clientId} and key = ${key} and attempt = ${attempt} and sealed_reply is null
  `);
  return changed === 1;
}

/** Holds a key for longer, as long as its request runs. */
export async function renewLease(
  db: Db,
  { clientId, key, attempt }: ReplyKey & { readonly attempt: string },
  leasedUntil: Instant,
): Promise<void> {
  await db.change(sql`
    update idempotent_reply
       set leased_until = ${time(leasedUntil)}
     where client_id = ${clientId} and key = ${key} and attempt = ${attempt} and sealed_reply is null
  `);
}

/** Lets a key go that gave no reply worth keeping: from `now` on another attempt may have it. */
export async function freeKey(
  db: Db,
  { clientId, key, attempt }: ReplyKey & { readonly attempt: string },
  now: Instant,
): Promise<void> {
  await db.change(sql`
    update idempotent_reply
       set leased_until = ${time(now)}
     where client_id = ${clientId} and key = ${key} and attempt = ${attempt} and sealed_reply is null
  `);
}

/** Erases the replies whose time is over; gives how many. */
export function eraseReplies(eraser: Db, now: Instant): Promise<number> {
  return eraser.change(sql`delete from idempotent_reply where erase_after <= ${time(now)}`);
}
