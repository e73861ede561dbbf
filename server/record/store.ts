import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';

/** That somebody looked at something about a person, and for what purpose (D4). */
export interface LookRow {
  readonly personId: string;
  readonly lookId: string;
  readonly lookedAt: Instant;
  /** The client system or the member of staff. */
  readonly actor: string;
  readonly purpose: string;
  /** What was looked at. */
  readonly subject: string;
  readonly eraseAfter: Instant;
}

export async function addLook(db: Db, look: LookRow): Promise<void> {
  const { personId, lookId, lookedAt, actor, purpose, subject, eraseAfter } = look;
  await db.change(sql`
    insert into look (person_id, look_id, looked_at, actor, purpose, subject, erase_after)
    values (${personId}, ${lookId}, ${time(lookedAt)}, ${actor}, ${purpose}, ${subject}, ${time(eraseAfter)})
  `);
}

/** Everybody who looked at something about a person, the latest first. */
export async function looksAt(db: Db, personId: string): Promise<LookRow[]> {
  return db.rows<LookRow>(sql`
    select person_id as "personId", look_id as "lookId", looked_at as "lookedAt", actor, purpose, subject,
           erase_after as "eraseAfter"
      from look
     where person_id = ${personId}
     order by looked_at desc, look_id
  `);
}
