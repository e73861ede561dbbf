import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { VersionCount } from '../../platform/keys/version-number.ts';

/** An application with a key that can be renewed. An account has one at most. */
export interface KeyedApplication {
  readonly accountId: string;
  readonly applicationId: string;
  readonly wrappedKey: Buffer;
  readonly version: number;
  readonly sealedContent: Buffer;
  readonly eraseAfter: Instant;
  /** The indexes of its phone. */
  readonly indexes: readonly Buffer[];
}

/** Applications that say something still, in the order of their accounts, after one of these. */
export async function applicationsAfter(
  db: Db,
  accountId: string,
  most: number,
): Promise<KeyedApplication[]> {
  // In two statements: as one they would be joined from end to end for each page.
  const applications = await db.rows<Omit<KeyedApplication, 'version' | 'sealedContent' | 'indexes'>>(sql`
    -- across shards: pages through all applications while a key rotates
    select account_id as "accountId", application_id as "applicationId", wrapped_key as "wrappedKey",
           erase_after as "eraseAfter"
      from application
     where account_id > ${accountId} and wrapped_key is not null
     order by account_id
     limit ${most}
  `);
  const last = applications.at(-1);
  if (!last) return [];
  const contents = new Map(
    (
      await latestContents(
        db,
        applications.map((one) => one.accountId),
      )
    ).map((row) => [row.applicationId, row]),
  );
  const page = applications.flatMap((one) => {
    const content = contents.get(one.applicationId);
    return content
      ? [{ ...one, version: content.version, sealedContent: content.sealedContent, indexes: [] }]
      : [];
  });
  // A page of none would end the paging.
  return page.length > 0 ? page : applicationsAfter(db, last.accountId, most);
}

type ContentRow = Pick<KeyedApplication, 'applicationId' | 'version' | 'sealedContent'>;

/** What the applications of some accounts say last. */
function latestContents(db: Db, accountIds: readonly string[]): Promise<ContentRow[]> {
  return db.rows<ContentRow>(sql`
    select distinct on (account_id, application_id) application_id as "applicationId", version,
           sealed_content as "sealedContent"
      from application_content
     where account_id = any(${accountIds}::uuid[])
     order by account_id, application_id, version desc
  `);
}

/** The phone indexes of some accounts. */
export function phoneIndexesOf(
  db: Db,
  accountIds: readonly string[],
): Promise<{ readonly accountId: string; readonly index: Buffer }[]> {
  return db.rows(sql`
    -- across shards: the indexes of a page of accounts, while a key rotates
    select account_id as "accountId", phone_index as "index"
      from application_phone
     where account_id = any(${accountIds}::uuid[])
  `);
}

/** Replaces a wrapped key that is still as it was, or locks its row if it stays; says whether it did. */
export async function replaceWrappedKey(
  db: Db,
  { accountId, applicationId, wrappedKey }: KeyedApplication,
  after: Buffer,
): Promise<boolean> {
  const replaced = await db.change(sql`
    update application set wrapped_key = ${after}
     where account_id = ${accountId} and application_id = ${applicationId} and wrapped_key = ${wrappedKey}
  `);
  return replaced > 0;
}

/** The highest version of what an application says. */
export async function latestVersion(db: Db, { accountId, applicationId }: KeyedApplication): Promise<number> {
  const [row] = await db.rows<{ version: number | null }>(sql`
    select max(version) as version
      from application_content
     where account_id = ${accountId} and application_id = ${applicationId}
  `);
  return row?.version ?? 0;
}

/** Adds further indexes of a phone and returns how many were not there. */
export function addPhoneIndexes(
  db: Db,
  { accountId, applicationId, eraseAfter }: KeyedApplication,
  indexes: readonly Buffer[],
): Promise<number> {
  return db.change(sql`
    insert into application_phone (phone_index, account_id, application_id, erase_after)
    select i, ${accountId}, ${applicationId}, ${time(eraseAfter)}
      from unnest(${indexes}::bytea[]) as n(i)
        on conflict do nothing
  `);
}

/** The wrapped keys of applications, by the version that wraps them. */
export function countWrappedApplications(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    select get_byte(wrapped_key, 0) * 256 + get_byte(wrapped_key, 1) as version, count(*) as "rows"
      from application
     where wrapped_key is not null
     group by 1
  `);
}

/** The phones that are found by a version of the index key. */
export async function countPhones(db: Db, version: number): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    -- across shards: a count while a key rotates
    select count(*) as count
      from application_phone
     where get_byte(phone_index, 0) * 256 + get_byte(phone_index, 1) = ${version}::integer
  `);
  return row!.count;
}

/** The accounts whose phone is not found by a version of the index key, by the versions by which it is. */
export function countPhonesNotIndexed(db: Db, version: number): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    -- across shards: a count while a key rotates
    with missing as (
      select account_id, array_agg(get_byte(phone_index, 0) * 256 + get_byte(phone_index, 1)) as versions
        from application_phone
       group by account_id
      having not bool_or(get_byte(phone_index, 0) * 256 + get_byte(phone_index, 1) = ${version}::integer)
    )
    select v.version, count(*) as "rows"
      from missing
           cross join unnest(missing.versions) as v(version)
     group by v.version
  `);
}
