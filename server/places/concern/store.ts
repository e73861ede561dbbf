import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { ChangeRow } from '../store.ts';
import type { ChangedArea, Stays } from './concerned-stays.ts';

/** Changes that are known by now, and whose people nobody has looked for yet. */
export async function pendingChanges(db: Db, now: Instant): Promise<ChangeRow[]> {
  return db.rows<ChangeRow>(sql`
    select number, received_at as "receivedAt", known_at as "knownAt"
      from area_change c
     where (known_at <= ${time(now)} or known_at = received_at)
       and not exists (select from area_concern where number = c.number)
     order by number
  `);
}

/** The areas of which pending changes tell, with their ends before all of these and after them. */
export async function changedAreas(db: Db, pending: readonly number[]): Promise<ChangedArea[]> {
  return db.rows<ChangedArea>(sql`
    select level, region, listed_from as from,
           (select listed_to from area_end e
             where e.area_id = a.area_id and exists (select from area_concern c where c.number = e.number)
             order by number desc limit 1) as before,
           (select listed_to from area_end e
             where e.area_id = a.area_id
               and (e.number = any(${pending}::bigint[])
                    or exists (select from area_concern c where c.number = e.number))
             order by number desc limit 1) as after
      from listed_area a
     where area_id in (select area_id from area_end where number = any(${pending}::bigint[]))
  `);
}

/** What makes people due, and when. */
export interface DueFor {
  readonly dueId: string;
  readonly dueAt: Instant;
}

/** Makes everyone due who made such a stay, as the last version of its record says. Returns how many were not yet. */
export async function addConcerned(
  db: Db,
  stays: readonly Stays[],
  { dueId, dueAt }: DueFor,
): Promise<number> {
  if (stays.length === 0) return 0;
  await preferIndexes(db);
  return db.change(sql`
    insert into due (person_id, due_id, bucket, due_at, cause)
    select distinct e.person_id, ${dueId}::uuid, get_byte(uuid_send(e.person_id), 15) & 63,
           ${time(dueAt)}::timestamptz, 'areas'
      from unnest(
        ${stays.map(({ region }) => region)}::text[],
        ${stays.map(({ region, within }) => (within ? `${region}${AFTER_DIGITS}` : region))}::text[],
        ${stays.map(({ beginBefore }) => time(beginBefore))}::timestamptz[],
        ${stays.map(({ endFrom }) => time(endFrom))}::timestamptz[]
      ) as s(first_region, last_region, begin_before, end_from)
      join evidence e on e.region ~>=~ s.first_region and e.region ~<=~ s.last_region and e.place_to >= s.end_from
       and e.place_from < s.begin_before
     where e.standing = 'stated'
       and not exists (select from evidence n where n.person_id = e.person_id and n.source = e.source
                          and n.record_id = e.record_id and n.version > e.version)
        on conflict do nothing
  `);
}

/** Sorts after every digit. */
const AFTER_DIGITS = ':';

/** No statistics tell how few stays lie in a region that stands in an array, so the planner would read all of them. */
async function preferIndexes(db: Db): Promise<void> {
  await db.change(sql`set local enable_seqscan = off`);
  await db.change(sql`set local enable_hashjoin = off`);
  await db.change(sql`set local enable_mergejoin = off`);
}

/** The same for those with a fever on record, and for those joined to others, who may have one. */
export async function addConcernedFeverish(
  db: Db,
  stays: readonly Stays[],
  { dueId, dueAt }: DueFor,
): Promise<number> {
  if (stays.length === 0) return 0;
  return db.change(sql`
    insert into due (person_id, due_id, bucket, due_at, cause)
    select distinct e.person_id, ${dueId}::uuid, get_byte(uuid_send(e.person_id), 15) & 63,
           ${time(dueAt)}::timestamptz, 'areas'
      from (select person_id from evidence where kind = 'symptom' union select person_id from kin) as f
      join evidence e on e.person_id = f.person_id and e.region is not null and e.standing = 'stated'
     cross join lateral unnest(array[left(e.region, 2), left(e.region, 4), left(e.region, 6), left(e.region, 9),
                                     e.region]) as p(region)
      join unnest(
        ${stays.map(({ region }) => region)}::text[],
        ${stays.map(({ within }) => within)}::boolean[],
        ${stays.map(({ beginBefore }) => time(beginBefore))}::timestamptz[],
        ${stays.map(({ endFrom }) => time(endFrom))}::timestamptz[]
      ) as s(region, within, begin_before, end_from)
        on s.region = p.region and (s.within or s.region = e.region) and e.place_to >= s.end_from
       and e.place_from < s.begin_before
     where not exists (select from evidence n where n.person_id = e.person_id and n.source = e.source
                          and n.record_id = e.record_id and n.version > e.version)
        on conflict do nothing
  `);
}

/** Notes that the people whom changes concern are due. */
export async function addConcerns(db: Db, numbers: readonly number[], now: Instant): Promise<void> {
  await db.change(sql`
    insert into area_concern (number, found_at)
    select number, ${time(now)}::timestamptz from unnest(${numbers}::bigint[]) as c(number)
  `);
}
