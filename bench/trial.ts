import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Installation, keysIn, openInstallation, type Site } from '../server/installation.ts';
import { ADMINISTRATOR } from '../server/platform/db/embedded/cluster.ts';
import { startEmbedded } from '../server/platform/db/embedded.ts';

/** An installation on an embedded server with the settings that users get, in a folder that is thrown away. */
export interface Trial {
  readonly installation: Installation;
  /** Where it lies, for other processes. */
  readonly site: Site;
  /** Reaches a database of the server as its administrator. */
  readonly url: (database: string) => string;
  /** The CPU time so far of this process and of all of PostgreSQL, in µs. */
  readonly cpu: () => Cpu;
  readonly stop: () => Promise<void>;
}

export interface Cpu {
  readonly node: number;
  readonly postgres: number;
}

/** The database of an installation. */
export const DATABASE = 'healthcode';

export async function openTrial(now = Date.now()): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-bench-'));
  const site = { place: { dataFolder: folder }, keysFolder: keysIn(folder) };
  const installation = await openInstallation(site, now);
  const { url, stop } = await startEmbedded({ folder });
  const [postmaster] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
  return {
    installation,
    site,
    url: (database) => url(ADMINISTRATOR, database),
    cpu: () => ({ node: ownCpu(), postgres: cpuOf(Number(postmaster)) }),
    stop: async () => {
      await installation.stop();
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export function cpuSince({ cpu }: Trial, before: Cpu): Cpu {
  const now = cpu();
  return { node: now.node - before.node, postgres: now.postgres - before.postgres };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** A clock tick of Linux, in which /proc counts. */
const TICK_US = 10_000;

/** Of a process with those of its children that have ended, and those that run. */
export function cpuOf(postmaster: number): number {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  const [utime, stime, cutime, cstime] = timesOf(postmaster);
  const running = children
    .split(' ')
    .filter(Boolean)
    .flatMap((pid) => {
      try {
        return [timesOf(Number(pid))];
      } catch {
        // It has ended since, and counts among those of the postmaster that have.
        return [];
      }
    });
  const ticks = running.reduce((sum, [user, system]) => sum + user + system, utime + stime + cutime + cstime);
  return ticks * TICK_US;
}

function timesOf(pid: number): readonly [number, number, number, number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before may hold anything, brackets and blanks too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].map((i) => Number(fields[i])) as unknown as [number, number, number, number];
}

/** The rows of one statement of the administrator. */
export async function ask<Row extends pg.QueryResultRow>(
  { url }: Trial,
  text: string,
  database = DATABASE,
): Promise<Row[]> {
  const client = new pg.Client(url(database));
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
