import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../api/client.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { checkDecisions } from '../../server/codes/check-decisions.ts';
import { countDue } from '../../server/codes/store.ts';
import { openInstallation } from '../../server/installation.ts';
import type { Database } from '../../server/platform/db/database.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { BUCKETS } from '../../server/platform/db/uuid.ts';
import { until } from '../until.ts';
import { doEverything, STAY_EMPTY } from './everything.ts';
import { freshFrom } from './fresh.ts';
import { look } from './looking.ts';
import { madeUpRecords, type Stated } from './made-up-evidence.ts';
import { journalIsKept } from './restoring.ts';
import { newClient } from './sending.ts';
import { startProcess, startServing } from './service-process.ts';
import type { Site } from './site.ts';
import { everyRow } from './stored.ts';

const PATIENCE_MS = 120_000;
/** What a restore writes on purpose, and how many rows are there then: that it was, that nobody publishes, that everybody signs in again. */
const WRITTEN: Readonly<Record<string, (before: number) => number>> = {
  restoration: () => 1,
  session: (before) => before,
  status_turn: (before) => before,
};
/** More than there are in any bucket. */
const EVERYBODY = 200;

/** An instant at which every table that is ever written to held something. */
export interface WholePast {
  readonly to: Instant;
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** What was told to be accepted by then. */
  readonly kept: readonly Stated[];
  /** What was told to be accepted later, and is lost. */
  readonly lost: readonly Stated[];
}

/**
 * Has a service do everything while its database is backed up into a folder, and go on. When the journal in that folder holds
 * all of it the service is killed; the database is not.
 */
export async function liveThrough(site: Site, backups: string, databaseUrl: string): Promise<WholePast> {
  const service = await startServing(site, 0, ['--archive', backups]);
  const published = () => fetch(`${service.url}/api/v1/trust/status/head`);
  await until(async () => (await published()).ok, PATIENCE_MS);
  const [api] = (await newClient(site, [service.url])) as [ApiClient];
  const backup = startProcess(site, ['backup', backups]);
  await doEverything(site, databaseUrl, service.url);
  assert.equal(await backup.ended, 0, backup.said());
  const [kept, lost] = [recordsOf('kept', 2_000), recordsOf('lost', 3_000)];
  assert.deepEqual(await outcomesOf(api, kept), ['accepted']);
  const past = await site.onDatabase(async (db) => {
    await until(async () => (await countDue(db, Date.now())) === 0, PATIENCE_MS);
    const instant = await stillInstant(db);
    assert.ok((await db.rows(OPEN_SESSIONS)).length > 0);
    assert.deepEqual(await outcomesOf(api, lost), ['accepted']);
    await journalIsKept(db, join(backups, 'wal'));
    return { ...instant, kept, lost };
  });
  await service.kill();
  return past;
}

/** An instant at which the service, which publishes at its own pace, writes nothing. */
async function stillInstant(db: Database): Promise<Pick<WholePast, 'to' | 'rows'>> {
  for (;;) {
    const rows = await everyRow(db);
    const to = Date.now();
    await sleep(5);
    if (isDeepStrictEqual(await everyRow(db), rows)) return { to, rows };
  }
}

/** No table is empty, but those of which it is said why. */
export function assertNothingEmpty({ rows }: WholePast): void {
  // The parts of a table are one.
  const tables = new Map<string, number>();
  for (const [part, texts] of rows) {
    const table = part.replace(/_\d+$/, '');
    tables.set(table, (tables.get(table) ?? 0) + texts.length);
  }
  const empty = [...tables].filter(([, count]) => count === 0).map(([table]) => table);
  assert.deepEqual(empty, Object.keys(STAY_EMPTY));
}

/**
 * A restored database that nothing works on yet has every row of every table as it was, and no other; and every decision
 * about anybody comes out of it once more.
 */
export async function assertWhole(site: Site, { to, rows }: WholePast): Promise<void> {
  const { dataFolder, env, keysFolder } = site;
  const place = dataFolder === undefined ? { url: env.DATABASE_URL! } : { dataFolder };
  const installation = await openInstallation({ place, keysFolder }, to);
  try {
    const restored = await site.onDatabase(everyRow);
    assert.deepEqual([...restored.keys()], [...rows.keys()]);
    for (const [table, before] of rows) {
      const after = restored.get(table)!;
      const countOf = WRITTEN[table];
      if (countOf) assert.equal(after.length, countOf(before.length), table);
      else assert.deepEqual(after, before, table);
    }
    assert.deepEqual(await site.onDatabase((db) => db.rows(OPEN_SESSIONS)), [], 'everybody signs in again');
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      assert.deepEqual((await checkDecisions(installation, bucket, EVERYBODY, 'all')).different, []);
  } finally {
    await installation.stop();
  }
}

const OPEN_SESSIONS = sql`select session_id from session where ended_at is null`;

/** A service goes on: it knows what was kept, takes what is lost once more, and shows whoever that concerns rightly. */
export async function assertGoesOn(site: Site, { kept, lost }: WholePast): Promise<void> {
  const service = await startServing(site, 0);
  const [api] = (await newClient(site, [service.url])) as [ApiClient];
  assert.deepEqual(await outcomesOf(api, kept), ['unchanged']);
  assert.deepEqual(await outcomesOf(api, lost), ['accepted']);
  const fresh = freshFrom([...kept, ...lost]);
  for (const { person } of [...kept, ...lost]) {
    const shown = await look(api, person.document);
    assert.deepEqual(shown, fresh(person.document, parseInstant(shown.at)));
  }
  assert.equal(await service.stop(), 0);
}

/** Evidence about people about whom there is no other. */
function recordsOf(name: string, firstPerson: number): Stated[] {
  return madeUpRecords({ name, records: 40, people: 20, firstPerson, now: Date.now() });
}

/** What became of the records, each of which is told. */
async function outcomesOf(api: ApiClient, stated: readonly Stated[]): Promise<string[]> {
  const { records } = await api.call(stateEvidence, { body: [...stated] }, { idempotencyKey: randomUUID() });
  assert.equal(records.length, stated.length);
  return [...new Set(records.map(({ outcome }) => outcome))];
}
