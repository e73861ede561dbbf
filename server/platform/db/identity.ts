import { randomUUID } from 'node:crypto';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from './database.ts';
import { sql, time } from './sql.ts';

/** What a database is, decided when it was first used. */
export interface Identity {
  /** Tokens are made for it and count nowhere else. */
  readonly installationId: string;
  /** The id of the key ring that it is written with. */
  readonly keyRing: string;
  /** Whether it is for trying out. Such a database can never become a real one. */
  readonly isDemo: boolean;
}

/** Reads what the database is; undefined for one that is new. */
export async function identityOf(db: Db): Promise<Identity | undefined> {
  const [row] = await db.rows<Identity>(sql`
    select installation_id as "installationId", key_ring as "keyRing", is_demo as "isDemo" from installation
  `);
  return row;
}

/** Reads what the database is; one that is new becomes what is given. */
export async function identify(
  db: Db,
  fresh: Pick<Identity, 'keyRing' | 'isDemo'>,
  now: Instant,
): Promise<Identity> {
  await db.change(sql`
    insert into installation (only_one, installation_id, key_ring, is_demo, created_at)
    values (true, ${randomUUID()}, ${fresh.keyRing}, ${fresh.isDemo}, ${time(now)})
        on conflict do nothing
  `);
  return (await identityOf(db))!;
}
