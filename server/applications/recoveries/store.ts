import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

export type RecoveryStep = 'contested' | 'granted' | 'closed';

/** A claim to a code that another account shows. */
export interface RecoveryRow {
  readonly personId: string;
  readonly caseId: string;
  /** Who claims, with which application. */
  readonly accountId: string;
  readonly applicationId: string;
  /** Who showed the code when the claim was made. */
  readonly holderAccountId: string;
  readonly openedAt: Instant;
}

/** A claim with the steps that were taken, in no order. */
export interface Recovery extends RecoveryRow {
  readonly steps: readonly RecoveryStep[];
}

export async function addRecovery(db: Db, row: RecoveryRow, eraseAfter: Instant): Promise<void> {
  const { personId, caseId, accountId, applicationId, holderAccountId, openedAt } = row;
  await db.change(sql`
    insert into recovery (person_id, case_id, account_id, application_id, holder_account_id, opened_at, erase_after)
    values (${personId}, ${caseId}, ${accountId}, ${applicationId}, ${holderAccountId}, ${time(openedAt)},
            ${time(eraseAfter)})
  `);
}

/** All claims that were ever made to the code of a person, the first first. */
export function recoveriesOf(db: Db, personId: string): Promise<Recovery[]> {
  return db.rows<Recovery>(sql`
    select r.person_id as "personId", r.case_id as "caseId", r.account_id as "accountId",
           r.application_id as "applicationId", r.holder_account_id as "holderAccountId", r.opened_at as "openedAt",
           coalesce(array_agg(s.step) filter (where s.step is not null), '{}') as steps
      from recovery r
           left join recovery_step s on s.person_id = r.person_id and s.case_id = r.case_id
     where r.person_id = ${personId}
     group by r.person_id, r.case_id
     order by r.opened_at, r.case_id
  `);
}

/** Who takes a step, and when. */
export interface StepTaken {
  readonly stepId: string;
  readonly step: RecoveryStep;
  /** An account, a member of staff, or `time`. */
  readonly actor: string;
  readonly takenAt: Instant;
}

export async function addRecoveryStep(
  db: Db,
  { personId, caseId }: RecoveryRow,
  { stepId, step, actor, takenAt }: StepTaken,
  eraseAfter: Instant,
): Promise<void> {
  await db.change(sql`
    insert into recovery_step (person_id, case_id, step_id, step, actor, taken_at, erase_after)
    values (${personId}, ${caseId}, ${stepId}, ${step}, ${actor}, ${time(takenAt)}, ${time(eraseAfter)})
  `);
}

/** The accounts whose claims were made before an instant and wait for nothing but time, the oldest first. */
export async function accountsWithDueRecoveries(db: Db, openedBefore: Instant): Promise<string[]> {
  const rows = await db.rows<{ accountId: string }>(sql`
    -- across shards: the claims of all people whose time to contest is over; a job of every hour
    select r.account_id as "accountId"
      from recovery r
           left join recovery_step s on s.person_id = r.person_id and s.case_id = r.case_id
     where r.opened_at <= ${time(openedBefore)} and s.step_id is null
     order by r.opened_at, r.case_id
  `);
  return [...new Set(rows.map(({ accountId }) => accountId))];
}
