import type { Instant } from '../../domain/time.ts';
import { bigints, byteStrings, smallints, texts, times, uuids } from '../platform/db/binary/arrays.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import { BUCKETS } from '../platform/db/uuid.ts';

/** Why a person is to be assessed. */
export type Cause = 'evidence' | 'time' | 'areas' | 'rules' | 'everyone';

/** A person who is to be assessed at an instant. */
export interface DueRow {
  readonly personId: string;
  readonly dueId: string;
  readonly bucket: number;
  readonly dueAt: Instant;
  readonly cause: Cause;
}

/** A conclusion about a person, with the one that follows if nothing new arrives. */
export interface AssessmentRow {
  readonly personId: string;
  /** 1, 2, 3 … for each person. */
  readonly number: number;
  readonly assessedAt: Instant;
  readonly rules: string;
  readonly areas: string;
  readonly colour: string;
  readonly nextChangeAt: Instant;
  readonly nextColour: string | null;
  /** JSON as printed: `nextChangeAt`, `grounds`, `measures`, `advisories`. */
  readonly result: string;
  readonly nextResult: string | null;
  readonly inputsDigest: Buffer;
  readonly cause: string;
}

export async function addDue(db: Db, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into due (person_id, due_id, bucket, due_at, cause)
    select p, i, b, a, c
      from unnest(
        ${uuids(rows.map(({ personId }) => personId))}::uuid[],
        ${uuids(rows.map(({ dueId }) => dueId))}::uuid[],
        ${smallints(rows.map(({ bucket }) => bucket))}::smallint[],
        ${times(rows.map(({ dueAt }) => dueAt))}::timestamptz[],
        ${texts(rows.map(({ cause }) => cause))}::text[]
      ) as n(p, i, b, a, c)
        on conflict do nothing
  `);
}

/** The buckets in which somebody is due. Over all people, hence no snapshot: who is missed now is found the next time. */
export async function dueBuckets(db: Db, now: Instant): Promise<number[]> {
  // Every bucket is named, so that the index is entered once for each and never read through.
  const rows = await db.rows<{ bucket: number }>(sql`
    -- across shards: a bucket has people in every shard; each is asked through its index
    select distinct bucket from due where bucket = any(${EVERY_BUCKET}::smallint[]) and due_at <= ${time(now)}
  `);
  return rows.map(({ bucket }) => bucket);
}

const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/**
 * Those of some people about whom something is to be concluded that no clock has brought about: evidence, and whatever
 * else has changed. Also those who are joined to others, about whom the same may be true.
 */
export async function unsettledPeople(db: Db, personIds: readonly string[], now: Instant): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    select person_id as "personId"
      from due
     where person_id = any(${personIds}::uuid[])
       and (cause = 'evidence' or (cause <> 'time' and due_at <= ${time(now)}))
     union
    select person_id from kin where person_id = any(${personIds}::uuid[])
  `);
  return rows.map(({ personId }) => personId);
}

/** Who is due in some buckets; in a single one, those who wait longest first. */
export async function dueIn(
  db: Db,
  buckets: readonly number[],
  now: Instant,
  most: number,
): Promise<DueRow[]> {
  const [bucket, ...others] = buckets;
  // Of one bucket the index gives them in order; those of several would all have to be read and sorted.
  if (others.length === 0)
    return db.rows<DueRow>(sql`
      -- across shards: a bucket has people in every shard; each is asked through its index
      select person_id as "personId", due_id as "dueId", bucket, due_at as "dueAt", cause
        from due
       where bucket = ${bucket} and due_at <= ${time(now)}
       order by due_at
       limit ${most}
    `);
  return db.rows<DueRow>(sql`
    -- across shards: a bucket has people in every shard; each is asked through its index
    select person_id as "personId", due_id as "dueId", bucket, due_at as "dueAt", cause
      from due
     where bucket = any(${buckets}::smallint[]) and due_at <= ${time(now)}
     limit ${most}
  `);
}

export async function removeDue(db: Db, rows: readonly DueRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    delete from due
     where person_id = any(${[...new Set(rows.map(({ personId }) => personId))]}::uuid[])
       and due_id = any(${rows.map(({ dueId }) => dueId)}::uuid[])
  `);
}

/** Removes the instants that some people were waiting for. */
export async function removeTimers(db: Db, personIds: readonly string[]): Promise<void> {
  if (personIds.length === 0) return;
  await db.change(sql`delete from due where person_id = any(${uuids(personIds)}::uuid[]) and cause = 'time'`);
}

/** The conclusion in force about each of some people. */
export async function latestAssessments(db: Db, personIds: readonly string[]): Promise<AssessmentRow[]> {
  return db.rows<AssessmentRow>(sql`
    select distinct on (person_id)
           person_id as "personId", number, assessed_at as "assessedAt", rules, areas, colour,
           next_change_at as "nextChangeAt", next_colour as "nextColour", result::text as result,
           next_result::text as "nextResult", inputs_digest as "inputsDigest", cause
      from assessment
     where person_id = any(${uuids(personIds)}::uuid[])
     order by person_id, number desc
  `);
}

/** Every conclusion about one person, the newest first. */
export async function assessmentsOf(db: Db, personId: string): Promise<AssessmentRow[]> {
  return db.rows<AssessmentRow>(sql`
    select person_id as "personId", number, assessed_at as "assessedAt", rules, areas, colour,
           next_change_at as "nextChangeAt", next_colour as "nextColour", result::text as result,
           next_result::text as "nextResult", inputs_digest as "inputsDigest", cause
      from assessment
     where person_id = ${personId}
     order by number desc
  `);
}

/** Appends conclusions, and returns the people for whom nobody else had appended one of that number. */
export async function addAssessments(
  db: Db,
  rows: readonly AssessmentRow[],
  eraseAfter: Instant,
): Promise<string[]> {
  if (rows.length === 0) return [];
  const added = await db.rows<{ personId: string }>(sql`
    insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour,
                            result, next_result, inputs_digest, cause, erase_after, keeps_facts)
    select p, n, a, r, ar, c, na, nc, re::json, nr::json, d, ca, ${time(eraseAfter)}, true
      from unnest(
        ${uuids(rows.map(({ personId }) => personId))}::uuid[],
        ${bigints(rows.map(({ number }) => number))}::bigint[],
        ${times(rows.map(({ assessedAt }) => assessedAt))}::timestamptz[],
        ${texts(rows.map(({ rules }) => rules))}::text[],
        ${texts(rows.map(({ areas }) => areas))}::text[],
        ${texts(rows.map(({ colour }) => colour))}::text[],
        ${times(rows.map(({ nextChangeAt }) => nextChangeAt))}::timestamptz[],
        ${texts(rows.map(({ nextColour }) => nextColour))}::text[],
        ${texts(rows.map(({ result }) => result))}::text[],
        ${texts(rows.map(({ nextResult }) => nextResult))}::text[],
        ${byteStrings(rows.map(({ inputsDigest }) => inputsDigest))}::bytea[],
        ${texts(rows.map(({ cause }) => cause))}::text[]
      ) as x(p, n, a, r, ar, c, na, nc, re, nr, d, ca)
     order by p
        on conflict do nothing
    returning person_id as "personId"
  `);
  return added.map(({ personId }) => personId);
}

/** Under what a conclusion that is in force may be followed by the one that it carries. */
export interface StepTerms {
  readonly rules: string;
  /** What was drawn by other rules until then was found to be the same by these; `-NEVER` when nobody has looked. */
  readonly confirmedUntil: Instant;
  readonly areas: string;
  readonly now: Instant;
  readonly eraseAfter: Instant;
}

/**
 * Appends, for those of some people who wait for an instant and for nothing else, the conclusion that the one in force
 * carries, where that is the last of all: no evidence is opened for it. It needs the locks of their buckets. Whoever is joined
 * to others is left out, because they may be written about from elsewhere. Returns the people for whom it did.
 *
 * Nothing in it can be planned as a join, which would read the tables from end to end while no statistics tell how many turn
 * at an instant. Grouping says to a database that is spread over machines that each part concerns one person.
 */
export async function takeLastSteps(
  db: Db,
  personIds: readonly string[],
  { rules, confirmedUntil, areas, now, eraseAfter }: StepTerms,
): Promise<string[]> {
  if (personIds.length === 0) return [];
  const taken = await db.rows<{ personId: string }>(sql`
    insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour,
                            result, next_result, inputs_digest, cause, erase_after, keeps_facts)
    select a.person_id, a.number + 1, ${time(now)}::timestamptz, ${rules}, ${areas}, a.next_colour, 'infinity', null,
           a.next_result, null, a.inputs_digest, 'time', ${time(eraseAfter)}::timestamptz, a.keeps_facts
      from assessment a
     where a.person_id = any(${personIds}::uuid[])
       and (a.rules = ${rules} or a.assessed_at <= ${time(confirmedUntil)})
       and a.next_change_at <= ${time(now)} and a.next_result ->> 'nextChangeAt' is null
       and a.number = (select max(o.number) from assessment o where o.person_id = a.person_id group by o.person_id)
       and (select count(*) from due o where o.person_id = a.person_id and o.cause <> 'time' group by o.person_id) is null
       and (select count(*) from kin o where o.person_id = a.person_id group by o.person_id) is null
        on conflict do nothing
    returning person_id as "personId"
  `);
  return taken.map(({ personId }) => personId);
}

/** Makes everybody in a bucket due; repeating it with the same id does nothing. */
export async function addEveryone(db: Db, dueId: string, bucket: number, dueAt: Instant): Promise<number> {
  return db.change(sql`
    -- across shards: a bucket has people in every shard; each row stays in its own
    insert into due (person_id, due_id, bucket, due_at, cause)
    select person_id, ${dueId}, bucket, ${time(dueAt)}, 'everyone' from person where bucket = ${bucket}
        on conflict do nothing
  `);
}

/** Makes everybody due about whom something was concluded after an instant, which lies in the future then. */
export async function addDueAfter(db: Db, now: Instant): Promise<number> {
  return db.change(sql`
    -- across shards: everybody since a restore; each row stays in its shard
    insert into due (person_id, due_id, bucket, due_at, cause)
    select distinct person_id, person_id, get_byte(uuid_send(person_id), 15) & 63, ${time(now)}::timestamptz, 'everyone'
      from assessment
     where assessed_at > ${time(now)}
        on conflict do nothing
  `);
}

/** The people of a bucket about whom something was concluded after an instant. */
export async function peopleConcludedSince(db: Db, bucket: number, since: Instant): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: whatever was concluded lately; each shard is asked through its index
    select person_id as "personId"
      from assessment
     where assessed_at > ${time(since)} and get_byte(uuid_send(person_id), 15) & 63 = ${bucket}
  `);
  return rows.map(({ personId }) => personId);
}

/** How many rows are due. Over all people, hence no snapshot. */
export async function countDue(db: Db, now: Instant): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    -- across shards: a measure, and no snapshot
    select count(*) as count from due where bucket = any(${EVERY_BUCKET}::smallint[]) and due_at <= ${time(now)}
  `);
  return row!.count;
}

/** Since when the row waits that has been due for longest; undefined when nobody is due. */
export async function longestDue(db: Db, now: Instant): Promise<Instant | undefined> {
  const [row] = await db.rows<{ dueAt: Instant | null }>(sql`
    -- across shards: a measure, and no snapshot
    select min(due_at) as "dueAt" from due where bucket = any(${EVERY_BUCKET}::smallint[]) and due_at <= ${time(now)}
  `);
  return row?.dueAt ?? undefined;
}

/** Some people of a bucket, by chance that the seed decides. */
export async function samplePeople(db: Db, bucket: number, most: number, seed: string): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: a sample, at night
    select person_id as "personId"
      from person
     where bucket = ${bucket}
     order by md5(person_id::text || ${seed}::text)
     limit ${most}
  `);
  return rows.map(({ personId }) => personId);
}

/** Some people about whom a colour was concluded, the newest first; it may have turned since. */
export async function peopleOfColour(db: Db, colour: string, most: number): Promise<string[]> {
  const rows = await db.rows<{ personId: string }>(sql`
    -- across shards: a sample, at night
    select person_id as "personId"
      from assessment
     where colour = ${colour}
     order by assessed_at desc, person_id
     limit ${most}
  `);
  return rows.map(({ personId }) => personId);
}
