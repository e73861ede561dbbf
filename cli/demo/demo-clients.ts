import type { Scope } from '../../api/clients/scopes.ts';
import type { Source } from '../../domain/evidence/fact.ts';
import { registerClient } from '../../server/clients/register-client.ts';
import { renewSecret } from '../../server/clients/renew-secret.ts';
import { findRegistration } from '../../server/clients/store.ts';
import type { Working } from '../../server/working.ts';

/** A client system for trying out. */
export interface DemoClient {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly sources: readonly Source[];
}

const QUOTA_PER_SECOND = 100;

/** Registers clients, or gives those that are registered a new secret, because no secret is stored. By client id. */
export async function demoClients(
  { installation, clock }: Working,
  clients: readonly DemoClient[],
): Promise<ReadonlyMap<string, string>> {
  const db = installation.store.app;
  const secrets = new Map<string, string>();
  for (const client of clients) {
    const known = await findRegistration(db, client.clientId);
    const given = known
      ? await renewSecret(db, client.clientId, 'demo', clock())
      : await registerClient(
          db,
          { ...client, quotaPerSecond: QUOTA_PER_SECOND, recordedBy: 'demo' },
          clock(),
        );
    secrets.set(client.clientId, given.secret);
  }
  return secrets;
}
