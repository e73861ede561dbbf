import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';

/** A list, under its epoch, kind and number; a base has the number 0. */
export interface FileKey {
  readonly epoch: number;
  readonly kind: 'base' | 'token' | 'delta' | 'sum';
  readonly number: number;
}

/** What is to be signed. */
export interface PayloadRow extends FileKey {
  readonly payload: Uint8Array;
}

/** As it is published. */
export interface SignedRow extends FileKey {
  readonly signed: Buffer;
}

/** What is written down of publishing, besides the lists. */
export interface TurnRow {
  readonly holder: string | null;
  readonly heldUntil: Instant;
  /** Whatever changed before is in the lists. */
  readonly lookedAt: Instant;
  readonly sweptAfter: string;
  readonly head: Buffer | null;
}

/** Takes the turn to publish, or keeps it; false while it is somebody else's. */
export async function takeTurn(db: Db, holder: string, now: Instant, until: Instant): Promise<boolean> {
  const taken = await db.change(sql`
    update status_turn
       set holder = ${holder}, held_until = ${time(until)}
     where number = 1 and (holder = ${holder} or held_until <= ${time(now)})
  `);
  return taken > 0;
}

/** Gives the turn back, for whoever comes next. */
export async function leaveTurn(db: Db, holder: string): Promise<void> {
  await db.change(sql`
    update status_turn set holder = null, held_until = '-infinity' where number = 1 and holder = ${holder}
  `);
}

/** Ends whatever turn there is: the process that had it is of a past that is over. */
export async function freeTurn(db: Db): Promise<void> {
  await db.change(sql`update status_turn set holder = null, held_until = '-infinity' where number = 1`);
}

/** Locks the turn until the transaction ends; false when it is somebody else's by now. */
export async function lockTurn(db: Db, holder: string): Promise<boolean> {
  const rows = await db.rows(
    sql`select number from status_turn where number = 1 and holder = ${holder} for update`,
  );
  return rows.length > 0;
}

export async function readTurn(db: Db): Promise<TurnRow> {
  const [row] = await db.rows<TurnRow>(sql`
    select holder, held_until as "heldUntil", looked_at as "lookedAt", swept_after as "sweptAfter", head
      from status_turn
     where number = 1
  `);
  return row!;
}

export async function setLooked(db: Db, lookedAt: Instant, sweptAfter: string): Promise<void> {
  await db.change(sql`
    update status_turn set looked_at = ${time(lookedAt)}, swept_after = ${sweptAfter} where number = 1
  `);
}

export async function setHead(db: Db, holder: string, head: Uint8Array): Promise<boolean> {
  const set = await db.change(
    sql`update status_turn set head = ${head} where number = 1 and holder = ${holder}`,
  );
  return set > 0;
}

/** The signed head; undefined before the first one. */
export async function readHead(db: Db): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ head: Buffer | null }>(sql`select head from status_turn where number = 1`);
  return row?.head ?? undefined;
}

/** Writes down what is to be signed. */
export async function addPayloads(db: Db, rows: readonly PayloadRow[], madeAt: Instant): Promise<void> {
  for (const { epoch, kind, number, payload } of rows)
    await db.change(sql`
      insert into status_file (epoch, kind, number, payload, made_at)
      values (${epoch}, ${kind}, ${number}, ${payload}, ${time(madeAt)})
    `);
}

/** What was written down and is not signed yet, in the order in which it has to be. */
export function unsignedFiles(db: Db): Promise<(FileKey & { readonly payload: Buffer })[]> {
  return db.rows(sql`
    select epoch, kind, number, payload from status_file where signed is null order by epoch, kind, number
  `);
}

export async function setSigned(db: Db, { epoch, kind, number }: FileKey, signed: Uint8Array): Promise<void> {
  await db.change(sql`
    update status_file
       set payload = null, signed = ${signed}
     where epoch = ${epoch} and kind = ${kind} and number = ${number}
  `);
}

/** The lists of a kind of an epoch after a number, in order; those that are signed. */
export function signedFiles(
  db: Db,
  epoch: number,
  kind: FileKey['kind'],
  after: number,
): Promise<SignedRow[]> {
  return db.rows<SignedRow>(sql`
    select epoch, kind, number, signed
      from status_file
     where epoch = ${epoch} and kind = ${kind} and number > ${after} and signed is not null
     order by number
  `);
}

/** The highest number of each kind of list of an epoch that is signed. */
export function lastNumbers(
  db: Db,
  epoch: number,
): Promise<{ readonly kind: FileKey['kind']; readonly number: number }[]> {
  return db.rows(sql`
    select kind, max(number) as number
      from status_file
     where epoch = ${epoch} and signed is not null
     group by kind
  `);
}

/** The newest epoch up to one that has a base. */
export async function lastEpochWithBase(db: Db, upTo: number): Promise<number | undefined> {
  const [row] = await db.rows<{ epoch: number | null }>(sql`
    select max(epoch) as epoch
      from status_file
     where epoch <= ${upTo} and kind = 'base' and signed is not null
  `);
  return row?.epoch ?? undefined;
}

/** Drops all lists of the epochs before one. */
export async function dropFiles(db: Db, before: number): Promise<void> {
  await db.change(sql`delete from status_file where epoch < ${before}`);
}

/** Drops a delta that is not to be signed. */
export async function dropUnsigned(db: Db, epoch: number, number: number): Promise<void> {
  await db.change(sql`
    delete from status_file
     where epoch = ${epoch} and kind = 'delta' and number = ${number} and signed is null
  `);
}

/** What was concluded about somebody after an instant: the last number and the latest instant; the colour, if it was once. */
export interface AppendedRow {
  readonly personId: string;
  readonly number: number;
  readonly assessedAt: Instant;
  readonly colour: string | null;
}

/** Whoever something was concluded about after an instant. */
export function appendedSince(db: Db, since: Instant): Promise<AppendedRow[]> {
  // An end, though nothing comes after it: for a beginning alone a third of all is planned, which may seem quicker to read by person.
  return db.rows<AppendedRow>(sql`
    -- across shards: whatever changed since the last turn; each shard is asked through its index
    select person_id as "personId", max(number) as number, max(assessed_at) as "assessedAt",
           case when count(*) = 1 then min(colour) end as colour
      from assessment
     where assessed_at > ${time(since)} and assessed_at <= 'infinity'
     group by person_id
  `);
}

/** Somebody about whom something is to be concluded. */
export interface WaitingRow {
  readonly personId: string;
  readonly dueId: string;
  readonly dueAt: Instant;
  readonly cause: string;
}

/** Those in a bucket who are due until an instant, the first first, at most so many. */
export function waitingIn(db: Db, bucket: number, until: Instant, most: number): Promise<WaitingRow[]> {
  return db.rows<WaitingRow>(sql`
    -- across shards: a bucket has people in every shard; each is asked through its index
    select person_id as "personId", due_id as "dueId", due_at as "dueAt", cause
      from due
     where bucket = ${bucket} and due_at <= ${time(until)}
     order by due_at
     limit ${most}
  `);
}

/** Those who wait for an instant after one and until another, at most so many. */
export function comingBetween(
  db: Db,
  after: Instant,
  until: Instant,
  most: number,
): Promise<Pick<WaitingRow, 'personId' | 'dueAt'>[]> {
  return db.rows(sql`
    -- across shards: a bucket has people in every shard; each is asked through its index
    select person_id as "personId", due_at as "dueAt"
      from due
     where bucket = any(${EVERY_BUCKET}::smallint[])
       and due_at > ${time(after)}
       and due_at <= ${time(until)}
       and cause = 'time'
     limit ${most}
  `);
}

const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/** Whoever got a slot, a code, or gave one up, after an instant; `what` tells one such thing from every other of theirs. */
export function peopleTouchedSince(
  db: Db,
  since: Instant,
): Promise<{ readonly personId: string; readonly what: string }[]> {
  return db.rows(sql`
    -- across shards: whatever changed since the last turn; each shard is asked through its index
    select person_id as "personId", 'slot ' || slot as what from pass_slot_of where added_at > ${time(since)}
     union all
    select person_id, 'code ' || number from holding where held_from > ${time(since)}
     union all
    select person_id, 'end ' || number from holding_end where ended_at > ${time(since)}
  `);
}

/** How many slots {@link slotOwnersAfter} gives at most. */
export const SLOTS_A_PAGE = 2_000;

/** Whose slots come after a person, in the order of the ids: a person as often as they have slots. */
export async function slotOwnersAfter(db: Db, after: string): Promise<string[]> {
  // In the order of the key, and with a limit that is known when it is planned: else all that are left are read each time.
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: a page of the slow sweep over everybody
    select person_id as "personId"
      from pass_slot_of
     where person_id > ${after}
     order by person_id, slot
     limit 2000
  `);
  return rows.map(({ personId }) => personId);
}

/** Slots from one on and before another, in their order, at most so many, with whose they are. */
export function slotsBetween(
  db: Db,
  from: number,
  before: number,
  most: number,
): Promise<{ readonly slot: number; readonly personId: string }[]> {
  return db.rows(sql`
    -- across shards: a page of the slots for which a list had no room before
    select slot, person_id as "personId"
      from pass_slot
     where slot >= ${from} and slot < ${before}
     order by slot
     limit ${most}
  `);
}

/** Until when some people had a code; null for whoever has one now, and no row for whoever never had one. */
export function codesHeld(
  db: Db,
  personIds: readonly string[],
): Promise<{ readonly personId: string; readonly endedAt: Instant | null }[]> {
  return db.rows(sql`
    select h.person_id as "personId", e.ended_at as "endedAt"
      from (
        select distinct on (person_id) person_id, number
          from holding
         where person_id = any(${personIds}::uuid[])
         order by person_id, number desc
      ) as h
      left join holding_end e on e.person_id = h.person_id and e.number = h.number
  `);
}
