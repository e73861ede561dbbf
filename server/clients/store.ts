import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import type { Registration } from './registration.ts';

/** Adds a registration, or the next state of one; false when that number of this client exists already. */
export async function addRegistration(
  db: Db,
  client: Registration,
  recordedAt: Instant,
  recordedBy: string,
): Promise<boolean> {
  const { clientId, number, name, secretDigest, proof, scopes, sources, quotaPerSecond } = client;
  const [startsAt, expiresAt] = [time(client.startsAt), time(client.expiresAt)];
  const disabledAt = client.disabledAt === null ? null : time(client.disabledAt);
  const added = await db.change(sql`
    insert into client
      (client_id, number, name, secret_digest, proof, scopes, sources, quota_per_second,
       starts_at, expires_at, disabled_at, recorded_at, recorded_by)
    values
      (${clientId}, ${number}, ${name}, ${secretDigest}, ${proof}, ${scopes}, ${sources}, ${quotaPerSecond},
       ${startsAt}, ${expiresAt}, ${disabledAt}, ${time(recordedAt)}, ${recordedBy})
    on conflict (client_id, number) do nothing
  `);
  return added === 1;
}

/** Finds a client as it is now. */
export async function findRegistration(db: Db, clientId: string): Promise<Registration | undefined> {
  const [row] = await db.rows<Registration>(sql`
    select client_id as "clientId", number, name, secret_digest as "secretDigest", proof, scopes, sources,
           quota_per_second as "quotaPerSecond", starts_at as "startsAt", expires_at as "expiresAt",
           disabled_at as "disabledAt"
      from client
     where client_id = ${clientId}
     order by number desc
     limit 1
  `);
  return row;
}

/** All clients as they are now. */
export function allRegistrations(db: Db): Promise<Registration[]> {
  return db.rows<Registration>(sql`
    select distinct on (client_id)
           client_id as "clientId", number, name, secret_digest as "secretDigest", proof, scopes, sources,
           quota_per_second as "quotaPerSecond", starts_at as "startsAt", expires_at as "expiresAt",
           disabled_at as "disabledAt"
      from client
     order by client_id, number desc
  `);
}

/** How many rows there are: as they are only added to, another count tells that something changed. */
export async function countRegistrations(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`select count(*) as count from client`);
  return row!.count;
}
