import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import { ADMINISTRATOR } from '../server/platform/db/embedded/cluster.ts';
import { ensureDatabase, openStore } from '../server/platform/db/open-store.ts';
import { DATABASE, type Trial } from './trial.ts';

/** The tables that intake writes. */
const WRITTEN = ['person', 'person_document', 'record', 'former_version', 'evidence', 'kin', 'due', 'batch'];
const REFERENCE = 'reference';

/** The rows of a table, as binary COPY gives them. */
type Rows = ReadonlyMap<string, readonly Buffer[]>;

/** Reads all that intake has written, for `copyIn`. */
export async function copyOut(trial: Trial): Promise<Rows> {
  return withClient(trial.url(DATABASE), async (client) => {
    const rows = new Map<string, Buffer[]>();
    for (const table of WRITTEN)
      rows.set(table, await client.query(to(`copy ${table} to stdout (format binary)`)).toArray());
    return rows;
  });
}

/** Makes an empty database with the same tables, indexes and constraints. */
export async function makeReference(trial: Trial): Promise<void> {
  await ensureDatabase(trial.url(ADMINISTRATOR), REFERENCE);
  const store = await openStore({ url: trial.url(REFERENCE) });
  await store.stop();
}

/** Writes the rows into the database of `makeReference`: one COPY a table, all in one transaction. */
export async function copyIn(trial: Trial, rows: Rows): Promise<void> {
  await withClient(trial.url(REFERENCE), async (client) => {
    await client.query('begin');
    for (const [table, parts] of rows)
      await pipeline(Readable.from(parts), client.query(from(`copy ${table} from stdin (format binary)`)));
    await client.query('commit');
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
