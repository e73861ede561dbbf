import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { type FollowedTable, followTable } from '../platform/db/follow-table.ts';
import type { Log } from '../platform/log/log.ts';
import type { Registration } from './registration.ts';
import { allRegistrations, countRegistrations } from './store.ts';

/** All clients, kept in memory and up to date, so that a request asks no database who calls. By client id. */
export type KnownClients = FollowedTable<Registration>;

/** What following the clients needs. */
export interface Following {
  readonly db: Db;
  readonly log: Log;
  readonly clock: () => Instant;
  readonly lookMs?: number;
}

/** Follows the registered clients until it is closed. Throws when they cannot be read at first. */
export function followClients({ db, ...rest }: Following): Promise<KnownClients> {
  return followTable({
    what: 'clients',
    count: () => countRegistrations(db),
    load: () => allRegistrations(db),
    keyOf: ({ clientId }) => clientId,
    ...rest,
  });
}
