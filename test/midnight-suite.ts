import { beforeEach } from 'node:test';
import { DAY_MS, HOUR_MS, type Instant, parseInstant } from '../domain/time.ts';
import type { Publisher, Ticked } from '../server/passes/status/publisher.ts';
import type { StatusSources } from '../server/passes/status/read-statuses.ts';
import type { Database } from '../server/platform/db/database.ts';
import { script, sql } from '../server/platform/db/sql.ts';
import { bucketOf } from '../server/platform/db/uuid.ts';
import { type Somebody, type StatusSuite, statusSuite } from './status-suite.ts';

export const MINUTE_MS = 60_000;
/** More people than a publisher reads of those who are due. */
const CROWD = 20_000;

/** A record and its lists; each test of a suite begins an hour before a midnight of its own. */
export interface MidnightSuite extends StatusSuite {
  /** The midnight of the test, or the instant that is so many milliseconds after it. */
  readonly midnight: (afterMs?: number) => Instant;
  /** Lets it be an hour before another midnight, within a test. */
  readonly goOn: () => Promise<void>;
  /** Somebody who is isolated, and red, until midnight; nothing was concluded from that yet. */
  readonly isolated: () => Promise<Somebody>;
  /** Publishes at an instant. */
  readonly tickAt: (at: Instant, publisher?: Publisher) => Promise<Ticked>;
  /** Publishes so long before midnight that it is worked out. */
  readonly workOut: (publisher?: Publisher) => Promise<Ticked>;
  /** What a publisher reads, from a database that the test watches. */
  readonly sourcesOn: (db: Database) => StatusSources;
  /** Lets somebody who becomes due wait behind more people than are read, as when nobody concludes. */
  readonly crowdBefore: (one: Somebody) => Promise<void>;
  readonly endCrowd: () => Promise<void>;
}

export function midnightSuite(): MidnightSuite {
  const suite = statusSuite();
  const { record, lists, somebody, isolate, parameters } = suite;
  let ofTest = parseInstant('2021-01-24T00:00:00+08:00');
  const midnight = (afterMs = 0) => ofTest + afterMs;
  const goOn = async () => {
    ofTest += 3 * DAY_MS;
    record.now = midnight(-HOUR_MS);
    await record.turn();
  };
  beforeEach(goOn);
  const tickAt = (at: Instant, publisher = lists.publisher) => {
    record.now = at;
    return publisher.tick();
  };
  return {
    ...{ ...suite, ...crowding(record.database.owner), midnight, goOn, tickAt },
    isolated: async () => {
      const one = await somebody();
      await isolate(one, midnight());
      return one;
    },
    workOut: (publisher) => tickAt(midnight(-4 * MINUTE_MS), publisher),
    sourcesOn: (db) => ({ db, keys: record.keys(), decision: record.decision, parameters }),
  };
}

function crowding(owner: Database): Pick<MidnightSuite, 'crowdBefore' | 'endCrowd'> {
  return {
    crowdBefore: async ({ personId }) => {
      await owner.change(sql`
        insert into due (person_id, due_id, bucket, due_at, cause)
        select gen_random_uuid(), gen_random_uuid(), ${bucketOf(personId)}, '-infinity', 'everyone'
          from generate_series(1, ${CROWD}::integer)
      `);
    },
    endCrowd: async () => {
      await owner.change(script(`delete from due where cause = 'everyone'`));
    },
  };
}

/** A database that counts the statements of one kind; each call of `since` says how many since the last one. */
export function counting(
  database: Database,
  kind: RegExp,
): { readonly db: Database; readonly since: () => number } {
  let count = 0;
  const rows: Database['rows'] = (statement) => {
    if (kind.test(statement.text)) count++;
    return database.rows(statement);
  };
  return {
    db: { ...database, rows },
    since: () => {
      const counted = count;
      count = 0;
      return counted;
    },
  };
}
