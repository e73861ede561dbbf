import { after, before } from 'node:test';
import { type ApiClient, createClient } from '../../api/client.ts';
import type { AuthenticationParts } from '../../server/clients/authenticate.ts';
import { authenticateClients } from '../../server/clients/authenticate.ts';
import { followClients, type KnownClients } from '../../server/clients/known-clients.ts';
import { type NewClient, registerClient } from '../../server/clients/register-client.ts';
import { tokenRoutes } from '../../server/clients/routes.ts';
import { createUsedProofs } from '../../server/clients/used-proofs.ts';
import type { Database } from '../../server/platform/db/database.ts';
import { createLog } from '../../server/platform/log/log.ts';
import {
  type ListeningApp,
  startApp,
  type TestClock,
  type TestParts,
  testClock,
  testKeys,
} from './http-app.ts';

/** A client of a test, with its secret. */
export interface TestClient {
  readonly clientId: string;
  readonly secret: string;
}

/** A service with real clients and real tokens. */
export interface ClientService extends ListeningApp {
  readonly clock: TestClock;
  readonly parts: AuthenticationParts;
  /** Registers a client that may write evidence of the health authority, unless the test says otherwise. */
  readonly register: (client?: Partial<NewClient>) => Promise<TestClient>;
  /** The client of the interface, with the credentials of a registered one. */
  readonly clientOf: (client: TestClient, proof?: 'none' | 'dpop') => ApiClient;
  /** Asks for a token as the standard writes it; gives its text. */
  readonly tokenOf: (client: TestClient) => Promise<string>;
}

/** Starts a service with clients; `close` ends what `app.close()` does not. */
async function startClientService(
  db: Database,
  { audience = 'test', ...test }: TestParts & { readonly audience?: string },
): Promise<ClientService & { readonly close: () => Promise<void> }> {
  const clock = testClock();
  const tokenKeys = test.deps?.tokenKeys ?? testKeys(2);
  const log = createLog({ clock: clock.now, write: () => {}, onPersonalData: 'throw' });
  const clients: KnownClients = await followClients({ db, log, clock: clock.now });
  const parts = { clock: clock.now, tokenKeys, audience, clients, usedProofs: createUsedProofs() };
  const listening = await startApp(db, {
    ...test,
    deps: { ...test.deps, clock: clock.now, tokenKeys },
    authenticate: authenticateClients(parts),
    routes: [tokenRoutes(parts), ...(test.routes ?? [])],
  });
  const register = async (client: Partial<NewClient> = {}) => {
    const usual: NewClient = {
      name: 'a system',
      scopes: ['evidence:write'],
      sources: ['health'],
      quotaPerSecond: 10_000,
      recordedBy: 'a test',
    };
    const made = await registerClient(db, { ...usual, ...client }, clock.now());
    // The service looks for unknown clients at most twice a second.
    clock.pass(600);
    return made;
  };
  return {
    ...listening,
    clock,
    parts,
    register,
    clientOf: (credentials, proof = 'none') =>
      createClient({ origin: listening.url, credentials, proof, nowMs: clock.now, tries: 1 }),
    tokenOf: async ({ clientId, secret }) => {
      const response = await fetch(`${listening.url}/api/v1/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      const { access_token } = (await response.json()) as { access_token: string };
      return access_token;
    },
    close: async () => {
      clients.close();
      await listening.app.close();
    },
  };
}

/** A service with clients for the suite that asks for it; it can be used in its tests and hooks. */
export function clientService(
  db: Database,
  test: TestParts & { readonly audience?: string } = {},
): ClientService {
  let started: Awaited<ReturnType<typeof startClientService>> | undefined;
  before(async () => {
    started = await startClientService(db, test);
  });
  after(() => started?.close());
  const names = ['app', 'url', 'port', 'lines', 'clock', 'parts', 'register', 'clientOf', 'tokenOf'] as const;
  const service = {};
  for (const name of names) Object.defineProperty(service, name, { get: () => started![name] });
  return service as ClientService;
}
