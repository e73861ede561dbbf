import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../../server/platform/db/database.ts';
import { sql } from '../../../server/platform/db/sql.ts';
import { until } from '../../until.ts';
import { type Fault, LONGEST_MS, PATIENCE_MS } from './fault.ts';
import type { Ground } from './ground.ts';

/** What goes wrong with PostgreSQL, and on its disk. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of PostgreSQL',
    happen: async ({ postgres }, draw) => {
      await postgres.kill();
      await sleep(draw(LONGEST_MS));
      await postgres.start();
    },
  },
  {
    name: 'kill -9 of PostgreSQL between a commit and its reply',
    happen: async ({ site, postgres }) => {
      // It writes commits to its disk, and waits for a standby that never comes.
      await postgres.set('synchronous_standby_names', 'nobody');
      await site.onDatabase((db) => until(async () => (await waitingToCommit(db)) > 0, PATIENCE_MS));
      await postgres.kill();
      await postgres.start();
      await postgres.set('synchronous_standby_names', undefined);
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
  onDisk('the disk is full for tables', 1 << 18),
  onDisk('the disk is full to the last byte', 0),
];

function onDisk(name: string, leftBytes: number): Fault {
  return {
    name,
    cannot: ({ disk }) => disk.skip,
    happen: async (ground, draw) => {
      const { disk, postgres } = ground;
      const before = refused(ground);
      disk.fill(leftBytes);
      await until(() => refused(ground) > before + 5, PATIENCE_MS).finally(disk.empty);
      await sleep(draw(LONGEST_MS));
      // One that nobody watches over may have given up.
      await postgres.start();
    },
  };
}

/** How many requests were told to come again, or without a reply. */
function refused({ ledger }: Ground): number {
  return [...ledger.refusals.values()].reduce((sum, count) => sum + count, ledger.broken);
}

async function waitingToCommit(db: Db): Promise<number> {
  const rows = await db.rows(sql`select from pg_stat_activity where wait_event = 'SyncRep'`);
  return rows.length;
}

/** The connection of a service that was used last. */
const BUSY = sql`
  select pid
    from pg_stat_activity
   where application_name = 'healthcode' and backend_type = 'client backend' and pid <> pg_backend_pid()
   order by state_change desc
   limit 1
`;
