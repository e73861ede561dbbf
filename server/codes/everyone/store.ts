import type { Instant } from '../../../domain/time.ts';
import { booleans, byteStrings, smallints, times, uuids } from '../../platform/db/binary/arrays.ts';
import type { Db } from '../../platform/db/database.ts';
import { type Statement, script, sql, time } from '../../platform/db/sql.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';
import type { InForce } from '../decision.ts';
import { SEALED_HEAD_BYTES } from './sealed-facts.ts';

/** What is known about a person in its short form, sealed; null when only evidence tells all. */
export interface FactsRow {
  readonly personId: string;
  readonly bucket: number;
  /** Until when anything but a test without a finding usually matters (`lastAtOf`); `NEVER` when that has no end. */
  readonly lastAt: Instant;
  /** Whether the conclusion in force, or the next one, says anything but green without a reason. */
  readonly holds: boolean;
  readonly content: Buffer | null;
  readonly inputsDigest: Buffer;
}

/** Keeps facts in the place of those that were kept before. */
export async function putFacts(db: Db, rows: readonly FactsRow[]): Promise<void> {
  if (rows.length === 0) return;
  // In one order everywhere, so that two who keep facts of the same people never wait for each other in a circle.
  const sorted = [...rows].sort((a, b) => (a.personId < b.personId ? -1 : 1));
  await db.change(sql`
    insert into facts (person_id, bucket, last_at, holds, content, inputs_digest)
    select p, b, l, h, c, d
      from unnest(
        ${uuids(sorted.map(({ personId }) => personId))}::uuid[],
        ${smallints(sorted.map(({ bucket }) => bucket))}::smallint[],
        ${times(sorted.map(({ lastAt }) => lastAt))}::timestamptz[],
        ${booleans(sorted.map(({ holds }) => holds))}::boolean[],
        ${byteStrings(sorted.map(({ content }) => content))}::bytea[],
        ${byteStrings(sorted.map(({ inputsDigest }) => inputsDigest))}::bytea[]
      ) as n(p, b, l, h, c, d)
        on conflict (person_id, bucket) do update
       set last_at = excluded.last_at, holds = excluded.holds, content = excluded.content, inputs_digest = excluded.inputs_digest
  `);
}

/** What tells how facts were sealed from every other time they were, and from what they rest. */
export interface SealRow {
  readonly personId: string;
  /** The first bytes of the content; null when only evidence tells all. */
  readonly seal: Buffer | null;
  readonly inputsDigest: Buffer;
}

/** How the facts of some people of a bucket are sealed now. */
export async function sealsOf(db: Db, bucket: number, personIds: readonly string[]): Promise<SealRow[]> {
  return db.rows<SealRow>(sql`
    select person_id as "personId", substring(content for ${SEALED_HEAD_BYTES}::integer) as seal,
           inputs_digest as "inputsDigest"
      from facts
     where bucket = ${bucket} and person_id = any(${uuids(personIds)}::uuid[])
  `);
}

/**
 * The people of a bucket and their facts, in binary COPY, in the order in which they lie: id, content. Left out is about whom
 * nothing holds and nothing usually matters after this instant (`overBefore`).
 */
export function copyFacts(bucket: number, after: Instant): Statement {
  // COPY takes no values; these are a number and a time.
  return script(`
    -- across shards: a bucket has people in every shard, and lies together in each
    copy (select person_id, content from facts
           where bucket = ${Number(bucket)} and (holds or last_at > '${time(after)}')) to stdout (format binary)`);
}

/**
 * So many people of a bucket and their facts, in binary COPY, in the order of their ids: those who follow somebody. Nobody is left
 * out, so that it never reads more than it gives.
 */
export function copyPage(bucket: number, lookedTo: string, people: number): Statement {
  if (!UUID.test(lookedTo)) throw new Error('people follow the id of somebody');
  // COPY takes no values; these are numbers and an id.
  return script(`
    -- across shards: a bucket has people in every shard, and each gives its first
    copy (select person_id, content from facts
           where bucket = ${Number(bucket)} and person_id > '${lookedTo}'
           order by person_id limit ${Number(people)}) to stdout (format binary)`);
}

const UUID = /^[0-9a-f-]{36}$/;

/** Lets the next statements of a transaction read tables from end to end, as they lie. */
export async function readInOrder(db: Db): Promise<void> {
  await db.change(sql`set local enable_seqscan = on`);
}

/** How many people of a bucket there are. */
export async function countPeople(db: Db, bucket: number): Promise<number> {
  const [row] = await db.rows<{ people: number }>(sql`
    -- across shards: a bucket has people in every shard, and is no snapshot
    select count(*) as people from person where bucket = ${bucket}
  `);
  return row!.people;
}

/** Those of so many people of a bucket of whom no facts are kept. */
export async function peopleWithoutFacts(db: Db, bucket: number, people: number): Promise<string[]> {
  // Counting takes a tenth of the time that comparing does.
  const [kept] = await db.rows<{ count: number }>(sql`
    -- across shards: a bucket has people in every shard; one who comes meanwhile is due
    select count(*) as count from facts where bucket = ${bucket}
  `);
  if (kept!.count === people) return [];
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: a bucket has people in every shard; each row is compared in its own
    select person_id as "personId"
      from person p
     where bucket = ${bucket}
       and not exists (select from facts f where f.person_id = p.person_id and f.bucket = ${bucket})
  `);
  return rows.map(({ personId }) => personId);
}

/** People about whom somebody has concluded who does not keep facts, so that theirs may be older than evidence. */
export async function peopleConcludedElsewhere(db: Db): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: whoever a release before this one has concluded about; once a run
    select distinct person_id as "personId" from assessment where not keeps_facts
  `);
  return rows.map(({ personId }) => personId);
}

/** A share of the people that is still to be looked at. */
export interface Share {
  readonly runId: string;
  readonly bucket: number;
  /** The number of the rules by which it is to be looked at. */
  readonly number: number;
}

/** A share on which nobody else works. */
export interface LockedShare extends Share {
  /** Up to whom people were looked at, in the order of their ids; `NOBODY` when it is still to be begun. */
  readonly lookedTo: string;
}

/** Comes before every id. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Rules by which everybody is to be looked at again. */
export interface RunRules extends InForce {
  /** The id of the package. */
  readonly rules: string;
}

/** Writes down that everybody is to be looked at again by some rules, and is not yet. */
export async function addRun(
  db: Db,
  runId: string,
  { rules, number }: RunRules,
  now: Instant,
): Promise<void> {
  await db.change(sql`
    insert into everyone_run (run_id, rules, rules_number, begun_at)
    values (${runId}::uuid, ${rules}::text, ${number}, ${time(now)}::timestamptz)
  `);
  await db.change(sql`
    insert into everyone_share (run_id, bucket, rules_number, begun_at)
    select ${runId}::uuid, b, ${number}, ${time(now)}::timestamptz
      from unnest(${Array.from({ length: BUCKETS }, (_, bucket) => bucket)}::smallint[]) as b
  `);
}

/** Whether everybody is being looked at by the rules of a number, and somebody is left. */
export async function isUnderWay(db: Db, number: number): Promise<boolean> {
  const rows = await db.rows(sql`
    select run_id
      from everyone_run r
     where rules_number = ${number} and exists (select from everyone_share s where s.run_id = r.run_id)
     limit 1
  `);
  return rows.length > 0;
}

/**
 * Drops what was begun and is not done. Shares on which somebody works are left to them, and confirm nothing when they are
 * done: to look at one takes as long as its people take at the pace that is allowed.
 */
export async function dropUnfinished(db: Db): Promise<void> {
  // Its row first: without a share it would count as whole.
  await db.change(sql`
    delete from everyone_run r where exists (select from everyone_share s where s.run_id = r.run_id)
  `);
  await db.change(sql`
    delete from everyone_share
     where (run_id, bucket) in (select run_id, bucket from everyone_share for update skip locked)
  `);
}

/** Takes away that everybody was looked at again by any rules, or is to be: somebody may have been missed. */
export async function forgetRuns(db: Db): Promise<void> {
  await db.change(sql`delete from everyone_run`);
}

/** The same for the runs of some shares. */
export async function forgetRunsOf(db: Db, shares: readonly Share[]): Promise<void> {
  if (shares.length === 0) return;
  await db.change(
    sql`delete from everyone_run where run_id = any(${shares.map(({ runId }) => runId)}::uuid[])`,
  );
}

/** When the last time began at which everybody was looked at again, if that was by the rules of a number, and has ended. */
export async function lastWholeRun(db: Db, number: number): Promise<Instant | undefined> {
  const [row] = await db.rows<{ begunAt: Instant | null }>(sql`
    select max(begun_at) as "begunAt"
      from everyone_run r
     where rules_number = ${number}
       and not exists (select from everyone_share s where s.run_id = r.run_id)
  `);
  return row?.begunAt ?? undefined;
}

export async function shares(db: Db): Promise<Share[]> {
  return db.rows<Share>(sql`select run_id as "runId", bucket, rules_number as number from everyone_share`);
}

/**
 * Locks shares on which nobody works until the transaction ends: many while many are left, and one at a time in the end, so
 * that those who share them finish together.
 */
export async function lockShares(db: Db, most = BUCKETS): Promise<LockedShare[]> {
  const [left] = await db.rows<{ count: number }>(sql`select count(*) as count from everyone_share`);
  const count = Math.min(most, Math.ceil(left!.count / BUCKETS_BY));
  return db.rows<LockedShare>(sql`
    select run_id as "runId", bucket, rules_number as number, looked_to as "lookedTo"
      from everyone_share
     order by bucket limit ${count}
       for update skip locked
  `);
}

const BUCKETS_BY = 8;

export async function removeShares(db: Db, done: readonly Share[]): Promise<void> {
  await db.change(sql`
    delete from everyone_share
     where run_id = any(${done.map(({ runId }) => runId)}::uuid[])
       and bucket = any(${done.map(({ bucket }) => bucket)}::smallint[])
  `);
}

/** Notes up to whom people of a share were looked at. */
export async function moveShare(db: Db, { runId, bucket }: Share, lookedTo: string): Promise<void> {
  await db.change(sql`
    update everyone_share set looked_to = ${lookedTo}::uuid where run_id = ${runId}::uuid and bucket = ${bucket}
  `);
}

/** Those of some people who are due for another reason than the time. */
export async function peopleDueOtherwise(db: Db, personIds: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    select distinct person_id as "personId" from due where person_id = any(${uuids(personIds)}::uuid[]) and cause <> 'time'
  `);
  return rows.map(({ personId }) => personId);
}

/** The people of a bucket who are due for another reason than the time. */
export async function peopleDue(db: Db, bucket: number): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: a bucket has people in every shard; who becomes due later is concluded by what decides then
    select distinct person_id as "personId" from due where bucket = ${bucket} and cause <> 'time'
  `);
  return rows.map(({ personId }) => personId);
}

/** How many people there are. Over all people, hence no snapshot. */
export async function countEveryone(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    -- across shards: a count for the progress, and no snapshot
    select count(*) as count from person
  `);
  return row!.count;
}

/** By what people are counted. */
export interface CountedRow {
  readonly personId: string;
  readonly birthYear: number | null;
  readonly registeredRegion: string | null;
}

export async function countedPeople(db: Db, personIds: readonly string[]): Promise<CountedRow[]> {
  return db.rows<CountedRow>(sql`
    select person_id as "personId", birth_year as "birthYear", registered_region as "registeredRegion"
      from person
     where person_id = any(${personIds}::uuid[])
  `);
}
