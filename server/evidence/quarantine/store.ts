import type { Fault } from '../../../domain/fault.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import type { VersionCount } from '../../platform/keys/version-number.ts';

/** A record that could not be accepted. */
export interface QuarantineRow {
  readonly itemId: string;
  readonly batchId: string;
  readonly position: number;
  readonly clientId: string;
  readonly source: string | null;
  readonly sealedRecord: Buffer;
  readonly faults: readonly Fault[];
  readonly receivedAt: Instant;
}

/** What was done about a quarantined record. */
export type Step =
  | 'approved'
  | 'accepted'
  | 'unchanged'
  | 'still-faulty'
  | 'superseded'
  | 'corrected'
  | 'discarded';

/** A step, who took it and when. */
export interface StepRow {
  readonly itemId: string;
  readonly stepId: string;
  readonly step: Step;
  /** The client system or the member of staff. */
  readonly actor: string;
  readonly reason: string | null;
  readonly takenAt: Instant;
}

/** A record in quarantine, for a list: without the record itself. */
export interface WaitingRow extends Omit<QuarantineRow, 'sealedRecord'> {
  /** Whether it still waits for somebody. */
  readonly isOpen: boolean;
}

/** Keeps records that could not be accepted. The same record of the same client is kept once. */
export async function addQuarantined(
  db: Db,
  rows: readonly QuarantineRow[],
  eraseAfter: Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await db.change(sql`
    insert into quarantine (item_id, batch_id, position, client_id, source, sealed_record, faults, received_at, erase_after)
    select q, b, n, c, s, r, f::json, a, ${time(eraseAfter)}
      from unnest(
        ${rows.map(({ itemId }) => itemId)}::uuid[],
        ${rows.map(({ batchId }) => batchId)}::uuid[],
        ${rows.map(({ position }) => position)}::integer[],
        ${rows.map(({ clientId }) => clientId)}::text[],
        ${rows.map(({ source }) => source)}::text[],
        ${rows.map(({ sealedRecord }) => sealedRecord)}::bytea[],
        ${rows.map(({ faults }) => JSON.stringify(faults))}::text[],
        ${rows.map(({ receivedAt }) => time(receivedAt))}::timestamptz[]
      ) as n(q, b, n, c, s, r, f, a)
     order by q
        on conflict do nothing
  `);
}

/** Those of some ids under which a record is in quarantine. */
export async function itemsAmong(db: Db, itemIds: readonly string[]): Promise<string[]> {
  const rows = await db.rows<{ itemId: string }>(sql`
    select item_id as "itemId" from quarantine where item_id = any(${itemIds}::uuid[])
  `);
  return rows.map(({ itemId }) => itemId);
}

/** One record in quarantine. */
export async function quarantined(db: Db, itemId: string): Promise<QuarantineRow | undefined> {
  const [row] = await db.rows<QuarantineRow>(sql`
    select item_id as "itemId", batch_id as "batchId", position, client_id as "clientId", source,
           sealed_record as "sealedRecord", faults, received_at as "receivedAt"
      from quarantine
     where item_id = ${itemId}
  `);
  return row;
}

/** Records in quarantine of one client, in the order in which they came, after a place in that order. */
export async function listQuarantined(
  db: Db,
  clientId: string,
  after: { readonly receivedAt: Instant; readonly itemId: string },
  most: number,
): Promise<WaitingRow[]> {
  return db.rows<WaitingRow>(sql`
    select item_id as "itemId", batch_id as "batchId", position, client_id as "clientId", source, faults,
           received_at as "receivedAt",
           not exists (
             select 1 from quarantine_step s
              where s.item_id = q.item_id and s.step in ('accepted', 'unchanged', 'superseded', 'corrected', 'discarded')
           ) as "isOpen"
      from quarantine q
     where client_id = ${clientId}
       and (received_at, item_id) > (${time(after.receivedAt)}::timestamptz, ${after.itemId}::uuid)
     order by received_at, item_id
     limit ${most}
  `);
}

/** What was done about one record, the first step first. */
export async function stepsOf(db: Db, itemId: string): Promise<StepRow[]> {
  return db.rows<StepRow>(sql`
    select item_id as "itemId", step_id as "stepId", step, actor, reason, taken_at as "takenAt"
      from quarantine_step
     where item_id = ${itemId}
     order by taken_at, step_id
  `);
}

export async function addStep(db: Db, row: StepRow, eraseAfter: Instant): Promise<void> {
  const { itemId, stepId, step, actor, reason, takenAt } = row;
  await db.change(sql`
    insert into quarantine_step (item_id, step_id, step, actor, reason, taken_at, erase_after)
    values (${itemId}, ${stepId}, ${step}, ${actor}, ${reason}, ${time(takenAt)}, ${time(eraseAfter)})
  `);
}

/** The records in quarantine, by the version of the key that seals them. */
export function countSealedRecords(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    select get_byte(sealed_record, 0) * 256 + get_byte(sealed_record, 1) as version, count(*) as "rows"
      from quarantine
     group by 1
  `);
}

/** The records in quarantine, by the version of the key that made their ids. */
export function countItemIds(db: Db): Promise<VersionCount[]> {
  return db.rows<VersionCount>(sql`
    select get_byte(uuid_send(item_id), 0) * 256 + get_byte(uuid_send(item_id), 1) as version, count(*) as "rows"
      from quarantine
     group by 1
  `);
}
