import { DatabaseError } from './failure.ts';

/** Loads what is kept under some keys, in their order. */
type Load<Key, Value> = (keys: readonly Key[]) => Promise<readonly Value[]>;

/** How much is asked at once. */
export interface BatchLimits {
  /** Keys of one batch at most. */
  readonly keys?: number;
  /** Batches that wait for an answer at most; whoever comes meanwhile is in the next one. */
  readonly inFlight?: number;
  /** How long whoever comes while a batch waits for its answer lets others join, unless that answer comes first. */
  readonly gatherMs?: number;
  /** Whoever waits longer, by up to a quarter, for a batch to begin is told that it is too late, and not asked for. */
  readonly patienceMs?: number;
  /** How many may wait for a batch; more are told so at once. */
  readonly mostWaiting?: number;
}

/** Whoever comes first after a batch of several waits so long for as many to come. */
const LINGER_MS = 2;
const PATIENCE_MS = 1_000;
const PATIENCE_STEPS = 4;
const MOST_WAITING = 4_096;

/**
 * Gathers what many callers ask for and loads it together: a round trip to the database costs nearly as much for one row as
 * for fifty. Whoever asks when nothing is under way waits for nobody but those of the same turn of the event loop; while many
 * ask at a time, for a moment until as many have come as were in the last batch. `load` answers in the order of the keys. When it fails it fails for all of its batch, unless only a part of the database is away:
 * then each is asked for by itself, so that it fails for nobody else than those whom that part holds.
 */
export function microBatch<Key, Value>(
  load: Load<Key, Value>,
  {
    keys: most = 256,
    inFlight = 3,
    gatherMs = 10,
    patienceMs = PATIENCE_MS,
    mostWaiting = MOST_WAITING,
  }: BatchLimits = {},
): (key: Key) => Promise<Value> {
  let waiting: Asked<Key, Value>[] = [];
  let running = 0;
  let lastSize = 1;
  let isPlanned = false;
  let gathering: NodeJS.Timeout | undefined;
  let step = 0;
  let stepping: NodeJS.Timeout | undefined;
  // Counted in steps, of which one is made however long the process itself stood still: nobody heard the database then.
  const grow = () => {
    waiting = withoutLate(waiting, ++step - PATIENCE_STEPS);
    if (waiting.length > 0) return;
    clearInterval(stepping);
    stepping = undefined;
  };
  const plan = () => {
    if (isPlanned || waiting.length === 0) return;
    if (running >= inFlight) stepping ??= setInterval(grow, patienceMs / PATIENCE_STEPS).unref();
    else if (waiting.length >= (running === 0 ? lastSize : most)) startSoon();
    else gathering ??= setTimeout(start, running === 0 ? LINGER_MS : gatherMs);
  };
  const startSoon = () => {
    isPlanned = true;
    setImmediate(start);
  };
  const start = () => {
    isPlanned = false;
    clearTimeout(gathering);
    gathering = undefined;
    if (waiting.length === 0 || running >= inFlight) return;
    const batch = waiting.length <= most ? waiting : waiting.slice(0, most);
    waiting = waiting.length <= most ? [] : waiting.slice(most);
    running++;
    lastSize = batch.length;
    void answer(batch, load).then(() => {
      running--;
      // They have waited already.
      if (running === 0 && waiting.length > 0 && !isPlanned) startSoon();
      else plan();
    });
    plan();
  };
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= mostWaiting) return reject(tooLate());
      waiting.push({ key, resolve, reject, sinceStep: step });
      plan();
    });
}

interface Asked<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
  readonly sinceStep: number;
}

function tooLate(): DatabaseError {
  return new DatabaseError('unavailable', TOO_LATE, 'the database is slower than what is asked of it');
}

/** SQLSTATE of a statement that was cancelled (PostgreSQL, Appendix A). */
const TOO_LATE = '57014';

/** They wait in the order in which they came. */
function withoutLate<Key, Value>(waiting: Asked<Key, Value>[], limit: number): Asked<Key, Value>[] {
  const inTime = waiting.findIndex(({ sinceStep }) => sinceStep >= limit);
  if (inTime === 0 || waiting.length === 0) return waiting;
  const late = inTime < 0 ? waiting : waiting.slice(0, inTime);
  for (const { reject } of late) reject(tooLate());
  return inTime < 0 ? [] : waiting.slice(inTime);
}

/** Never rejects: each caller is told for itself. */
async function answer<Key, Value>(
  batch: readonly Asked<Key, Value>[],
  load: Load<Key, Value>,
): Promise<void> {
  try {
    const values = await load(batch.map(({ key }) => key));
    for (let i = 0; i < batch.length; i++) batch[i]!.resolve(values[i]!);
  } catch (error) {
    if (batch.length > 1 && isOfSome(error)) await answerEach(batch, load);
    else for (const { reject } of batch) reject(error);
  }
}

/** Whether a node behind the server is away, so that others of the batch may be answered (SQLSTATE 08006, 57P01). */
function isOfSome(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === 'unavailable' && error.isReported;
}

/** So many that meet a node which is away do not keep the others waiting. */
const ALONE_AT_ONCE = 4;

/** Asks for each by itself; nobody more is asked for when the server does not answer either. */
async function answerEach<Key, Value>(
  batch: readonly Asked<Key, Value>[],
  load: Load<Key, Value>,
): Promise<void> {
  const left = batch.values();
  let away: unknown;
  const work = async () => {
    for (const { key, resolve, reject } of left) {
      try {
        if (away !== undefined) throw away;
        resolve((await load([key]))[0]!);
      } catch (error) {
        if (error instanceof DatabaseError && error.kind === 'unavailable' && !error.isReported) away = error;
        reject(error);
      }
    }
  };
  await Promise.all(Array.from({ length: ALONE_AT_ONCE }, work));
}
