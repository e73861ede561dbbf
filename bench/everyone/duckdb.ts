import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import { dayOf, type Instant, startOfDay } from '../../domain/time.ts';
import { DATABASE, type Trial } from '../trial.ts';
import type { Colours, Measured } from './references.ts';

const PACKAGE = '@duckdb/node-api';
const VERSION = '1.5.6-r.1';

/** As much of DuckDB as is used here. */
interface Connection {
  readonly run: (sql: string) => Promise<unknown>;
  readonly runAndReadAll: (sql: string) => Promise<{ readonly getRows: () => readonly unknown[][] }>;
}
interface DuckDb {
  readonly DuckDBInstance: {
    readonly create: (path: string) => Promise<{ readonly connect: () => Promise<Connection> }>;
  };
}

/** The same evidence in Parquet, asked by DuckDB. */
export interface Columnar {
  readonly measure: (at: Instant, entryDays: number) => Promise<Measured>;
  readonly stop: () => void;
}

/** Undefined, with a word on stderr, where DuckDB is not installed: it is large, and nothing else needs it. */
export async function openColumnar(trial: Trial): Promise<Columnar | undefined> {
  const duckdb = findDuckDb();
  if (!duckdb) {
    console.error(`no figure of DuckDB: it is not installed (npm install --no-save ${PACKAGE}@${VERSION})`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-duckdb-'));
  const file = (name: string) => join(folder, name);
  await copyTo(
    trial,
    file('plain.csv'),
    `select person_id, kind, small, ${ms('first_at')}, ${ms('second_at')}, region from plain`,
  );
  await copyTo(trial, file('listed.csv'), `select region, ${ms('listed_from')} from listed`);
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  await connection.run(`copy (select person_id::uuid as person_id, kind, small, first_at, second_at, region
    from read_csv('${file('plain.csv')}', header = true, all_varchar = false, types = {'region': 'varchar', 'small': 'varchar'}))
    to '${file('plain.parquet')}' (format parquet)`);
  await connection.run(
    `create table listed as from read_csv('${file('listed.csv')}', header = true, types = {'region': 'varchar'})`,
  );
  return {
    measure: async (at, entryDays) => {
      await connection.run('drop table if exists outcome');
      const begun = performance.now();
      await connection.run(
        `create table outcome as ${caseOverParquet(file('plain.parquet'), at, entryDays)}`,
      );
      const seconds = (performance.now() - begun) / 1_000;
      const counted = await connection.runAndReadAll(
        'select colour, count(*) from outcome group by colour order by colour',
      );
      const colours: Colours = Object.fromEntries(
        counted.getRows().map(([colour, people]) => [String(colour), Number(people)]),
      );
      return { seconds, cpuMs: 0, colours };
    },
    stop: () => rmSync(folder, { recursive: true }),
  };
}

function findDuckDb(): DuckDb | undefined {
  try {
    const require = createRequire(import.meta.url);
    return require('@duckdb/node-api');
  } catch {
    return undefined;
  }
}

function ms(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::bigint as ${column}`;
}

async function copyTo(trial: Trial, path: string, query: string): Promise<void> {
  const client = new pg.Client(trial.url(DATABASE));
  await client.connect();
  try {
    await pipeline(
      client.query(to(`copy (${query}) to stdout (format csv, header)`)),
      createWriteStream(path),
    );
  } finally {
    await client.end();
  }
}

function caseOverParquet(path: string, at: Instant, entryDays: number): string {
  const since = (days: number) => startOfDay(dayOf(at) - days);
  return `
    select p.person_id,
           case when bool_or(kind = 'contact' and small = 'close' and first_at between ${since(14)} and ${at})
                  or bool_or(kind = 'overseas' and first_at between ${since(entryDays + 7)} and ${at})
                  or bool_or(kind = 'isolation' and first_at <= ${at} and second_at > ${at})
                  or bool_or(kind = 'case' and first_at <= ${at} and second_at > ${at})
                  or bool_or(kind = 'case' and small = 'recovered' and second_at between ${since(14)} and ${at}) then 'red'
                when bool_or(kind = 'stay' and l.region is not null and greatest(first_at, l.listed_from) <= ${at}
                             and second_at >= ${since(14)}) then 'yellow'
                else 'green' end as colour
      from '${path}' p left join listed l on l.region = p.region
     group by p.person_id`;
}
