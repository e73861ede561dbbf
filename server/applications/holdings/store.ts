import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** By what right an account shows a code: verified claims, a counter, a claim to the code of another account, or as whoever answers for somebody. */
export type Way = 'claims' | 'counter' | 'recovery' | 'ward';

/** Why an account does not show a code any more. */
export type EndReason = 'taken-over' | 'withdrawn' | 'other-document' | 'lapsed';

/** That an account shows the code of a person, from an instant on. */
export interface HoldingRow {
  readonly personId: string;
  readonly number: number;
  readonly accountId: string;
  readonly way: Way;
  readonly heldFrom: Instant;
}

/** The last holding of a person, whether it has ended or not. The row of the person must be locked before something is added. */
export async function lastHolding(
  db: Db,
  personId: string,
): Promise<(HoldingRow & { readonly endedAt: Instant | null }) | undefined> {
  const [row] = await db.rows<HoldingRow & { endedAt: Instant | null }>(sql`
    select h.person_id as "personId", h.number, h.account_id as "accountId", h.way, h.held_from as "heldFrom",
           e.ended_at as "endedAt"
      from holding h
           left join holding_end e on e.person_id = h.person_id and e.number = h.number
     where h.person_id = ${personId}
     order by h.number desc
     limit 1
  `);
  return row;
}

export async function addHolding(db: Db, row: HoldingRow, eraseAfter: Instant): Promise<void> {
  const { personId, number, accountId, way, heldFrom } = row;
  await db.change(sql`
    insert into holding (person_id, number, account_id, way, held_from, erase_after)
    values (${personId}, ${number}, ${accountId}, ${way}, ${time(heldFrom)}, ${time(eraseAfter)})
  `);
}

export async function addHoldingEnd(
  db: Db,
  { personId, number }: HoldingRow,
  reason: EndReason,
  endedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into holding_end (person_id, number, reason, ended_at, erase_after)
    values (${personId}, ${number}, ${reason}, ${time(endedAt)}, ${time(eraseAfter)})
        on conflict do nothing
  `);
}

/** All holdings of a person, the first first: for tests and for proceedings. */
export function holdingsOf(
  db: Db,
  personId: string,
): Promise<(HoldingRow & { readonly endedAt: Instant | null; readonly reason: EndReason | null })[]> {
  return db.rows(sql`
    select h.person_id as "personId", h.number, h.account_id as "accountId", h.way, h.held_from as "heldFrom",
           e.ended_at as "endedAt", e.reason
      from holding h
           left join holding_end e on e.person_id = h.person_id and e.number = h.number
     where h.person_id = ${personId}
     order by h.number
  `);
}

/** Somebody without a document, and who answers for them. */
export interface WardRow {
  readonly guardianId: string;
  readonly personId: string;
  readonly sealedWard: Buffer;
  /** The member of staff, and their authority. */
  readonly actor: string;
  readonly authority: string;
  readonly registeredAt: Instant;
}

export async function addWard(db: Db, row: WardRow, eraseAfter: Instant): Promise<void> {
  const { guardianId, personId, sealedWard, actor, authority, registeredAt } = row;
  await db.change(sql`
    insert into ward (guardian_person_id, person_id, sealed_ward, actor, authority, registered_at, erase_after)
    values (${guardianId}, ${personId}, ${sealedWard}, ${actor}, ${authority}, ${time(registeredAt)},
            ${time(eraseAfter)})
  `);
}

/** Everybody for whom a person ever answered, in the order of registration. */
export function wardsEver(db: Db, guardianId: string): Promise<WardRow[]> {
  return db.rows<WardRow>(sql`
    select guardian_person_id as "guardianId", person_id as "personId", sealed_ward as "sealedWard", actor,
           authority, registered_at as "registeredAt"
      from ward
     where guardian_person_id = ${guardianId}
     order by registered_at, person_id
  `);
}
