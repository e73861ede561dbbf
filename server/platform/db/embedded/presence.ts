import pg from 'pg';
import { ADMINISTRATOR } from './cluster.ts';

/** A connection by which a process shows that it uses the embedded server, and notices when that dies. */
export interface Presence {
  /** Takes the presence away; true when no other process uses the server. Whoever comes now has to wait for `end`. */
  readonly leave: () => Promise<boolean>;
  readonly end: () => Promise<void>;
}

/** The processes that use a server share this lock; who can have it alone is the last. ("healthco") */
const LOCK = '7521419870250037103';
/** Connections that were closed just now are still seen for a moment. */
const LINGER_MS = 500;
const POLL_MS = 25;

/** Connects to a server on a socket. `onEnd` is told, once, when the connection is lost. */
export async function enter(run: string, onEnd: () => void): Promise<Presence> {
  const client = new pg.Client({
    host: run,
    user: ADMINISTRATOR,
    database: ADMINISTRATOR,
    application_name: 'healthcode presence',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {});
  await client.connect();
  await client.query(`select pg_advisory_lock_shared(${LOCK})`);
  client.once('end', onEnd);
  // The types do not know these methods.
  const socket = client as unknown as { ref: () => void; unref: () => void };
  // The presence alone keeps no process from ending.
  socket.unref();
  return {
    leave: () => {
      socket.ref();
      return isLast(client);
    },
    end: async () => {
      client.off('end', onEnd);
      await client.end().catch(() => {});
    },
  };
}

async function isLast(client: pg.Client): Promise<boolean> {
  await client.query(`select pg_advisory_unlock_shared(${LOCK})`);
  const { rows } = await client.query(`select pg_try_advisory_lock(${LOCK}) as alone`);
  if (!rows[0].alone) return false;
  const end = Date.now() + LINGER_MS;
  while (await hasOthers(client)) {
    if (Date.now() > end) return false;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return true;
}

async function hasOthers(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_stat_activity
      where application_name like 'healthcode%' and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return rows.length > 0;
}
