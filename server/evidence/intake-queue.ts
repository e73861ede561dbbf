import { fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import type { Database } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { KeyError } from '../platform/keys/key-error.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { acceptDeliveries, type Receipt } from './accept-deliveries.ts';
import type { Delivery } from './intake.ts';

/** Takes deliveries of all clients into the record, many in one transaction. */
export interface IntakeQueue {
  /** Answers once the delivery is on record. Throws `QueueFull` when too much waits already, or what the database throws. */
  readonly submit: (delivery: Delivery) => Promise<Receipt>;
  /** How many records wait. */
  readonly waiting: () => number;
  /** Answers when nothing waits any more. */
  readonly drained: () => Promise<void>;
}

/** Too many records wait; the client is to come again. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

export interface IntakeQueueOptions {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  /** Told when somebody is due. */
  readonly onAccepted: () => void;
  readonly mostWaiting?: number;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/** Records in one transaction, above which the next delivery waits for the next one. */
const TOGETHER = 1_000;
/** While one transaction waits for the disk, another is prepared. */
const AT_ONCE = 2;
const MOST_WAITING = 50_000;

export function createIntakeQueue(options: IntakeQueueOptions): IntakeQueue {
  const { mostWaiting = MOST_WAITING } = options;
  const queue: Waiting[] = [];
  let waiting = 0;
  let running = 0;
  const idle: (() => void)[] = [];
  const next = (): void => {
    if (running === 0 && queue.length === 0) for (const resolve of idle.splice(0)) resolve();
    if (running >= AT_ONCE || queue.length === 0) return;
    const together = takeTogether(queue);
    const size = together.reduce((sum, { delivery }) => sum + sizeOf(delivery), 0);
    running++;
    void acceptAll(options, together, turnAway).finally(() => {
      running--;
      waiting -= size;
      next();
    });
    next();
  };
  const turnAway = (error: unknown): void => {
    for (const { delivery, reject } of queue.splice(0)) {
      waiting -= sizeOf(delivery);
      reject(error);
    }
  };
  return {
    submit: (delivery) =>
      new Promise((resolve, reject) => {
        const size = sizeOf(delivery);
        if (waiting > 0 && waiting + size > mostWaiting)
          return reject(new QueueFull('too many records wait'));
        waiting += size;
        queue.push({ delivery, resolve, reject });
        // Whatever else arrives in this turn of the loop goes into the same transaction.
        setImmediate(next);
      }),
    waiting: () => waiting,
    drained: () => new Promise((resolve) => (waiting === 0 ? resolve() : idle.push(resolve))),
  };
}

function sizeOf({ candidates, refused }: Delivery): number {
  return candidates.length + refused.length;
}

function takeTogether(queue: Waiting[]): Waiting[] {
  let size = 0;
  let count = 0;
  while (count < queue.length && (count === 0 || size + sizeOf(queue[count]!.delivery) <= TOGETHER))
    size += sizeOf(queue[count++]!.delivery);
  return queue.splice(0, count);
}

/**
 * Accepts deliveries together; when that fails for what may be in one of them, each by itself. When the database is
 * away, whoever waits is told so too, and not one after the other, each after a wait of its own.
 */
async function acceptAll(
  options: IntakeQueueOptions,
  together: readonly Waiting[],
  turnAway: (error: unknown) => void,
): Promise<void> {
  try {
    const receipts = await accept(
      options,
      together.map(({ delivery }) => delivery),
    );
    for (const [i, { resolve }] of together.entries()) resolve(receipts[i]!);
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'unavailable') turnAway(error);
    if (isAboutEverybody(error)) for (const { reject } of together) reject(error);
    else for (const one of together) await acceptOne(options, one);
  }
}

async function acceptOne(options: IntakeQueueOptions, { delivery, resolve, reject }: Waiting): Promise<void> {
  try {
    resolve(await withoutPoison(options, delivery));
  } catch (error) {
    reject(error);
  }
}

/** A record that the database refuses is found by halves and put into quarantine; all others are accepted. */
async function withoutPoison(options: IntakeQueueOptions, delivery: Delivery): Promise<Receipt> {
  try {
    return (await accept(options, [delivery]))[0]!;
  } catch (error) {
    if (!isAboutData(error)) throw error;
    const poisoned = new Set(await findPoison(options, delivery));
    const sound = delivery.candidates.filter((candidate) => !poisoned.has(candidate));
    const refused = [...poisoned].map(({ position, record, raw }) => ({
      position,
      source: record.source,
      raw: raw(),
      faults: [fault('', 'cannot be stored')],
    }));
    const rest = { ...delivery, candidates: sound, refused: [...delivery.refused, ...refused] };
    return (await accept(options, [rest]))[0]!;
  }
}

/** The candidates that cannot be stored even alone. Nothing of the trial is kept. */
async function findPoison(options: IntakeQueueOptions, delivery: Delivery): Promise<Delivery['candidates']> {
  const { candidates } = delivery;
  if (candidates.length === 0 || (await canStore(options, delivery))) return [];
  if (candidates.length === 1) return candidates;
  const middle = candidates.length >> 1;
  return [
    ...(await findPoison(options, { ...delivery, candidates: candidates.slice(0, middle) })),
    ...(await findPoison(options, { ...delivery, candidates: candidates.slice(middle) })),
  ];
}

const TRIED = Symbol('tried');

async function canStore({ database, keys, clock }: IntakeQueueOptions, delivery: Delivery): Promise<boolean> {
  try {
    await database.transaction(async (db) => {
      await acceptDeliveries(db, keys, [{ ...delivery, refused: [] }], clock());
      throw TRIED;
    });
  } catch (error) {
    if (error !== TRIED && !isAboutData(error)) throw error;
    return error === TRIED;
  }
  return true;
}

async function accept(
  { database, keys, clock, onAccepted }: IntakeQueueOptions,
  deliveries: readonly Delivery[],
): Promise<Receipt[]> {
  const receipts = await database.transaction((db) => acceptDeliveries(db, keys, deliveries, clock()));
  onAccepted();
  return receipts;
}

/** What the state of the database causes; nothing that is delivered can be accepted then. */
function isAboutEverybody(error: unknown): boolean {
  return error instanceof DatabaseError && ['unavailable', 'conflict', 'forbidden'].includes(error.kind);
}

/** What a record causes, or what is stored about its person and does not open. */
function isAboutData(error: unknown): boolean {
  if (error instanceof KeyError) return error.code === 'unreadable';
  return error instanceof DatabaseError && (error.kind === 'invalid' || error.kind === 'duplicate');
}
