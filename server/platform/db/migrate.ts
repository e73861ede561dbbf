import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../operator-error.ts';
import type { Database, Db } from './database.ts';
import type { DatabaseError } from './failure.ts';
import { script, sql } from './sql.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
/** One process migrates at a time; the others wait and find it done. Taken on the coordinator only. ("migrate\0") */
const LOCK = '7883941723529307136';
/**
 * So long a migration waits for those who use a table, and all who come later behind it: the service goes on meanwhile. Then it
 * lets them pass, and is tried again.
 */
const LONGEST_WAIT = '1s';

/** What `migrate` has done and found. */
export interface Migrated {
  /** The names of the migrations that were applied now, in their order. */
  readonly applied: readonly string[];
  /** Applied migrations that this release does not know: a newer one was here. */
  readonly unknown: readonly string[];
}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

/**
 * Brings a schema up to date: applies the files `NNNN_what_it_adds.sql` of a folder that are not applied yet, in order,
 * each in a transaction with its row in the table `migration`. There is no way back; each is safe under the last release.
 *
 * Throws when a file was changed after it was applied, and when a migration fails or others are in its way again and again;
 * it then has changed nothing.
 */
export async function migrate(owner: Database, folder = FOLDER): Promise<Migrated> {
  const files = readMigrations(folder);
  const applied: string[] = [];
  for (;;) {
    const step = await owner.transaction((db) => applyNext(db, files)).catch(tellConflict);
    if (step.applied === undefined) return { applied, unknown: step.unknown };
    applied.push(step.applied);
  }
}

function tellConflict(error: unknown): never {
  if (!isConflict(error)) throw error;
  throw new OperatorError('a migration waits for others who use the same tables: run it again in a while', {
    cause: error,
  });
}

function isConflict(error: unknown): boolean {
  return (error as DatabaseError).kind === 'conflict';
}

/** The migrations of a folder, in order. Throws when one has no proper name, or when two have the same number. */
export function readMigrations(folder: string): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  for (const [i, name] of names.entries())
    if (!FILE_NAME.test(name) || name.slice(0, 4) === names[i + 1]?.slice(0, 4))
      throw new OperatorError(
        `${name} in ${folder}: a migration has a number of its own and is named NNNN_what_it_adds.sql`,
      );
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
    return { name, text, digest: createHash('sha256').update(text).digest('hex') };
  });
}

async function applyNext(db: Db, files: readonly Migration[]) {
  await db.rows(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`);
  const digests = await appliedDigests(db);
  const changed = files.find(({ name, digest }) => (digests.get(name) ?? digest) !== digest);
  if (changed) throw new OperatorError(`the migration ${changed.name} was changed after it had been applied`);
  const next = files.find(({ name }) => !digests.has(name));
  if (next) await apply(db, next);
  const known = new Set(files.map(({ name }) => name));
  return { applied: next?.name, unknown: [...digests.keys()].filter((name) => !known.has(name)) };
}

async function appliedDigests(db: Db): Promise<Map<string, string>> {
  const [table] = await db.rows<{ isThere: boolean }>(
    sql`select to_regclass('migration') is not null as "isThere"`,
  );
  if (!table?.isThere) await db.change(MIGRATION_TABLE);
  const rows = await db.rows<{ name: string; digest: string }>(
    sql`select name, digest from migration order by name`,
  );
  return new Map(rows.map(({ name, digest }) => [name, digest]));
}

const MIGRATION_TABLE = script(`
  create table migration (
    name       text primary key,
    digest     text not null,
    applied_at timestamptz not null
  );
  comment on table migration is 'retention: configuration; coordinator; grows only; the migrations that made this schema';
  comment on column migration.name is 'sensitive: no';
  comment on column migration.digest is 'sensitive: no; SHA-256 of its text';
  comment on column migration.applied_at is 'sensitive: no';
  grant select on migration to healthcode_app, healthcode_reader;
`);

async function apply(db: Db, { name, text, digest }: Migration): Promise<void> {
  await db.rows(sql`select set_config('lock_timeout', ${LONGEST_WAIT}, true)`);
  try {
    await db.change(script(text));
  } catch (error) {
    if (isConflict(error)) throw error;
    throw new OperatorError(`the migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
  await db.change(sql`insert into migration (name, digest, applied_at) values (${name}, ${digest}, now())`);
}
