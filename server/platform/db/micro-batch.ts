/** How much is asked at once. */
export interface BatchLimits {
  /** Keys of one batch at most. */
  readonly keys?: number;
  /** Batches that wait for an answer at most; whoever comes meanwhile is in the next one. */
  readonly inFlight?: number;
  /** How long whoever comes while a batch waits for its answer lets others join, unless that answer comes first. */
  readonly gatherMs?: number;
}

/**
 * Gathers what many callers ask for and loads it together: a round trip to the database costs nearly as much for one row as
 * for fifty. Whoever asks when nothing is under way waits for nobody but those of the same turn of the event loop. `load`
 * answers in the order of the keys; when it fails, it fails for all of its batch.
 */
export function microBatch<Key, Value>(
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
  { keys: most = 256, inFlight = 3, gatherMs = 3 }: BatchLimits = {},
): (key: Key) => Promise<Value> {
  let waiting: Asked<Key, Value>[] = [];
  let running = 0;
  let isPlanned = false;
  let gathering: NodeJS.Timeout | undefined;
  const plan = () => {
    if (isPlanned || waiting.length === 0 || running >= inFlight) return;
    if (running === 0 || waiting.length >= most) {
      isPlanned = true;
      setImmediate(start);
    } else gathering ??= setTimeout(start, gatherMs);
  };
  const start = () => {
    isPlanned = false;
    clearTimeout(gathering);
    gathering = undefined;
    if (waiting.length === 0 || running >= inFlight) return;
    const batch = waiting.length <= most ? waiting : waiting.slice(0, most);
    waiting = waiting.length <= most ? [] : waiting.slice(most);
    running++;
    void answer(batch, load).then(() => {
      running--;
      plan();
    });
    plan();
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      plan();
    });
}

interface Asked<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/** Never rejects: each caller is told for itself. */
async function answer<Key, Value>(
  batch: readonly Asked<Key, Value>[],
  load: (keys: readonly Key[]) => Promise<readonly Value[]>,
): Promise<void> {
  try {
    const values = await load(batch.map(({ key }) => key));
    for (let i = 0; i < batch.length; i++) batch[i]!.resolve(values[i]!);
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
