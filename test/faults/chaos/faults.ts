import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { script, sql } from '../../../server/platform/db/sql.ts';
import { until } from '../../until.ts';
import { madeUpRecords } from '../made-up-evidence.ts';
import { newClient, send, sendAll } from '../sending.ts';
import { startProcess } from '../service-process.ts';
import type { Ground } from './ground.ts';
import { signersOf } from './issuing.ts';

/** Draws a number from 0 up to another one, which it never is. */
export type Draw = (below: number) => number;

/** Something that goes wrong, and is over when it returns. */
export interface Fault {
  readonly name: string;
  readonly happen: (ground: Ground, draw: Draw) => Promise<void>;
}

const LONGEST_MS = 2_000;
const CHINA_MS = 8 * HOUR_MS;
/** A service that starts a signer again waits longer each time, and the machine has much else to do. */
const SIGNER_MS = 30_000;
const QUOTA = 5;
/** People about whom nothing else is stated. */
const GREEDY = 200_000;
const POISONED = 300_000;

/** Everything that may go wrong. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of a service',
    happen: async ({ services, startAgain }, draw) => {
      const which = draw(services.length);
      await services[which]!.kill();
      await sleep(draw(LONGEST_MS));
      await startAgain(which);
    },
  },
  {
    name: 'a deploy: one service after the other stops and comes back',
    happen: async ({ services, startAgain }) => {
      for (const [which, service] of [...services].entries()) {
        assert.equal(await service.stop(), 0);
        await startAgain(which);
      }
    },
  },
  {
    name: 'kill -9 of a worker in mid-bucket',
    happen: async ({ site }, draw) => {
      const worker = startProcess(site, ['reassess', '--all']);
      await sleep(1_000 + draw(LONGEST_MS));
      await worker.kill();
    },
  },
  {
    name: 'kill -9 of the signer',
    happen: async ({ site, issuing }) => {
      const before = issuing.signed();
      for (const pid of signersOf(site)) process.kill(pid, 'SIGKILL');
      // One that a service starts again; nobody has to look.
      await until(() => issuing.signed() > before + 1, SIGNER_MS);
    },
  },
  {
    name: 'kill -9 of PostgreSQL',
    happen: async ({ server }, draw) => {
      await server.kill();
      await sleep(draw(LONGEST_MS));
      await server.start();
    },
  },
  {
    name: 'kill -9 of PostgreSQL between a commit and its reply',
    happen: async ({ server }, draw) => {
      await server.set({ synchronous_standby_names: 'nobody' });
      await sleep(draw(LONGEST_MS));
      await server.kill();
      await server.set({});
      await server.start();
    },
  },
  {
    name: 'kill -9 of one process of PostgreSQL',
    happen: ({ site }) =>
      site.onDatabase(async (db) => {
        const [busy] = await db.rows<{ pid: number }>(BUSY);
        if (busy) process.kill(busy.pid, 'SIGKILL');
      }),
  },
  {
    name: 'the database is refused',
    happen: async ({ proxy }, draw) => {
      await proxy.refuse();
      await sleep(draw(LONGEST_MS));
      await proxy.restore();
    },
  },
  {
    name: 'the network to the database is lost',
    happen: async ({ proxy }, draw) => {
      proxy.hold();
      await sleep(1_000 + draw(LONGEST_MS));
      await proxy.restore();
    },
  },
  {
    name: 'half of every connection is lost',
    happen: async ({ proxy }, draw) => {
      proxy.halve();
      await sleep(draw(LONGEST_MS));
    },
  },
  {
    name: '2 s to each answer of the database',
    happen: async ({ proxy }, draw) => {
      proxy.delay(1_000);
      await sleep(2_000 + draw(LONGEST_MS));
      proxy.delay(0);
    },
  },
  { name: 'the clock jumps an hour ahead', happen: async ({ moveClock }) => moveClock(HOUR_MS) },
  { name: 'the clock jumps an hour back', happen: async ({ moveClock }) => moveClock(-HOUR_MS) },
  {
    name: 'the clock leaps over a midnight',
    happen: async ({ moveClock, now }) => moveClock(DAY_MS - ((now() + CHINA_MS) % DAY_MS) + 1_000),
  },
  { name: 'a source sends ten times its quota', happen: sendGreedily },
  { name: 'the database refuses a record', happen: sendPoison },
];

/** The connection of a service that was used last. */
const BUSY = sql`
  select pid
    from pg_stat_activity
   where application_name = 'healthcode' and backend_type = 'client backend' and pid <> pg_backend_pid()
   order by state_change desc
   limit 1
`;

async function sendGreedily({ site, services, ways, ledger, now }: Ground, draw: Draw): Promise<void> {
  const name = `greedy-${draw(2 ** 31)}`;
  const urls = services.map(({ url }) => url);
  const [greedy] = await newClient(site, urls, { quotaPerSecond: QUOTA }, now() - DAY_MS);
  const records = madeUpRecords({ name, records: 10 * QUOTA, people: 10, firstPerson: GREEDY, now: now() });
  await Promise.all(records.map((record) => send(greedy!, ledger, [record])));
  await sendAll(ways, ledger, [records]);
}

async function sendPoison({ site, ways, ledger, now }: Ground, draw: Draw): Promise<void> {
  const name = `poison-${draw(2 ** 31)}`;
  const records = madeUpRecords({ name, records: 20, people: 10, firstPerson: POISONED, now: now() });
  await site.onDatabase((db) =>
    db.change(script(`alter table evidence add constraint "${name}" check (record_id <> '${name}-7')`)),
  );
  await sendAll(ways, ledger, [records]);
}
