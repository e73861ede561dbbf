import type { Kind } from '../../../domain/evidence/fact.ts';
import type { Instant } from '../../../domain/time.ts';
import { uuids } from '../../platform/db/binary/arrays.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { AssessmentRow } from '../store.ts';

/** The conclusion in force about a person, and whether it may be outdated. */
export interface LatestRow extends HeldRow {
  /** Whether something is to be concluded about them that no clock has brought about, or they are joined to others. */
  readonly isUnsettled: boolean;
}

/** What of a conclusion tells what holds at an instant. */
export type HeldRow = Pick<
  AssessmentRow,
  'personId' | 'assessedAt' | 'rules' | 'colour' | 'nextChangeAt' | 'nextColour' | 'result' | 'nextResult'
>;

/**
 * The conclusion in force about each of some people, and whether it may be outdated, both of one snapshot: what was concluded
 * meanwhile is seen in either way. Those about whom nothing was concluded yet are not in the answer.
 *
 * Nothing in it can be planned as a join: a plan that is made for few people would read what waits anew for each of many.
 * Grouping says to a database that is spread over machines that each part concerns one person.
 */
export async function latestWithUnsettled(
  db: Db,
  personIds: readonly string[],
  now: Instant,
): Promise<LatestRow[]> {
  return db.rows<LatestRow>(sql`
    select a.person_id as "personId", assessed_at as "assessedAt", rules, colour, next_change_at as "nextChangeAt",
           next_colour as "nextColour", result, next_result as "nextResult",
           (select count(*) from due d
             where d.person_id = a.person_id
               and (d.cause = 'evidence' or (d.cause <> 'time' and d.due_at <= ${time(now)}))
             group by d.person_id) is not null
           or (select count(*) from kin k where k.person_id = a.person_id group by k.person_id) is not null
             as "isUnsettled"
      from (select distinct on (person_id)
                   person_id, assessed_at, rules, colour, next_change_at, next_colour, result::text as result,
                   next_result::text as next_result
              from assessment
             where person_id = any(${uuids(personIds)}::uuid[])
             order by person_id, number desc) a
  `);
}

/** The colour of somebody. */
export type ColourRow = Pick<AssessmentRow, 'personId' | 'colour'>;

/**
 * The colours at an instant of those of some people whose conclusion in force tells it, itself or by the next one that it
 * carries, and may not be outdated, as {@link latestWithUnsettled} would tell: for whoever needs no reasons.
 */
export async function heldColours(db: Db, personIds: readonly string[], now: Instant): Promise<ColourRow[]> {
  const at = time(now);
  return db.rows<ColourRow>(sql`
    select a.person_id as "personId", case when next_change_at > ${at} then colour else next_colour end as colour
      from (select distinct on (person_id) person_id, assessed_at, colour, next_change_at, next_colour,
                   case when next_change_at <= ${at}
                        then coalesce((next_result ->> 'nextChangeAt')::timestamptz, 'infinity') end as next_until
              from assessment
             where person_id = any(${uuids(personIds)}::uuid[])
             order by person_id, number desc) a
     where assessed_at <= ${at}
       and (next_change_at > ${at} or (next_colour is not null and next_until > ${at}))
       and (select count(*) from due d
             where d.person_id = a.person_id
               and (d.cause = 'evidence' or (d.cause <> 'time' and d.due_at <= ${at}))
             group by d.person_id) is null
       and (select count(*) from kin k where k.person_id = a.person_id group by k.person_id) is null
  `);
}

/** What of a conclusion its person reads in their history. */
export type HistoryRow = Pick<AssessmentRow, 'number' | 'assessedAt' | 'rules' | 'colour' | 'result'>;

/** The conclusions about a person before a number, the latest first, at most so many. */
export async function assessmentsBefore(
  db: Db,
  personId: string,
  before: number,
  most: number,
): Promise<HistoryRow[]> {
  return db.rows<HistoryRow>(sql`
    select number, assessed_at as "assessedAt", rules, colour, result::text as result
      from assessment
     where person_id = ${personId} and number < ${before}
     order by number desc
     limit ${most}
  `);
}

/** The kind of every record that was ever stated about some people. */
export function kindsOfRecords(
  db: Db,
  personIds: readonly string[],
): Promise<{ source: string; id: string; kind: Kind }[]> {
  return db.rows(sql`
    select distinct source, record_id as "id", kind
      from evidence
     where person_id = any(${personIds}::uuid[])
  `);
}
