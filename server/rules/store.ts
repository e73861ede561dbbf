import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';

/** A rule package and an instant from which it decides. */
export interface InForceRow {
  readonly number: number;
  readonly rules: string;
  readonly inForceFrom: Instant;
  readonly recordedAt: Instant;
}

export async function addPackage(
  db: Db,
  rules: string,
  digest: Buffer,
  text: string,
  recordedAt: Instant,
): Promise<void> {
  await db.change(sql`
    insert into rule_package (rules, digest, package, recorded_at)
    values (${rules}, ${digest}, ${text}, ${time(recordedAt)})
        on conflict do nothing
  `);
}

/** Whether a row of that number was not there yet. */
export async function addInForce(db: Db, row: InForceRow): Promise<boolean> {
  const { number, rules, inForceFrom, recordedAt } = row;
  const added = await db.change(sql`
    insert into rules_in_force (number, rules, in_force_from, recorded_at)
    values (${number}, ${rules}, ${time(inForceFrom)}, ${time(recordedAt)})
        on conflict do nothing
  `);
  return added > 0;
}

export async function rulesInForce(db: Db): Promise<InForceRow[]> {
  return db.rows<InForceRow>(sql`
    select number, rules, in_force_from as "inForceFrom", recorded_at as "recordedAt"
      from rules_in_force
     order by number
  `);
}

/** The JSON text of a package. */
export async function packageText(db: Db, rules: string): Promise<string | undefined> {
  const [row] = await db.rows<{ text: string }>(
    sql`select package::text as "text" from rule_package where rules = ${rules}`,
  );
  return row?.text;
}
