import { type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';

/** That somebody looked at something about a person, and for what purpose (D4). */
export interface LookRow {
  readonly personId: string;
  readonly lookId: string;
  readonly lookedAt: Instant;
  /** The client system or the member of staff. */
  readonly actor: string;
  /** Their authority, as people read it. */
  readonly authority: string;
  readonly purpose: string;
  /** What was looked at. */
  readonly subject: string;
  readonly eraseAfter: Instant;
}

export async function addLook(db: Db, look: LookRow): Promise<void> {
  const { personId, lookId, lookedAt, actor, authority, purpose, subject, eraseAfter } = look;
  await db.change(sql`
    insert into look (person_id, look_id, looked_at, actor, authority, purpose, subject, erase_after)
    values (${personId}, ${lookId}, ${time(lookedAt)}, ${actor}, ${authority}, ${purpose}, ${subject},
            ${time(eraseAfter)})
  `);
}

/** Where a page of looks ended. */
export type LookKey = readonly [lookedAt: Instant, lookId: string];

const FIRST: LookKey = [NEVER, '00000000-0000-0000-0000-000000000000'];

/** Who looked at something about a person, under any of their documents, the latest first: those after a look, at most so many. */
export async function looksAt(
  db: Db,
  personIds: string | readonly string[],
  after: LookKey = FIRST,
  most = Number.MAX_SAFE_INTEGER,
): Promise<LookRow[]> {
  const [lookedAt, lookId] = after;
  return db.rows<LookRow>(sql`
    select person_id as "personId", look_id as "lookId", looked_at as "lookedAt", actor, authority, purpose, subject,
           erase_after as "eraseAfter"
      from look
     where person_id = any(${[personIds].flat()}::uuid[])
       and (looked_at < ${time(lookedAt)} or (looked_at = ${time(lookedAt)} and look_id > ${lookId}::uuid))
     order by looked_at desc, look_id
     limit ${most}
  `);
}
