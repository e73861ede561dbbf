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

/**
 * Makes everyone due who made such a stay, as the last version of its record says; or of these only those with a fever on
 * record, and those joined to others, who may have one. Returns how many were not yet.
 *
 * It begins with the stays, and looks who of these has a fever: a grouped count cannot be planned as a list of everyone's,
 * and asked behind the list of people it cannot be planned to come first, which would ask it about everyone.
 */
export async function addConcerned(
  db: Db,
  stays: readonly Stays[],
  { dueId, dueAt }: DueFor,
  whom: 'anyone' | 'feverish',
): Promise<number> {
  if (stays.length === 0) return 0;
  await preferIndexes(db);
  return db.change(sql`
    -- across shards: whoever was in an area, wherever their rows are; each row stays in its shard
    insert into due (person_id, due_id, bucket, due_at, cause)
    select c.person_id, ${dueId}::uuid, get_byte(uuid_send(c.person_id), 15) & 63, ${time(dueAt)}::timestamptz, 'areas'
      from (
        select distinct e.person_id
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
      ) as c
     where (${whom === 'anyone'} or coalesce(
             (select count(*) from evidence f where f.person_id = c.person_id and f.kind = 'symptom' group by f.person_id),
             (select count(*) from kin k where k.person_id = c.person_id group by k.person_id)) > 0)
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

/** Notes that the people whom changes concern are due. */
export async function addConcerns(db: Db, numbers: readonly number[], now: Instant): Promise<void> {
  await db.change(sql`
    insert into area_concern (number, found_at)
    select number, ${time(now)}::timestamptz from unnest(${numbers}::bigint[]) as c(number)
  `);
}
