import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiClient } from '../../../api/client.ts';
import { TYPESCRIPT } from '../../../cli/typescript/options.ts';
import { DAY_MS, type Instant } from '../../../domain/time.ts';
import { until } from '../../until.ts';
import type { DatabaseProxy } from '../database-proxy.ts';
import { nextRelease, previousRelease } from '../releases.ts';
import { type Ledger, newClient, newLedger } from '../sending.ts';
import { freePort, type ServiceProcess, startServing } from '../service-process.ts';
import type { Site } from '../site.ts';
import { mountDisk, type SmallDisk } from '../small-disk.ts';
import { type Issuing, startIssuing } from './issuing.ts';
import { type Kind, type Postgres, preparePostgres } from './postgres.ts';

/** Where faults happen: a PostgreSQL on a disk of its own, a network before it, and two services. */
export interface Ground {
  readonly site: Site;
  readonly postgres: Postgres;
  /** The network before the database; the embedded one has none. */
  readonly proxy: DatabaseProxy | undefined;
  /** On which the database lies, and of the embedded one the keys too. */
  readonly disk: SmallDisk;
  readonly services: ServiceProcess[];
  /** A way to each service. */
  readonly ways: readonly ApiClient[];
  readonly ledger: Ledger;
  /** Codes that are signed meanwhile. */
  readonly issuing: Issuing;
  /** The programs of releases that may work beside this one: one to come, and the one before where it is at hand. */
  readonly otherReleases: () => readonly string[];
  /** The present of the services, and by how much it may be moved. */
  readonly now: () => Instant;
  readonly moveClock: (milliseconds: number) => void;
  /** Sets the clock to where it would be if it had never been put back. */
  readonly catchUp: () => void;
  /** Starts the service of that number again, by this release or the program of another. */
  readonly startAgain: (which: number, program?: string) => Promise<void>;
  /** Waits until all services say that they are ready. */
  readonly isWell: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const SERVICES = 2;
const LONG_AGO_MS = 30 * DAY_MS;
const PATIENCE_MS = 120_000;
const LAST_WORDS = 2_000;
/** The journal of the database may grow to one gigabyte before it is cleared away. */
const DISK_MEGABYTES = 3_000;

type End = () => Promise<void> | void;

export async function prepareGround(kind: Kind): Promise<Ground> {
  const ends: End[] = [];
  const end = async () => {
    // What was begun last ends first.
    for (const endOne of ends.reverse()) await endOne();
  };
  try {
    return { ...(await prepare(kind, ends)), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function prepare(kind: Kind, ends: End[]): Promise<Omit<Ground, 'end'>> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const clock = prepareClock(folder);
  const disk = mountDisk(DISK_MEGABYTES);
  ends.push(disk.unmount);
  const { postgres, proxy, site } = await preparePostgres(kind, disk.folder, (end) => ends.push(end));
  const ports: number[] = [];
  for (let i = 0; i < SERVICES; i++) ports.push(await freePort());
  const services: ServiceProcess[] = [];
  for (const port of ports) services.push(await startServing(site, port));
  return {
    ...{ site, postgres, proxy, disk, services, ...clock, ledger: newLedger() },
    otherReleases: releasesIn(folder),
    // Registered so long ago that no clock which goes back makes them clients to come.
    ways: await newClient(
      site,
      services.map(({ url }) => url),
      {},
      Date.now() - LONG_AGO_MS,
    ),
    issuing: startIssuing(site, services, clock.now),
    startAgain: async (which, program) => {
      services[which] = await startServing(site, ports[which]!, [], program);
    },
    isWell: async () => {
      for (const { url, child, said } of services)
        await until(() => {
          // Nobody but a fault ends one.
          if (child.exitCode !== null) throw new Error(`a service has ended: ${said().slice(-LAST_WORDS)}`);
          return isReady(url);
        }, PATIENCE_MS);
    },
  };
}

/** They are put there when they are asked for the first time. */
function releasesIn(folder: string): () => readonly string[] {
  let programs: readonly string[] | undefined;
  return () => {
    programs ??= [nextRelease(folder), previousRelease(folder)]
      .filter(({ skip }) => skip === false)
      .map(({ program }) => program);
    return programs;
  };
}

/** The clock of all processes that are started from now on. */
function prepareClock(folder: string): Pick<Ground, 'now' | 'moveClock' | 'catchUp'> {
  mkdirSync(join(folder, 'clock'));
  const file = join(folder, 'clock', 'ahead');
  writeFileSync(file, '0');
  process.env.HEALTHCODE_CHAOS_CLOCK = file;
  process.env.NODE_OPTIONS = `${TYPESCRIPT.join('=')} --import=${pathToFileURL(join(import.meta.dirname, 'moved-clock.ts'))}`;
  let aheadMs = 0;
  let furthestMs = 0;
  const moveClock = (milliseconds: number) => {
    aheadMs += milliseconds;
    furthestMs = Math.max(furthestMs, aheadMs);
    writeFileSync(`${file}.new`, String(aheadMs));
    renameSync(`${file}.new`, file);
  };
  return {
    now: () => Date.now() + aheadMs,
    moveClock,
    catchUp: () => moveClock(furthestMs - aheadMs),
  };
}

async function isReady(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/readyz`).catch(() => undefined);
  await reply?.text();
  return reply?.status === 200;
}
