import type { Instant } from '../../../../domain/time.ts';
import type { Db } from '../../../platform/db/database.ts';
import { sql, time } from '../../../platform/db/sql.ts';

/** What tells that something about a person is another than before. */
export interface MarkRow {
  readonly personId: string;
  readonly what: 'assessment' | 'evidence' | 'due' | 'look';
  readonly mark: string;
  /** Of an assessment: until when it holds. */
  readonly until: Instant | null;
}

/** The latest of what people are told about, of all of them in one statement. */
export async function marksOf(db: Db, personIds: readonly string[], now: Instant): Promise<MarkRow[]> {
  return db.rows<MarkRow>(sql`
    select person_id as "personId", 'assessment' as what, max(number)::text as mark,
           (array_agg(next_change_at order by number desc))[1] as until
      from assessment
     where person_id = any(${personIds}::uuid[])
     group by person_id
     union all
    -- What changes no conclusion may still change what would turn the code green.
    select person_id, 'evidence', count(*)::text, null
      from evidence
     where person_id = any(${personIds}::uuid[])
     group by person_id
     union all
    select person_id, 'due', string_agg(due_id::text, ' ' order by due_id), null
      from due
     where person_id = any(${personIds}::uuid[])
       and (cause = 'evidence' or (cause <> 'time' and due_at <= ${time(now)}))
     group by person_id
     union all
    select person_id, 'look', count(*)::text, null
      from look
     where person_id = any(${personIds}::uuid[])
     group by person_id
  `);
}
