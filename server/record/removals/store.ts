import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** That somebody left. */
export interface WithdrawalRow {
  readonly withdrawalId: string;
  readonly accountId: string;
  /** Whose codes the account showed. */
  readonly personIds: readonly string[];
  readonly withdrawnAt: Instant;
}

export async function addWithdrawal(db: Db, row: WithdrawalRow, eraseAfter: Instant): Promise<void> {
  const { withdrawalId, accountId, personIds, withdrawnAt } = row;
  await db.change(sql`
    insert into withdrawal (withdrawal_id, account_id, person_ids, withdrawn_at, erase_after)
    values (${withdrawalId}, ${accountId}, ${personIds}::uuid[], ${time(withdrawnAt)}, ${time(eraseAfter)})
  `);
}

/** Who has left since an instant, the first first. */
export function withdrawalsSince(db: Db, instant: Instant): Promise<WithdrawalRow[]> {
  return db.rows<WithdrawalRow>(sql`
    select withdrawal_id as "withdrawalId", account_id as "accountId", person_ids as "personIds",
           withdrawn_at as "withdrawnAt"
      from withdrawal
     where withdrawn_at >= ${time(instant)}
     order by withdrawn_at, withdrawal_id
  `);
}

/** Which of some withdrawals are on record. */
export async function knownWithdrawals(db: Db, withdrawalIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.rows<{ withdrawalId: string }>(sql`
    select withdrawal_id as "withdrawalId" from withdrawal where withdrawal_id = any(${withdrawalIds}::uuid[])
  `);
  return new Set(rows.map(({ withdrawalId }) => withdrawalId));
}
