import { join } from 'node:path';
import { after, before } from 'node:test';
import { type ApiClient, createClient } from '../api/client.ts';
import { type NewClient, registerClient } from '../server/clients/register-client.ts';
import { whenNobodyIsDue } from '../server/codes/when-nobody-is-due.ts';
import type { ServiceConfig } from '../server/config.ts';
import { type Installation, openInstallation } from '../server/installation.ts';
import { createLog } from '../server/platform/log/log.ts';
import { type Service, startService } from '../server/start-service.ts';
import { freshDatabase } from './database.ts';
import { type HostedSigner, hostSigner } from './signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The whole service on a port of its own and a database of the suite's own. Its log throws when personal data passes. */
export interface RunningService {
  readonly url: string;
  readonly installation: Installation;
  /** What it has logged. */
  readonly lines: readonly string[];
  /** Registers a client and gives a way to call the service as it. */
  readonly clientOf: (client: Partial<NewClient>) => Promise<ApiClient>;
  /** A bearer token of a new client, for requests that no client of ours would send. */
  readonly tokenOf: (client: Partial<NewClient>) => Promise<string>;
  /** Waits until everybody who is due has been assessed. */
  readonly settled: () => Promise<void>;
  /** Stops the service before the suite ends; what it was made of stays. */
  readonly stop: () => Promise<void>;
}

/** What a suite says about its service. */
export interface RunningOptions {
  /** What else is configured, asked when the service starts. */
  readonly config?: () => Partial<ServiceConfig>;
  readonly demo?: boolean;
}

export function runningService({ config = () => ({}), demo = false }: RunningOptions = {}): RunningService {
  const database = freshDatabase();
  const folder = temporaryFolder();
  const lines: string[] = [];
  let installation: Installation | undefined;
  let service: Service | undefined;
  let signer: HostedSigner | undefined;
  before(async () => {
    const site = { place: { url: database.url }, keysFolder: join(folder, 'keys') };
    installation = await openInstallation(site, Date.now(), { connections: 4, demo });
    const log = createLog({
      clock: Date.now,
      write: (line) => lines.push(line),
      onPersonalData: 'throw',
    });
    signer = await hostSigner(installation, Date.now);
    const usual = { host: '127.0.0.1', port: 0, turnsCodes: true, version: '0.0.0', signer };
    service = await startService(installation, { ...usual, ...config() }, Date.now, log);
  });
  const stop = async () => {
    const running = service;
    service = undefined;
    await running?.stop();
  };
  after(async () => {
    await stop();
    await signer?.close();
    await installation?.stop();
  });
  const register = (client: Partial<NewClient>) =>
    registerClient(
      installation!.store.app,
      { name: 'test', scopes: [], sources: [], quotaPerSecond: 1_000, recordedBy: 'test', ...client },
      Date.now(),
    );
  return {
    get url() {
      return service!.url;
    },
    get installation() {
      return installation!;
    },
    lines,
    clientOf: async (client) =>
      createClient({ origin: service!.url, credentials: await register(client), tries: 1 }),
    tokenOf: async (client) => tokenFor(service!.url, await register(client)),
    settled: () => whenNobodyIsDue(service!.work),
    stop,
  };
}

async function tokenFor(
  url: string,
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): Promise<string> {
  const response = await fetch(`${url}/api/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
