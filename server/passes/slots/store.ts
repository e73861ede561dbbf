import type { Instant } from '../../../domain/time.ts';
import { bigints, uuids } from '../../platform/db/binary/arrays.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { VersionCount } from '../../platform/keys/version-number.ts';

/** What bears a pass: a person for what is shown online, one of their phones, or a card. */
export type SlotKind = 'person' | 'phone' | 'card';

/** A slot, and whose it is. */
export interface SlotRow {
  readonly slot: number;
  readonly personId: string;
  readonly kind: SlotKind;
  /** The phone or the card; null for the slot of a person. */
  readonly bearerId: string | null;
}

/** Numbers for new slots, each given once. */
export async function takeSlotNumbers(db: Db, kind: SlotKind, count: number): Promise<number[]> {
  const statement =
    kind === 'card'
      ? sql`select nextval('card_slot_number') as slot from generate_series(1, ${count}::integer)`
      : sql`select nextval('pass_slot_number') as slot from generate_series(1, ${count}::integer)`;
  return (await db.rows<{ slot: number }>(statement)).map(({ slot }) => slot);
}

/**
 * How many slots there are at most, those of cards apart. A number that was taken and not used counts, and so do those that a
 * restore leaves out.
 */
export async function countSlots(db: Db): Promise<{ readonly slots: number; readonly cards: number }> {
  const [row] = await db.rows<{ slots: number; cards: number }>(sql`
    select coalesce(pg_sequence_last_value('pass_slot_number'::regclass) + 1, 0) as slots,
           coalesce(pg_sequence_last_value('card_slot_number'::regclass) + 1 - 1099511627776, 0) as cards
  `);
  return row!;
}

/** Adds slots on the side of their people, and returns those that were added: a person has one of its own at most. */
export function addSlotsOf(
  db: Db,
  rows: readonly SlotRow[],
  addedAt: Instant,
  eraseAfter: Instant,
): Promise<SlotRow[]> {
  return db.rows<SlotRow>(sql`
    insert into pass_slot_of (person_id, slot, kind, bearer_id, added_at, erase_after)
    select p, s, k, b, ${time(addedAt)}, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ personId }) => personId)}::uuid[],
        ${rows.map(({ slot }) => slot)}::bigint[],
        ${rows.map(({ kind }) => kind)}::text[],
        ${rows.map(({ bearerId }) => bearerId)}::uuid[]
      ) as n(p, s, k, b)
     order by p
        on conflict do nothing
    returning person_id as "personId", slot, kind, bearer_id as "bearerId"
  `);
}

/** The same on their own side. */
export async function addSlots(
  db: Db,
  rows: readonly SlotRow[],
  addedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into pass_slot (slot, person_id, kind, bearer_id, added_at, erase_after)
    select s, p, k, b, ${time(addedAt)}, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ personId }) => personId)}::uuid[],
        ${rows.map(({ slot }) => slot)}::bigint[],
        ${rows.map(({ kind }) => kind)}::text[],
        ${rows.map(({ bearerId }) => bearerId)}::uuid[]
      ) as n(p, s, k, b)
  `);
}

/** The slots that some people have for themselves. */
export function personSlots(
  db: Db,
  personIds: readonly string[],
): Promise<Pick<SlotRow, 'personId' | 'slot'>[]> {
  return db.rows(sql`
    select person_id as "personId", slot
      from pass_slot_of
     where person_id = any(${uuids(personIds)}::uuid[]) and kind = 'person'
  `);
}

/** All slots of some people, those that have ended too. */
export function slotsOfPeople(
  db: Db,
  personIds: readonly string[],
): Promise<Pick<SlotRow, 'personId' | 'slot'>[]> {
  return db.rows(sql`
    select person_id as "personId", slot from pass_slot_of where person_id = any(${personIds}::uuid[])
  `);
}

/** A slot that was given, and when. */
export interface GivenSlot extends SlotRow {
  readonly addedAt: Instant;
}

/** Whose some slots are. */
export function bearersOf(db: Db, slots: readonly number[]): Promise<GivenSlot[]> {
  return db.rows<GivenSlot>(sql`
    select slot, person_id as "personId", kind, bearer_id as "bearerId", added_at as "addedAt"
      from pass_slot
     where slot = any(${slots}::bigint[])
  `);
}

/** That a slot has ended, and when. */
export interface SlotEnd {
  readonly slot: number;
  readonly endedAt: Instant;
}

/** Those of some slots that have ended. */
export function endsOf(db: Db, slots: readonly number[]): Promise<SlotEnd[]> {
  return db.rows<SlotEnd>(sql`
    select slot, ended_at as "endedAt" from pass_slot_end where slot = any(${bigints(slots)}::bigint[])
  `);
}

/** The slots that have ended since an instant, the first first. */
export function slotEndsSince(db: Db, since: Instant): Promise<SlotEnd[]> {
  return db.rows<SlotEnd>(sql`
    -- across shards: ends are found by their time, by the index on it
    select slot, ended_at as "endedAt" from pass_slot_end where ended_at >= ${time(since)} order by ended_at, slot
  `);
}

export async function addSlotEnds(
  db: Db,
  slots: readonly number[],
  endedAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  if (slots.length === 0) return;
  await db.change(sql`
    insert into pass_slot_end (slot, ended_at, erase_after)
    select s, ${time(endedAt)}, ${time(eraseAfter)} from unnest(${slots}::bigint[]) as n(s)
        on conflict do nothing
  `);
}

/** An epoch, with the key of its indexes, sealed. */
export interface EpochRow {
  readonly epoch: number;
  readonly capacity: number;
  readonly cardCapacity: number;
  readonly sealedKey: Buffer;
}

/** The epochs whose keys are not destroyed, in order. */
export function openEpochRows(db: Db): Promise<EpochRow[]> {
  return db.rows<EpochRow>(sql`
    select epoch, capacity, card_capacity as "cardCapacity", sealed_key as "sealedKey"
      from status_epoch
     where sealed_key is not null
     order by epoch
  `);
}

/** Adds an epoch, unless somebody else has; one without a key stays closed for ever. */
export async function addEpoch(
  db: Db,
  row: Omit<EpochRow, 'sealedKey'> & { readonly sealedKey: Buffer | null },
  madeAt: Instant,
): Promise<void> {
  const { epoch, capacity, cardCapacity, sealedKey } = row;
  await db.change(sql`
    insert into status_epoch (epoch, capacity, card_capacity, sealed_key, made_at)
    values (${epoch}, ${capacity}, ${cardCapacity}, ${sealedKey}, ${time(madeAt)})
        on conflict do nothing
  `);
}

/** The newest epoch, whether its key is destroyed or not. */
export async function lastEpoch(db: Db): Promise<EpochRow['epoch'] | undefined> {
  const [row] = await db.rows<{ epoch: number | null }>(sql`select max(epoch) as epoch from status_epoch`);
  return row?.epoch ?? undefined;
}

/** Destroys the keys of the epochs before one: nobody can tell any more whose an index was. */
export async function destroyEpochKeys(db: Db, before: number): Promise<void> {
  await db.change(
    sql`update status_epoch set sealed_key = null where epoch < ${before} and sealed_key is not null`,
  );
}

/** The key of the indexes of cards, sealed. */
export async function cardKey(db: Db): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ sealedKey: Buffer }>(
    sql`select sealed_key as "sealedKey" from card_index_key where number = 1`,
  );
  return row?.sealedKey;
}

export async function addCardKey(db: Db, sealedKey: Buffer, madeAt: Instant): Promise<void> {
  await db.change(sql`
    insert into card_index_key (number, sealed_key, made_at)
    values (1, ${sealedKey}, ${time(madeAt)})
        on conflict do nothing
  `);
}

/** Seals the key anew: false when somebody else was before. */
export async function replaceCardKey(db: Db, before: Buffer, after: Buffer): Promise<boolean> {
  const replaced = await db.change(
    sql`update card_index_key set sealed_key = ${after} where number = 1 and sealed_key = ${before}`,
  );
  return replaced > 0;
}

/** The keys of indexes that are sealed, by the version that seals them. */
export function countSealedIndexKeys(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    select get_byte(sealed_key, 0) * 256 + get_byte(sealed_key, 1) as version, count(*) as "rows"
      from (select sealed_key from status_epoch where sealed_key is not null
             union all
            select sealed_key from card_index_key) as k
     group by 1
  `);
}
