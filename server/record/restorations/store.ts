import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** That the database was restored, to which instant, and when. */
export interface RestorationRow {
  readonly restorationId: string;
  readonly restoredTo: Instant;
  readonly restoredAt: Instant;
  /** The slots of people and phones that may have been given out in the time that is lost. */
  readonly slots: SlotRange;
  readonly cardSlots: SlotRange;
}

/** From `first` up to `end`, which is not among them. */
export interface SlotRange {
  readonly first: number;
  readonly end: number;
}

export async function addRestoration(db: Db, row: RestorationRow): Promise<void> {
  const { restorationId, restoredTo, restoredAt, slots, cardSlots } = row;
  await db.change(sql`
    insert into restoration (restoration_id, restored_to, restored_at, first_slot, end_of_slots, first_card_slot,
                             end_of_card_slots)
    values (${restorationId}, ${time(restoredTo)}, ${time(restoredAt)}, ${slots.first}, ${slots.end},
            ${cardSlots.first}, ${cardSlots.end})
  `);
}

/** When the database was last restored; undefined when it never was. */
export async function lastRestoredAt(db: Db): Promise<Instant | undefined> {
  const [row] = await db.rows<{ restoredAt: Instant | null }>(
    sql`select max(restored_at) as "restoredAt" from restoration`,
  );
  return row?.restoredAt ?? undefined;
}

/** Slots whose bearers are lost, and since when. */
export interface LostSlots extends SlotRange {
  readonly lostAt: Instant;
}

/** The slots that were lost after an instant, and those of cards after another one. */
export async function slotsLostSince(
  db: Db,
  { since, cardsSince }: { readonly since: Instant; readonly cardsSince: Instant },
): Promise<LostSlots[]> {
  return db.rows<LostSlots>(sql`
    select first_slot as first, end_of_slots as "end", restored_at as "lostAt"
      from restoration
     where restored_at > ${time(since)}
     union all
    select first_card_slot, end_of_card_slots, restored_at
      from restoration
     where restored_at > ${time(cardsSince)}
  `);
}

/** Ends every session. Returns how many had not ended. */
export function endAllSessions(db: Db, now: Instant): Promise<number> {
  return db.change(sql`update session set ended_at = ${time(now)} where ended_at is null`);
}

/**
 * Moves every sequence on by a tenth of what it has given out, and by ten thousand at least, under the role that owns them:
 * numbers that were given out after the instant to which the database was restored are not given out again. Where it was
 * restored from there before, what was given out after that is left out too: as often as `times` says.
 */
export async function skipNumbers(owner: Db, times = 1): Promise<void> {
  await owner.rows(sql`
    select setval(to_regclass(quote_ident(schemaname) || '.' || quote_ident(sequencename)),
                  coalesce(last_value, start_value)
                    + ${times}::bigint * greatest(10000, (coalesce(last_value, start_value) - min_value) / 10))
      from pg_sequences
     where schemaname = 'public'
  `);
}
