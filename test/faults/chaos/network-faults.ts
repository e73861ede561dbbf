import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseProxy } from '../database-proxy.ts';
import { type Draw, type Fault, LONGEST_MS } from './fault.ts';

/** What goes wrong between the services and their database. */
export const NETWORK_FAULTS: readonly Fault[] = [
  onNetwork('the database is refused', async (proxy, draw) => {
    await proxy.refuse();
    await sleep(draw(LONGEST_MS));
    await proxy.restore();
  }),
  onNetwork('the network to the database is lost', async (proxy, draw) => {
    proxy.hold();
    await sleep(1_000 + draw(LONGEST_MS));
    await proxy.restore();
  }),
  onNetwork('half of every connection is lost', async (proxy, draw) => {
    proxy.halve();
    await sleep(draw(LONGEST_MS));
  }),
  onNetwork('2 s to each answer of the database', async (proxy, draw) => {
    proxy.delay(1_000);
    await sleep(2_000 + draw(LONGEST_MS));
    proxy.delay(0);
  }),
];

function onNetwork(name: string, happen: (proxy: DatabaseProxy, draw: Draw) => Promise<void>): Fault {
  return {
    name,
    cannot: ({ proxy }) => proxy === undefined && 'there is no network before the embedded database',
    happen: ({ proxy }, draw) => happen(proxy!, draw),
  };
}
