import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type CopyRow, copyChunksOf, copyInto, copyOutOf } from './copy.ts';
import { DatabaseError, failureOf } from './failure.ts';
import { readTime, type Statement } from './sql.ts';

/** Where statements run: a pool of connections, or one transaction. What fails is a `DatabaseError`. */
export interface Db {
  /** The rows that a statement gives. `timestamptz` arrives as an instant (ms), `bigint` as a number, `bytea` as bytes. */
  readonly rows: <Row>(statement: Statement) => Promise<Row[]>;
  /** How many rows a statement changed. */
  readonly change: (statement: Statement) => Promise<number>;
  /** Writes rows by a `copy … from stdin`, all of them or none. Returns how many. It takes rows as fast as they can be stored. */
  readonly copyIn: (
    statement: Statement,
    rows: Iterable<CopyRow> | AsyncIterable<CopyRow>,
  ) => Promise<number>;
}

/** One transaction. */
export interface Transaction extends Db {
  /** What a `copy … to stdout` sends, as it comes. Whoever does not read it to its end ends the transaction by an error. */
  readonly copyChunks: (statement: Statement) => AsyncIterable<Buffer>;
}

/** A database that is open under one role. */
export interface Database extends Db {
  /**
   * Runs work in one transaction: all of it is kept, or nothing when the work throws. When another transaction
   * was in the way, the work runs again from its beginning.
   */
  readonly transaction: <T>(work: (db: Transaction) => Promise<T>, term?: Term) => Promise<T>;
  /** The rows of a `copy … to stdout`, each column as PostgreSQL writes it; read no faster than they are wanted. */
  readonly copyOut: (statement: Statement) => AsyncIterable<readonly (string | null)[]>;
  /** Waits for running work and closes all connections. */
  readonly close: () => Promise<void>;
}

/** How long a transaction may take. */
export interface Term {
  /** Whether it may take longer than others: it dates nothing that somebody searches for by its time. */
  readonly mayLast?: boolean;
}

/** How a database is reached. */
export interface Reach {
  /** `postgres://…`; a socket folder goes into `?host=`. */
  readonly url: string;
  /** The role under which every statement runs; that of the login when it is missing. */
  readonly role?: string;
  readonly connections?: number;
  /**
   * Whether every statement asks for rows by an index. A plan that PostgreSQL made while a table was small would else read
   * the whole of it for as long as nobody has analysed it again. Nor does it start processes of its own for a statement,
   * or plan one anew for its values, which costs more than it saves where each concerns few rows: planning takes three times as
   * long as looking up one person.
   */
  readonly byIndex?: boolean;
  /** After how long a statement without an answer counts as lost, with its connection; without it, never. */
  readonly patienceMs?: number;
  /** How long a transaction may take until it commits, all tries together; without it, for ever. */
  readonly longestMs?: number;
  /** Told of an error on an idle connection. */
  readonly onError?: (error: Error) => void;
}

const BIGINT = 20;
const TIMESTAMPTZ = 1184;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === BIGINT) return Number;
    if (oid === TIMESTAMPTZ) return readTime;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** How long a caller waits for a free connection before it is told that the database is away. */
const CONNECT_MS = 3_000;
/** A connection that is silent is asked after so long whether it still stands. */
const SILENCE_MS = 10_000;
/** After how long the server ends a transaction whose process was stopped or is out of reach: others wait for its locks. */
const IDLE_TRANSACTION_MS = 10_000;

/**
 * How long the service may take for a transaction, but for those that `mayLast`. Whoever searches for what is new by the time with
 * which it is dated counts on it.
 */
export const LONGEST_TRANSACTION_MS = 60_000;
/** So long after a transaction has begun it is committed, or never will be: its last word may reach the server late. */
export const LATEST_COMMIT_MS = LONGEST_TRANSACTION_MS + IDLE_TRANSACTION_MS;

/** Opens a database. It connects when the first statement runs, and again after the server was away. */
export function openDatabase({
  url,
  role,
  connections = 8,
  byIndex = false,
  patienceMs,
  longestMs = Number.POSITIVE_INFINITY,
  onError = () => {},
}: Reach): Database {
  const options = ['timezone=UTC', `idle_in_transaction_session_timeout=${IDLE_TRANSACTION_MS}`];
  if (role !== undefined) options.push(`role=${role}`);
  if (byIndex)
    options.push(
      'enable_seqscan=off',
      'max_parallel_workers_per_gather=0',
      'plan_cache_mode=force_generic_plan',
    );
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: SILENCE_MS,
    application_name: 'healthcode',
    options: options.map((option) => `-c ${option}`).join(' '),
    ...(patienceMs !== undefined && { query_timeout: patienceMs }),
  });
  pool.on('error', onError);
  // Where the server gives up in the very moment in which it is ready, nobody else listens yet; whoever asks next is told.
  pool.on('connect', (client) => client.on('error', () => {}));
  let closed: Promise<void> | undefined;
  return {
    ...runOn(pool),
    copyIn: (statement, rows) => inTransaction(pool, (db) => db.copyIn(statement, rows), longestMs),
    copyOut: (statement) => copyOut(pool, statement),
    transaction: (work, { mayLast = false } = {}) => {
      const end = performance.now() + (mayLast ? Number.POSITIVE_INFINITY : longestMs);
      return untilNoConflict(() => inTransaction(pool, work, end - performance.now()));
    },
    close: () => {
      closed ??= pool.end();
      return closed;
    },
  };
}

function runOn(client: pg.Pool | pg.PoolClient): Pick<Db, 'rows' | 'change'> {
  const run = (statement: Statement) =>
    failing(client.query({ ...statement, values: [...statement.values] }));
  return {
    rows: async <Row>(statement: Statement) => (await run(statement)).rows as Row[],
    change: async (statement) => (await run(statement)).rowCount ?? 0,
  };
}

/** Deadlocks and failures to serialise pass when those in the way have ended. */
const TRIES = 5;
const PAUSE_MS = 20;

async function untilNoConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if ((error as DatabaseError)?.kind !== 'conflict' || tried === TRIES) throw error;
    }
    // Those who met here should not meet again.
    await sleep(PAUSE_MS * tried * Math.random());
  }
}

/** `withinMs`: when more time has passed nothing is committed. */
async function inTransaction<T>(
  pool: pg.Pool,
  work: (db: Transaction) => Promise<T>,
  withinMs: number,
): Promise<T> {
  if (withinMs <= 0) throw tooLate();
  const end = performance.now() + withinMs;
  const client = await failing(pool.connect());
  let broken: Error | undefined;
  const onBreak = (error: Error) => {
    broken = error;
  };
  client.on('error', onBreak);
  try {
    // What another transaction has committed is seen by the next statement, however a server is set up.
    await failing(client.query('begin isolation level read committed'));
    const copyIn: Db['copyIn'] = (statement, rows) => copyInto(client, statement, rows);
    const copyChunks = (statement: Statement) =>
      wholeCopy(client, statement, (error) => {
        broken ??= error;
      });
    const result = await work({ ...runOn(client), copyIn, copyChunks });
    if (performance.now() > end) throw tooLate();
    await failing(client.query('commit'));
    return result;
  } catch (error) {
    // A connection that may be lost is given up, and the server rolls back; a rollback might wait for ever.
    if ((error as DatabaseError)?.kind === 'unavailable') broken ??= error as Error;
    else if (!broken) await client.query('rollback').catch(onBreak);
    throw error;
  } finally {
    client.off('error', onBreak);
    client.release(broken);
  }
}

/** As if the server had cancelled it: the same may work later. */
function tooLate(): DatabaseError {
  return new DatabaseError('unavailable', '57014', 'the transaction took too long');
}

/** A copy that is not read to its end would arrive before the answer to the next statement: the connection is given up. */
async function* wholeCopy(client: pg.PoolClient, statement: Statement, onAbandoned: (error: Error) => void) {
  let isWhole = false;
  try {
    yield* copyChunksOf(client, statement);
    isWhole = true;
  } catch (error) {
    throw failureOf(error);
  } finally {
    if (!isWhole) onAbandoned(new Error('a copy was not read to its end'));
  }
}

async function* copyOut(pool: pg.Pool, statement: Statement) {
  const client = await failing(pool.connect());
  client.on('error', () => {});
  let isWhole = false;
  try {
    yield* copyOutOf(client, statement);
    isWhole = true;
  } catch (error) {
    throw failureOf(error);
  } finally {
    // What nobody reads on would arrive before the answer to the next statement.
    client.release(!isWhole);
  }
}

async function failing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw failureOf(error);
  }
}
