import type { Instant } from '../../domain/time.ts';
import { uuids } from '../platform/db/binary/arrays.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import type { VersionCount } from '../platform/keys/version-number.ts';

/** An account by one of the keyed indexes of its issuer and subject. */
export interface SubjectRow {
  readonly index: Buffer;
  readonly accountId: string;
}

/** The accounts of subjects, by index. */
export function accountsBySubject(db: Db, indexes: readonly Buffer[]): Promise<SubjectRow[]> {
  return db.rows<SubjectRow>(sql`
    select subject_index as "index", account_id as "accountId"
      from account_subject
     where subject_index = any(${indexes}::bytea[])
  `);
}

/** Adds the indexes of an account and returns those that nobody had added before. */
export async function addSubjects(
  db: Db,
  accountId: string,
  indexes: readonly Buffer[],
  recordedAt: Instant,
  eraseAfter: Instant,
): Promise<Buffer[]> {
  // In one order everywhere, so that two who add the same wait for each other and never in a circle.
  const sorted = [...indexes].sort((a, b) => a.compare(b));
  const added = await db.rows<{ index: Buffer }>(sql`
    insert into account_subject (subject_index, account_id, recorded_at, erase_after)
    select i, ${accountId}, ${time(recordedAt)}, ${time(eraseAfter)}
      from unnest(${sorted}::bytea[]) as n(i)
        on conflict do nothing
    returning subject_index as "index"
  `);
  return added.map(({ index }) => index);
}

/** Keeps the indexes of an account for as long as the account. */
export async function keepSubjects(db: Db, indexes: readonly Buffer[], eraseAfter: Instant): Promise<void> {
  await db.change(sql`
    update account_subject set erase_after = ${time(eraseAfter)} where subject_index = any(${indexes}::bytea[])
  `);
}

export async function addAccount(
  db: Db,
  accountId: string,
  now: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into account (account_id, signed_in_at, erase_after)
    values (${accountId}, ${time(now)}, ${time(eraseAfter)})
  `);
}

/** What an account is, besides its subject. */
export interface AccountRow {
  readonly personId: string | null;
  readonly verifiedAt: Instant | null;
}

/** Reads an account and locks it until the transaction ends; undefined when it was erased. */
export async function lockAccount(db: Db, accountId: string): Promise<AccountRow | undefined> {
  const [row] = await db.rows<AccountRow>(sql`
    select person_id as "personId", verified_at as "verifiedAt"
      from account
     where account_id = ${accountId}
       for update
  `);
  return row;
}

/** Writes down that somebody has signed in, and whether a document of theirs was vouched for. */
export async function noteSignIn(
  db: Db,
  accountId: string,
  isVerified: boolean,
  now: Instant,
  eraseAfter: Instant,
): Promise<void> {
  const verifiedAt = isVerified ? time(now) : null;
  await db.change(sql`
    update account
       set signed_in_at = ${time(now)}, verified_at = coalesce(${verifiedAt}::timestamptz, verified_at),
           erase_after = ${time(eraseAfter)}
     where account_id = ${accountId}
  `);
}

/** Whose code an account shows; undefined when it shows none. */
export async function personOfAccount(db: Db, accountId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ personId: string | null }>(sql`
    select person_id as "personId" from account where account_id = ${accountId}
  `);
  return row?.personId ?? undefined;
}

/** Those of some accounts that show codes, and whose. */
export function personsOfAccounts(
  db: Db,
  accountIds: readonly string[],
): Promise<{ accountId: string; personId: string }[]> {
  return db.rows(sql`
    select account_id as "accountId", person_id as "personId"
      from account
     where account_id = any(${uuids(accountIds)}::uuid[]) and person_id is not null
  `);
}

/**
 * Sets whose code an account shows, or with null that it shows none. An account that had shown another one's loses its
 * sessions with it, because their cookies name that person. To be called in the transaction that says why.
 */
export async function setPersonOfAccount(
  db: Db,
  accountId: string,
  personId: string | null,
  now: Instant,
): Promise<void> {
  const before = await lockAccount(db, accountId);
  await db.change(sql`
    update account
       set person_id = ${personId}, bound_at = ${personId === null ? null : time(now)}
     where account_id = ${accountId}
  `);
  if (before?.personId && before.personId !== personId) await endSessions(db, accountId, now);
}

/** A session that begins. */
export interface NewSession {
  readonly sessionId: string;
  readonly accountId: string;
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  readonly eraseAfter: Instant;
}

export async function addSession(db: Db, session: NewSession): Promise<void> {
  const { sessionId, accountId, startedAt, endsAt, eraseAfter } = session;
  await db.change(sql`
    insert into session (session_id, account_id, started_at, ends_at, erase_after)
    values (${sessionId}, ${accountId}, ${time(startedAt)}, ${time(endsAt)}, ${time(eraseAfter)})
  `);
}

/** A session, and whose it is. */
export type SessionRow = Pick<NewSession, 'sessionId' | 'accountId'>;

/** Those of some sessions that nobody has ended. */
export function openSessions(db: Db, sessionIds: readonly string[]): Promise<SessionRow[]> {
  return db.rows(sql`
    select session_id as "sessionId", account_id as "accountId"
      from session
     where session_id = any(${uuids(sessionIds)}::uuid[]) and ended_at is null
  `);
}

/** Ends one session; 0 when it had ended. */
export function endSession(db: Db, sessionId: string, now: Instant): Promise<number> {
  return db.change(sql`
    update session set ended_at = ${time(now)} where session_id = ${sessionId} and ended_at is null
  `);
}

/** Ends all sessions of an account, and says how many. */
export function endSessions(db: Db, accountId: string, now: Instant): Promise<number> {
  return db.change(sql`
    update session set ended_at = ${time(now)} where account_id = ${accountId} and ended_at is null
  `);
}

/** A session that has ended before its time. */
export interface EndedRow {
  readonly sessionId: string;
  readonly endedAt: Instant;
}

/** The sessions that were ended after an instant, at most so many. */
export function sessionsEndedAfter(db: Db, instant: Instant, most: number): Promise<EndedRow[]> {
  return db.rows<EndedRow>(sql`
    select session_id as "sessionId", ended_at as "endedAt"
      from session
     where ended_at > ${time(instant)}
     limit ${most}
  `);
}

/**
 * Deletes so many sessions at most that may be kept no longer, and says how many. Only those are looked at whose id is below
 * `bound`: ids begin with the time.
 */
export function deleteSessions(eraser: Db, bound: string, now: Instant, most: number): Promise<number> {
  return eraser.change(sql`
    delete from session
     where session_id in (select session_id
                            from session
                           where session_id < ${bound}::uuid and erase_after <= ${time(now)}
                           order by session_id
                           limit ${most}::bigint)
  `);
}

/** The accounts that are found by a version of the index key. */
export async function countSubjects(db: Db, version: number): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    -- across shards: a count while a key rotates
    select count(*) as count
      from account_subject
     where get_byte(subject_index, 0) * 256 + get_byte(subject_index, 1) = ${version}::integer
  `);
  return row!.count;
}

/** The accounts that are not found by a version of the index key, by the versions by which they are. */
export function countAccountsNotIndexed(db: Db, version: number): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    with missing as (
      select account_id, array_agg(get_byte(subject_index, 0) * 256 + get_byte(subject_index, 1)) as versions
        from account_subject
       group by account_id
      having not bool_or(get_byte(subject_index, 0) * 256 + get_byte(subject_index, 1) = ${version}::integer)
    )
    select v.version, count(*) as "rows"
      from missing
           cross join unnest(missing.versions) as v(version)
     group by v.version
  `);
}
