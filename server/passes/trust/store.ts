import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';

/** What is published once and never changed. */
export interface Published {
  readonly message: Uint8Array;
  readonly recordedAt: Instant;
  /** An office or a program. */
  readonly recordedBy: string;
}

/** Whether there was no list of that version yet. */
export async function addKeyList(db: Db, version: number, published: Published): Promise<boolean> {
  const { message, recordedAt, recordedBy } = published;
  const added = await db.change(sql`
    insert into key_list (version, message, recorded_at, recorded_by)
    values (${version}, ${Buffer.from(message)}, ${time(recordedAt)}, ${recordedBy})
        on conflict do nothing
  `);
  return added > 0;
}

/** Whether there was no bundle of that number and revision yet. */
export async function addRuleBundle(
  db: Db,
  row: { readonly number: number; readonly revision: number },
  { message, recordedAt, recordedBy }: Published,
): Promise<boolean> {
  const added = await db.change(sql`
    insert into rule_bundle (number, revision, message, recorded_at, recorded_by)
    values (${row.number}, ${row.revision}, ${Buffer.from(message)}, ${time(recordedAt)}, ${recordedBy})
        on conflict do nothing
  `);
  return added > 0;
}

/** The newest revision of the bundle of a number; 0 when there is none. */
export async function lastRevisionOf(db: Db, number: number): Promise<number> {
  const [row] = await db.rows<{ revisions: number }>(sql`
    select coalesce(max(revision), 0) as revisions from rule_bundle where number = ${number}
  `);
  return row!.revisions;
}

/** How much there is: as both only grow, another count tells that something was added. */
export async function countPublished(db: Db): Promise<string> {
  const [row] = await db.rows<{ lists: number; bundles: number }>(sql`
    select (select count(*) from key_list) as lists, (select count(*) from rule_bundle) as bundles
  `);
  return `${row!.lists} ${row!.bundles}`;
}

export interface KeyListRow {
  readonly number: number;
  readonly message: Uint8Array;
}

/** All key lists by version, from the first on. */
export function keyLists(db: Db): Promise<KeyListRow[]> {
  return db.rows<KeyListRow>(sql`select version as number, message from key_list order by version`);
}

export interface RuleBundleRow {
  readonly number: number;
  readonly revision: number;
  readonly message: Uint8Array;
}

/** All rule bundles; of a number the latest last. */
export async function ruleBundles(db: Db): Promise<RuleBundleRow[]> {
  return db.rows<RuleBundleRow>(sql`
    select number, revision, message from rule_bundle order by number, revision
  `);
}
