import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { faultFields } from '../platform/log/fault-fields.ts';
import type { Log } from '../platform/log/log.ts';
import type { Registration } from './registration.ts';
import { allRegistrations, countRegistrations } from './store.ts';

/** All clients, kept in memory and up to date, so that a request asks no database who calls. */
export interface KnownClients {
  readonly find: (clientId: string) => Registration | undefined;
  /** Like `find`, by what the database says now; that may take half a second, so that it is not asked too often. */
  readonly findFresh: (clientId: string) => Promise<Registration | undefined>;
  readonly close: () => void;
}

/** How often is looked whether something changed. A barred client must be known as such within 5 s. */
const LOOK_MS = 2_000;
/** Strangers who make up client ids must not keep the database busy. */
const SHORTEST_PAUSE_MS = 500;

/** What following the clients needs. */
export interface Following {
  readonly db: Db;
  readonly log: Log;
  readonly clock: () => Instant;
  readonly lookMs?: number;
}

/** Follows the registered clients until it is closed. Throws when they cannot be read at first. */
export async function followClients({ db, log, clock, lookMs = LOOK_MS }: Following): Promise<KnownClients> {
  let clients = new Map<string, Registration>();
  let count = -1;
  let lookedAt = clock();
  let looking: Promise<void> | undefined;
  const load = async () => {
    lookedAt = clock();
    const counted = await countRegistrations(db);
    if (counted === count) return;
    clients = new Map((await allRegistrations(db)).map((client) => [client.clientId, client]));
    count = counted;
  };
  const look = () => {
    looking ??= load().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  let soon: Promise<void> | undefined;
  const lookSoon = () => {
    const passed = Math.abs(clock() - lookedAt);
    soon ??= sleep(Math.max(0, SHORTEST_PAUSE_MS - passed))
      .then(look)
      .finally(() => {
        soon = undefined;
      });
    return soon;
  };
  await look();
  const timer = setInterval(reported(look, log), lookMs);
  timer.unref();
  return {
    find: (clientId) => clients.get(clientId),
    findFresh: async (clientId) => {
      await lookSoon();
      return clients.get(clientId);
    },
    close: () => clearInterval(timer),
  };
}

/** Tells the log when looking begins to fail and when it works again, not each time. */
function reported(look: () => Promise<void>, log: Log): () => Promise<void> {
  let isFailing = false;
  return async () => {
    try {
      await look();
      if (isFailing) log.info('changes of clients are seen again');
      isFailing = false;
    } catch (thrown) {
      if (!isFailing) log.warn('changes of clients are not seen', faultFields(thrown));
      isFailing = true;
    }
  };
}
