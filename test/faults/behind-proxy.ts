import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { freshDatabase } from '../database.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { type DatabaseProxy, proxyTo } from './database-proxy.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking, type Seen } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { type Ledger, newClient, newLedger, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite, type Site } from './site.ts';

/** A service in a process of its own whose way to the database a suite can cut, and who uses it. */
export interface BehindProxy {
  readonly site: Site;
  readonly proxy: DatabaseProxy;
  readonly service: ServiceProcess;
  readonly api: ApiClient;
  readonly ledger: Ledger;
  /** What the service says of itself. */
  readonly readiness: () => Promise<number>;
  /**
   * Lets people be looked up and evidence be sent under a name, and does something in the middle of it that ends by itself:
   * soon afterwards all is as before, nothing was lost and no colour was wrong. Returns what was seen.
   */
  readonly inUse: (name: string, firstPerson: number, meanwhile: () => Promise<void> | void) => Promise<Seen>;
}

const PATIENCE_MS = 120_000;
const LOOKED_AT = 20;

/** The service reaches its database at the address that `addressOf` makes of the real one. */
export function behindProxy(addressOf: (url: string) => string = (url) => url): BehindProxy {
  const database = freshDatabase();
  const ledger = newLedger();
  // These are filled before the first test.
  const [proxy, service, api] = [{} as DatabaseProxy, {} as ServiceProcess, {} as ApiClient];
  const site = databaseSite(
    () => database.url,
    () => proxy.url,
  );
  before(async () => {
    Object.assign(proxy, await proxyTo(addressOf(database.url)));
    Object.assign(service, await startServing(site, 0));
    Object.assign(api, (await newClient(site, [service.url]))[0]);
    const records = madeUpRecords({ name: 'before', records: 60, people: LOOKED_AT, now: Date.now() });
    await sendAll([api], ledger, batchesOf(records, 20));
    await account({ site, ledger, api });
  });
  after(() => proxy.close());
  const readiness = async () => (await fetch(`${service.url}/readyz`)).status;
  return {
    ...{ site, proxy, service, api, ledger, readiness },
    inUse: async (name, firstPerson, meanwhile) => {
      const people = Array.from({ length: LOOKED_AT }, (_, i) => madeUpDocument(i));
      const stopLooking = keepLooking(api, service.url, people, freshFrom([...ledger.sent.values()]));
      const records = madeUpRecords({ name, records: 150, people: 50, firstPerson, now: Date.now() });
      const sending = sendAll([api], ledger, batchesOf(records, 5));
      await until(() => ledger.told.has(`laboratory ${name}-0 1`), PATIENCE_MS);
      await meanwhile();
      await sending;
      await until(async () => (await readiness()) === 200, PATIENCE_MS);
      const seen = await stopLooking();
      assert.equal(seen.broken, 0);
      await account({ site, ledger, api });
      return seen;
    },
  };
}
