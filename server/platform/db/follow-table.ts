import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import { faultFields } from '../log/fault-fields.ts';
import type { Log } from '../log/log.ts';

/** A table that only grows, kept in memory and up to date, so that a request need not ask the database. */
export interface FollowedTable<Row> {
  readonly find: (key: string) => Row | undefined;
  /** Like `find`, by what the database says now; that may take half a second, so that it is not asked too often. */
  readonly findFresh: (key: string) => Promise<Row | undefined>;
  readonly close: () => void;
}

/** What is followed, and how. */
export interface Following<Row> {
  /** What the rows are called in the log. */
  readonly what: string;
  /** How many rows there are: as they are only added to, another count tells that something changed. */
  readonly count: () => Promise<number>;
  /** The rows that count, one for each key. */
  readonly load: () => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  readonly log: Log;
  readonly clock: () => Instant;
  readonly lookMs?: number;
}

/** How often is looked whether something changed. What is barred must be known as such within 5 s. */
const LOOK_MS = 2_000;
/** Strangers who make up keys must not keep the database busy. */
const SHORTEST_PAUSE_MS = 500;

/** Follows a table until it is closed. Throws when it cannot be read at first. */
export async function followTable<Row>(following: Following<Row>): Promise<FollowedTable<Row>> {
  const { clock, log, what, lookMs = LOOK_MS } = following;
  let rows = new Map<string, Row>();
  let count = -1;
  let lookedAt = clock();
  let looking: Promise<void> | undefined;
  const load = async () => {
    lookedAt = clock();
    const counted = await following.count();
    if (counted === count) return;
    rows = new Map((await following.load()).map((row) => [following.keyOf(row), row]));
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
    soon ??= sleep(Math.max(0, SHORTEST_PAUSE_MS - passed)).then(async () => {
      // One that is under way may have counted before whoever asks, on a slow network long before.
      await looking?.catch(() => {});
      soon = undefined;
      return look();
    });
    return soon;
  };
  await look();
  const timer = setInterval(reported(look, what, log), lookMs);
  timer.unref();
  return {
    find: (key) => rows.get(key),
    findFresh: async (key) => {
      await lookSoon();
      return rows.get(key);
    },
    close: () => clearInterval(timer),
  };
}

/** Tells the log when looking begins to fail and when it works again, not each time. */
function reported(look: () => Promise<void>, what: string, log: Log): () => Promise<void> {
  let isFailing = false;
  return async () => {
    try {
      await look();
      if (isFailing) log.info(`changes of ${what} are seen again`);
      isFailing = false;
    } catch (thrown) {
      if (!isFailing) log.warn(`changes of ${what} are not seen`, faultFields(thrown));
      isFailing = true;
    }
  };
}
