import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../api/client.ts';
import type { Instant } from '../../domain/time.ts';
import { countDue } from '../../server/codes/store.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { batchesOf, madeUpRecords, type Stated } from './made-up-evidence.ts';
import { type Ledger, newClient, send, sendAll } from './sending.ts';
import { type ServiceProcess, startProcess } from './service-process.ts';
import type { Site } from './site.ts';
import { everyRow } from './stored.ts';

/** Every row of every table, by table. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/** What stood in a database at an instant to which it is restored later, and what had been told by then. */
export interface Moment {
  readonly at: Instant;
  readonly rows: Rows;
  readonly told: Ledger;
}

/** Who sends evidence to a service of which there are to be backups. */
export interface Sending {
  readonly api: ApiClient;
  readonly ledger: Ledger;
}

const PATIENCE_MS = 120_000;
/** What a restore writes: that it was, and that nobody publishes. */
const WRITTEN = ['restoration', 'status_turn'];

/** A folder for backups, which is gone with everything else of an installation; its server may enter it. */
export function folderOfBackups(site: Site): string {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  chmodSync(folder, 0o711);
  site.onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Has a backup made while evidence arrives, and lets more arrive after it. Returns what the backup has said. */
export async function backUpUnderLoad(
  site: Site,
  { api, ledger }: Sending,
  backups: string,
): Promise<string> {
  const sending = sendAll([api], ledger, batchesOf(evidence('meanwhile', 0), 5));
  await until(() => ledger.told.size > 20, PATIENCE_MS);
  const backup = startProcess(site, ['backup', backups]);
  assert.equal(await backup.ended, 0, backup.said());
  await sending;
  await sendAll([api], ledger, batchesOf(evidence('later', 50), 20));
  return backup.said();
}

/**
 * Waits until nobody is due, notes what stands there, and sends what comes too late for that, until some of it is in the
 * journal that a folder keeps. The returned function waits for the replies to all of it.
 */
export async function noteMoment(
  db: Db,
  { api, ledger }: Sending,
  journal: string,
): Promise<{ readonly moment: Moment; readonly answered: () => Promise<void> }> {
  await until(async () => (await countDue(db, Date.now())) === 0, PATIENCE_MS);
  const rows = await everyRow(db);
  const at = Date.now();
  const told = { ...ledger, sent: new Map(ledger.sent), told: new Map(ledger.told) };
  await sleep(5);
  const late = batchesOf(evidence('too-late', 120), 5).map((batch) => send(api, ledger, batch));
  await until(() => ledger.told.has('laboratory too-late-0 1'), PATIENCE_MS);
  await journalIsKept(db, journal);
  return {
    moment: { at, rows, told },
    answered: async () => {
      await Promise.all(late);
    },
  };
}

/** Waits until a folder holds the journal up to now. */
export async function journalIsKept(db: Db, folder: string): Promise<void> {
  const [segment] = await db.rows<{ name: string }>(sql`select pg_walfile_name(pg_switch_wal()) as name`);
  await until(() => readdirSync(folder).includes(`${segment!.name}.gz`), PATIENCE_MS);
}

/** Compares every table but those that a restore writes to. */
export function sameRows(found: Rows, expected: Rows, besides: readonly string[] = []): void {
  assert.deepEqual([...found.keys()], [...expected.keys()]);
  for (const [table, rows] of found)
    if (![...WRITTEN, ...besides].includes(table)) assert.deepEqual(rows, expected.get(table), table);
}

/** Sees to it that a restored service tells what it told by the moment, and takes what was lost when that comes again; ends it. */
export async function goesOnFrom(
  { told }: Moment,
  site: Site,
  service: ServiceProcess,
  ledger: Ledger,
): Promise<void> {
  const [api] = (await newClient(site, [service.url])) as [ApiClient];
  await account({ site, ledger: told, api });
  for (const key of ledger.told.keys()) if (!told.told.has(key)) ledger.told.delete(key);
  await sendAll([api], ledger, batchesOf([...ledger.sent.values()], 50));
  await account({ site, ledger, api, isRepeated: true });
  assert.equal(await service.stop(), 0);
}

/** Changes a bit in the middle of a file; the returned function changes it back. */
export function flipped(file: string): () => void {
  const before = readFileSync(file);
  const bytes = Buffer.from(before);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
  return () => writeFileSync(file, before);
}

function evidence(name: string, firstPerson: number): Stated[] {
  return madeUpRecords({ name, records: 150, people: 60, firstPerson, now: Date.now() });
}
