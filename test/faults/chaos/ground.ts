import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiClient } from '../../../api/client.ts';
import { DAY_MS, type Instant } from '../../../domain/time.ts';
import { until } from '../../until.ts';
import { type DatabaseProxy, proxyTo } from '../database-proxy.ts';
import { type OwnServer, ownServer } from '../own-server.ts';
import { type Ledger, newClient, newLedger } from '../sending.ts';
import { freePort, type ServiceProcess, startServing } from '../service-process.ts';
import { databaseSite, type Site } from '../site.ts';
import { type Issuing, startIssuing } from './issuing.ts';

/** Where faults happen: a PostgreSQL that nobody watches over, a network before it, and two services. */
export interface Ground {
  readonly site: Site;
  readonly server: OwnServer;
  readonly proxy: DatabaseProxy;
  readonly services: ServiceProcess[];
  /** A way to each service. */
  readonly ways: readonly ApiClient[];
  readonly ledger: Ledger;
  /** Codes that are signed meanwhile. */
  readonly issuing: Issuing;
  /** The present of the services, and by how much it may be moved. */
  readonly now: () => Instant;
  readonly moveClock: (milliseconds: number) => void;
  /** Starts the service of that number again. */
  readonly startAgain: (which: number) => Promise<void>;
  /** Waits until all services say that they are ready. */
  readonly isWell: () => Promise<void>;
  readonly end: () => Promise<void>;
}

const SERVICES = 2;
const LONG_AGO_MS = 30 * DAY_MS;
const PATIENCE_MS = 120_000;
/** Each side gives the other up sooner than in service, so that there is time for more faults. */
const IMPATIENCE = { query_timeout: '3000', idle_in_transaction_session_timeout: '3000' };

export async function prepareGround(): Promise<Ground> {
  const ends: (() => Promise<void>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const clock = join(folder, 'clock');
  writeFileSync(clock, '0');
  process.env.HEALTHCODE_CHAOS_CLOCK = clock;
  process.env.NODE_OPTIONS = `--import=tsx --import=${pathToFileURL(join(import.meta.dirname, 'moved-clock.ts'))}`;
  const server = await ownServer();
  await server.start();
  const proxy = await proxyTo(impatient(server.url));
  const site = databaseSite(
    () => server.url,
    () => proxy.url,
    (end) => ends.unshift(end),
  );
  ends.push(proxy.close, server.remove, async () => rmSync(folder, { recursive: true }));
  const ports: number[] = [];
  for (let i = 0; i < SERVICES; i++) ports.push(await freePort());
  const services: ServiceProcess[] = [];
  for (const port of ports) services.push(await startServing(site, port));
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  return {
    ...{ site, server, proxy, services, ledger: newLedger() },
    // Registered so long ago that no clock which goes back makes them clients to come.
    ways: await newClient(
      site,
      services.map(({ url }) => url),
      {},
      Date.now() - LONG_AGO_MS,
    ),
    now,
    issuing: startIssuing(site, services, now),
    moveClock: (milliseconds) => {
      aheadMs += milliseconds;
      writeFileSync(`${clock}.new`, String(aheadMs));
      renameSync(`${clock}.new`, clock);
    },
    startAgain: async (which) => {
      services[which] = await startServing(site, ports[which]!);
    },
    isWell: async () => {
      for (const { url } of services) await until(() => isReady(url), PATIENCE_MS);
    },
    end: async () => {
      for (const end of ends) await end();
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/readyz`).catch(() => undefined);
  await reply?.text();
  return reply?.status === 200;
}

function impatient(url: string): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(IMPATIENCE)) address.searchParams.set(name, value);
  return address.href;
}
