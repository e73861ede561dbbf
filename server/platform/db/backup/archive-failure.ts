import type { Db } from '../database.ts';
import { sql } from '../sql.ts';

/** The file of the journal that the server has last tried in vain to archive; undefined when none waits. */
export async function archiveFailure(db: Db): Promise<string | undefined> {
  const [row] = await db.rows<{ segment: string | null }>(sql`
    select last_failed_wal as segment
      from pg_stat_archiver
     where last_failed_time > coalesce(last_archived_time, '-infinity')
  `);
  return row?.segment ?? undefined;
}
