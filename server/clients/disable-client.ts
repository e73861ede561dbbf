import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import { addRegistration, findRegistration } from './store.ts';

/**
 * Bars a client, for good: it gets no more tokens, and those it has stop working within seconds. A client that is
 * barred already stays as it is.
 *
 * @throws {Problem} `not-found` when there is no such client, `conflict` when it is being changed just now
 */
export async function disableClient(
  db: Db,
  clientId: string,
  now: Instant,
  recordedBy: string,
): Promise<void> {
  const client = await findRegistration(db, clientId);
  if (!client) throw new Problem('not-found', 'There is no client with this id.');
  if (client.disabledAt !== null) return;
  const barred = { ...client, number: client.number + 1, disabledAt: now };
  if (!(await addRegistration(db, barred, now, recordedBy))) {
    throw new Problem('conflict', 'The client is being changed; try again.');
  }
}
