import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { quantile } from '../deliveries.ts';
import { cpuSince, DATABASE, type Trial } from '../trial.ts';

/** What `pgbench` has done: a row by its key with each statement; latencies in ms, CPU time in µs. */
export interface RowsRead {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly postgresUs: number;
}

const CLIENTS = 16;

/** Where Debian keeps the programs of each release, besides the path. */
const DEBIAN = '/usr/lib/postgresql';

/** The program, or undefined where it is not installed. */
export function findPgbench(): string | undefined {
  const releases = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...releases.map((release) => join(DEBIAN, release, 'bin')),
  ];
  return folders.map((folder) => join(folder, 'pgbench')).find((program) => existsSync(program));
}

/**
 * Reads the conclusion about one of `people` people by its key, as `pgbench -S` reads a row of its own table, over 16
 * connections: nothing is in between but libpq. The ids of all begin with `prefix`, and their number follows.
 */
export async function readRows(
  trial: Trial,
  { program, prefix, people, threads, seconds, folder }: Reading,
): Promise<RowsRead> {
  const script = join(folder, 'row.sql');
  writeFileSync(
    script,
    `\\set i random(0, ${people - 1})
select person_id, number, colour, next_change_at, result from assessment
 where person_id = ('${prefix}' || lpad(to_hex(cast(:i as bigint)), 12, '0'))::uuid and number = 1;
`,
  );
  const logs = mkdtempSync(join(folder, 'pgbench-'));
  try {
    const before = trial.cpu();
    const usual = ['-n', '-M', 'prepared', '-f', script, '-c', String(CLIENTS), '-j', String(threads)];
    await run(program, [...usual, '-T', String(Math.ceil(seconds)), '-l', trial.url(DATABASE)], logs);
    const { postgres } = cpuSince(trial, before);
    return { ...summary(readdirSync(logs).map((name) => join(logs, name))), postgresUs: postgres };
  } finally {
    rmSync(logs, { recursive: true });
  }
}

/** How rows are read, and where scripts and logs may lie. */
export interface Reading {
  readonly program: string;
  readonly prefix: string;
  readonly people: number;
  readonly threads: number;
  readonly seconds: number;
  readonly folder: string;
}

async function run(program: string, args: readonly string[], folder: string): Promise<void> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`pgbench failed: ${said.slice(-500)}`);
}

/** A line a transaction: client, number, latency in µs, script, and when it ended, in s and µs. */
function summary(logs: readonly string[]): Omit<RowsRead, 'postgresUs'> {
  const latencies: number[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const log of logs)
    for (const line of readFileSync(log, 'utf8').split('\n')) {
      if (line === '') continue;
      const [, , latency, , seconds, microseconds] = line.split(' ').map(Number);
      const at = seconds! + microseconds! / 1e6;
      first = Math.min(first, at);
      last = Math.max(last, at);
      latencies.push(latency! / 1_000);
    }
  return {
    requests: latencies.length,
    seconds: last - first,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}
