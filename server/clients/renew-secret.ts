import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import { digestSecret, makeSecret } from './secret.ts';
import { addRegistration, findRegistration } from './store.ts';

/**
 * Gives a client a new secret, once; the old one is refused within seconds. A client that is barred stays so.
 *
 * @throws {Problem} `not-found` when there is no such client, `conflict` when it is being changed just now
 */
export async function renewSecret(
  db: Db,
  clientId: string,
  recordedBy: string,
  now: Instant,
): Promise<{ readonly clientId: string; readonly secret: string }> {
  const client = await findRegistration(db, clientId);
  if (!client) throw new Problem('not-found', 'There is no client with this id.');
  const secret = makeSecret();
  const renewed = { ...client, number: client.number + 1, secretDigest: digestSecret(secret) };
  if (!(await addRegistration(db, renewed, now, recordedBy)))
    throw new Problem('conflict', 'The client is being changed; try again.');
  return { clientId, secret };
}
