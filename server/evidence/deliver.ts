import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import type { Instant } from '../../domain/time.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import type { Receipt } from './accept-deliveries.ts';
import type { ContractBook } from './contracts.ts';
import type { Incoming } from './intake.ts';
import type { IntakeQueue } from './intake-queue.ts';
import { readDelivery, type Terms } from './read-delivery.ts';

/** What delivering needs of the service. */
export interface Delivering {
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  readonly contracts: ContractBook;
  readonly lists: () => ClosedLists;
  readonly queue: IntakeQueue;
}

/** Who delivers, and on what terms. */
export type Deliverer = Pick<Terms, 'clientId' | 'sources'> & Partial<Pick<Terms, 'keepsTimes' | 'approved'>>;

/**
 * Delivers records in the name of a client, part by part, and yields what became of each part once it is on record.
 * When that fails, the parts before stay; to deliver all of them again does no harm.
 */
export async function* deliver(
  service: Delivering,
  { keepsTimes = false, ...deliverer }: Deliverer,
  parts: Iterable<readonly Incoming[]> | AsyncIterable<readonly Incoming[]>,
): AsyncGenerator<Receipt> {
  const { keys, clock, contracts, lists, queue } = service;
  let before: Promise<Receipt> | undefined;
  for await (const part of parts) {
    const receivedAt = clock();
    const terms = {
      ...deliverer,
      keepsTimes,
      batchId: timeUuid(receivedAt),
      receivedAt,
      contracts: contracts.kinds(),
      lists: lists(),
    };
    // While one part is written, the next is read.
    const submitted = queue.submit(readDelivery(keys, terms, part));
    submitted.catch(() => {});
    if (before) yield await before;
    before = submitted;
  }
  if (before) yield await before;
}
