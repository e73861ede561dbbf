import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** A printed code. */
export interface CardRow {
  readonly personId: string;
  /** 1, 2, 3 for each person; the highest counts. */
  readonly number: number;
  readonly cardId: string;
  /** In the lists of status. */
  readonly slot: number;
  readonly sealedCard: Buffer;
  /** The account that shows the code, or a member of staff. */
  readonly actor: string;
  /** Of the member of staff; null when whoever shows the code issued it. */
  readonly authority: string | null;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** Why a card counts no more. */
export type CardEndReason = 'replaced' | 'cancelled' | 'code-ended';

/**
 * The last card of a person, whether it has ended or not. The row of the person must be locked before something is added.
 */
export async function lastCard(
  db: Db,
  personId: string,
): Promise<(CardRow & { readonly endedAt: Instant | null }) | undefined> {
  const [row] = await db.rows<CardRow & { endedAt: Instant | null }>(sql`
    select c.person_id as "personId", c.number, c.card_id as "cardId", c.slot, c.sealed_card as "sealedCard", c.actor,
           c.authority, c.issued_at as "issuedAt", c.expires_at as "expiresAt", e.ended_at as "endedAt"
      from card c
           left join card_end e on e.person_id = c.person_id and e.number = c.number
     where c.person_id = ${personId}
     order by c.number desc
     limit 1
  `);
  return row;
}

export async function addCard(db: Db, row: CardRow, eraseAfter: Instant): Promise<void> {
  const { personId, number, cardId, slot, sealedCard, actor, authority, issuedAt, expiresAt } = row;
  await db.change(sql`
    insert into card (person_id, number, card_id, slot, sealed_card, actor, authority, issued_at, expires_at, erase_after)
    values (${personId}, ${number}, ${cardId}, ${slot}, ${sealedCard}, ${actor}, ${authority}, ${time(issuedAt)},
            ${time(expiresAt)}, ${time(eraseAfter)})
  `);
}

/** Ends a card; one that has ended stays as it is. */
export async function addCardEnd(
  db: Db,
  { personId, number }: Pick<CardRow, 'personId' | 'number'>,
  { reason, actor }: { readonly reason: CardEndReason; readonly actor: string | null },
  endedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into card_end (person_id, number, reason, actor, ended_at, erase_after)
    values (${personId}, ${number}, ${reason}, ${actor}, ${time(endedAt)}, ${time(eraseAfter)})
        on conflict do nothing
  `);
}

/** All cards of a person, the first first: for tests and for proceedings. */
export function cardsOf(
  db: Db,
  personId: string,
): Promise<
  (Omit<CardRow, 'sealedCard'> & {
    readonly endedAt: Instant | null;
    readonly reason: CardEndReason | null;
  })[]
> {
  return db.rows(sql`
    select c.person_id as "personId", c.number, c.card_id as "cardId", c.slot, c.actor, c.authority,
           c.issued_at as "issuedAt", c.expires_at as "expiresAt", e.ended_at as "endedAt", e.reason
      from card c
           left join card_end e on e.person_id = c.person_id and e.number = c.number
     where c.person_id = ${personId}
     order by c.number
  `);
}

/**
 * Takes away all cards of some people, whose code has ended and their cards with it. In a transaction: cards are numbered
 * from 1 again, so that no end may stay behind.
 */
export async function eraseCards(eraser: Db, personIds: readonly string[]): Promise<void> {
  await eraser.change(sql`delete from card where person_id = any(${personIds}::uuid[])`);
  await eraser.change(sql`delete from card_end where person_id = any(${personIds}::uuid[])`);
}
