import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';

/** What may happen to an application. */
export type Step =
  | 'made'
  | 'referred'
  | 'recovery-opened'
  | 'confirmed'
  | 'document-seen'
  | 'documents-joined'
  | 'lost'
  | 'withdrawn';

/** Which application. */
export interface ApplicationKey {
  readonly accountId: string;
  readonly applicationId: string;
}

/** The latest application of an account, with the highest version of what was stated, and its steps in their order. */
export interface ApplicationRow extends ApplicationKey {
  /** Missing once the applicant has left or lost the code. */
  readonly wrappedKey: Buffer | null;
  readonly version: number;
  /** Missing once it was erased. */
  readonly sealedContent: Buffer | null;
  /** When a visitor has left. */
  readonly endsAt: Instant;
  readonly eraseAfter: Instant;
  readonly steps: readonly StepRow[];
}

/** A version of what was stated. */
export type NewContent = Omit<ApplicationRow, 'wrappedKey' | 'sealedContent' | 'steps'> & {
  readonly sealedContent: Buffer;
};

/** A step of an application. */
export interface StepRow {
  readonly step: Step;
  readonly personId: string | null;
  readonly caseId: string | null;
  readonly reference: string | null;
  readonly expiresAt: Instant | null;
  /** The account, the member of staff, or `time`. */
  readonly actor: string | null;
}

/** A step that is taken. */
export interface NewStep extends StepRow, ApplicationKey {
  readonly authority: string | null;
  readonly takenAt: Instant;
}

/** What a reference is for: to see a document, or to register somebody who has none. */
export type ReferencePurpose = 'document' | 'ward';

/** What a counter finds an application by. */
export interface ReferenceRow extends ApplicationKey {
  readonly reference: string;
  readonly purpose: ReferencePurpose;
  readonly expiresAt: Instant;
}

/** Adds an application; the row of the account must be locked. */
export async function addApplication(
  db: Db,
  { accountId, applicationId }: ApplicationKey,
  wrappedKey: Buffer,
  madeAt: Instant,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into application (account_id, application_id, number, wrapped_key, made_at, erase_after)
    select ${accountId}::uuid, ${applicationId}::uuid, coalesce(max(number), 0) + 1, ${wrappedKey}::bytea,
           ${time(madeAt)}::timestamptz, ${time(eraseAfter)}::timestamptz
      from application
     where account_id = ${accountId}
  `);
}

/** Adds a version of what was stated; the application lives as long as that. */
export async function addContent(db: Db, row: NewContent, writtenAt: Instant) {
  const { accountId, applicationId, version, sealedContent, endsAt, eraseAfter } = row;
  await db.change(sql`
    insert into application_content
      (account_id, application_id, version, sealed_content, ends_at, written_at, erase_after)
    values (${accountId}, ${applicationId}, ${version}, ${sealedContent}, ${time(endsAt)}, ${time(writtenAt)},
            ${time(eraseAfter)})
  `);
  await db.change(sql`
    update application set erase_after = ${time(eraseAfter)}
     where account_id = ${accountId} and application_id = ${applicationId}
  `);
}

/** How many versions an account has stated since an instant. */
export async function countContents(db: Db, accountId: string, since: Instant): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`
    select count(*) as count
      from application_content
     where account_id = ${accountId} and written_at > ${time(since)}
  `);
  return row!.count;
}

/**
 * The application that an account made last, as it was last stated, with its steps and whose code the account shows: all in
 * one statement, because it is asked whenever somebody looks at their code.
 */
export async function latestApplication(
  db: Db,
  accountId: string,
): Promise<(ApplicationRow & { readonly shownPersonId: string | null }) | undefined> {
  const [row] = await db.rows<ApplicationRow & { shownPersonId: string | null }>(sql`
    select a.account_id as "accountId", a.application_id as "applicationId", a.wrapped_key as "wrappedKey", 
           coalesce(c.version, 0) as version, c.sealed_content as "sealedContent",
           coalesce(c.ends_at, 'infinity') as "endsAt", a.erase_after as "eraseAfter",
           o.person_id as "shownPersonId",
           (select json_agg(json_build_object(
                     'step', s.step, 'personId', s.person_id, 'caseId', s.case_id, 'reference', s.reference,
                     'expiresAt', extract(epoch from s.expires_at) * 1000, 'actor', s.actor) order by s.number)
              from application_step s
             where s.account_id = a.account_id and s.application_id = a.application_id) as steps
      from application a
           left join application_content c on c.account_id = a.account_id and c.application_id = a.application_id
           join account o on o.account_id = a.account_id
     where a.account_id = ${accountId}
     order by a.number desc, c.version desc
     limit 1
  `);
  return row;
}

/** The accounts that name a person and were a visitor's once whose time is over. */
export async function accountsPastVisits(db: Db, now: Instant): Promise<string[]> {
  const rows = await db.rows<{ accountId: string }>(sql`
    -- across shards: the visitors of all accounts who have left; a job of every hour
    select distinct a.account_id as "accountId"
      from application_content c
           join account a on a.account_id = c.account_id
     where c.ends_at < 'infinity' and c.ends_at <= ${time(now)} and a.person_id is not null
  `);
  return rows.map(({ accountId }) => accountId);
}

/** Appends a step; the row of the account must be locked. */
export async function addStep(db: Db, row: NewStep, eraseAfter: Instant): Promise<void> {
  const { accountId, applicationId, step, personId, caseId, reference, expiresAt, actor, authority } = row;
  await db.change(sql`
    insert into application_step
      (account_id, application_id, number, step, person_id, case_id, reference, expires_at, actor, authority, taken_at,
       erase_after)
    select ${accountId}::uuid, ${applicationId}::uuid, coalesce(max(number), 0) + 1, ${step}::text, ${personId}::uuid,
           ${caseId}::uuid, ${reference}::text, ${expiresAt === null ? null : time(expiresAt)}::timestamptz,
           ${actor}::text, ${authority}::text, ${time(row.takenAt)}::timestamptz, ${time(eraseAfter)}::timestamptz
      from application_step
     where account_id = ${accountId} and application_id = ${applicationId}
  `);
}

/** Destroys what an application says, for good (D3). */
export async function destroyContent(db: Db, { accountId, applicationId }: ApplicationKey): Promise<void> {
  await db.change(sql`
    update application set wrapped_key = null
     where account_id = ${accountId} and application_id = ${applicationId}
  `);
  await db.change(sql`
    -- across shards: the indexes of one account lie where their numbers do; rare
    delete from application_phone where account_id = ${accountId}
  `);
}

/** Says whether the reference was free. */
export async function addReference(db: Db, row: ReferenceRow, eraseAfter: Instant): Promise<boolean> {
  const { reference, purpose, accountId, applicationId, expiresAt } = row;
  const added = await db.change(sql`
    insert into application_reference (reference, purpose, account_id, application_id, expires_at, erase_after)
    values (${reference}, ${purpose}, ${accountId}, ${applicationId}, ${time(expiresAt)}, ${time(eraseAfter)})
        on conflict do nothing
  `);
  return added > 0;
}

export async function findReference(db: Db, reference: string): Promise<ReferenceRow | undefined> {
  const [row] = await db.rows<ReferenceRow>(sql`
    select reference, purpose, account_id as "accountId", application_id as "applicationId", expires_at as "expiresAt"
      from application_reference
     where reference = ${reference}
  `);
  return row;
}

/** The phone of an application, which takes the place of the one before. */
export async function setPhone(
  db: Db,
  { accountId, applicationId }: ApplicationKey,
  indexes: readonly Buffer[],
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    -- across shards: the indexes of one account lie where their numbers do; rare
    delete from application_phone where account_id = ${accountId}
  `);
  await db.change(sql`
    insert into application_phone (phone_index, account_id, application_id, erase_after)
    select i, ${accountId}, ${applicationId}, ${time(eraseAfter)}
      from unnest(${indexes}::bytea[]) as n(i)
        on conflict do nothing
  `);
}

/** Takes away what is sealed and does not open any more; for the role that erases. */
export async function eraseContents(db: Db, { accountId, applicationId }: ApplicationKey): Promise<void> {
  await db.change(sql`
    delete from application_content where account_id = ${accountId} and application_id = ${applicationId}
  `);
}
