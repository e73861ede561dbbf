import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import type { Check, CheckReply } from '../../api/doors/checks.ts';
import { authenticateClients } from '../../server/clients/authenticate.ts';
import { followClients } from '../../server/clients/known-clients.ts';
import { registerClient } from '../../server/clients/register-client.ts';
import { tokenRoutes } from '../../server/clients/routes.ts';
import { createUsedProofs } from '../../server/clients/used-proofs.ts';
import { createReadCurrent } from '../../server/codes/read-current.ts';
import { addVenue } from '../../server/doors/add-venue.ts';
import { followDevices } from '../../server/doors/known-devices.ts';
import { type NewDevice, registerDevice } from '../../server/doors/register-device.ts';
import { doorRoutes } from '../../server/doors/routes.ts';
import type { Installation } from '../../server/installation.ts';
import { createFindPerson } from '../../server/people/find-person.ts';
import { Problem } from '../../server/platform/http/problem.ts';
import type { Session, StaffSession } from '../../server/platform/http/rules.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { createMetrics } from '../../server/platform/metrics/metrics.ts';
import { defaultRules } from '../default-rules.ts';
import { type TestService, testService } from '../service.ts';
import { until } from '../until.ts';
import { type PeopleAtDoors, peopleAtDoors } from './door-people.ts';
import { type ListeningApp, startApp, testKeys } from './http-app.ts';
import { openTestPasses, type TestPasses } from './test-passes.ts';

/** What a door was answered. */
export interface Answered {
  readonly status: number;
  /** Byte for byte. */
  readonly text: string;
  readonly body: CheckReply & {
    readonly code?: string;
    readonly errors?: readonly { readonly path: string }[];
  };
  readonly retryAfter: string | null;
}

/** Asks at a door. */
export type Ask = (check: Check | object) => Promise<Answered>;

/** A venue at whose door a device stands; without a category it is on the move. */
export interface TestDevice extends Partial<NewDevice> {
  readonly category?: string;
  readonly region?: string;
}

/** A device that asks. */
export type AskingDevice = Ask & {
  readonly clientId: string;
  readonly secret: string;
  readonly token: string;
};

/** The doors of a service, with people and devices of a test, under a clock that the test sets (`record.now`). */
export interface DoorService extends PeopleAtDoors {
  readonly record: TestService;
  readonly port: number;
  /** What was logged. The log throws when personal data passes. */
  readonly lines: readonly string[];
  readonly metrics: () => Promise<string>;
  readonly venue: (category: string, region?: string) => Promise<string>;
  /** Registers a device, and gives the way in which it asks, with its id. */
  readonly device: (device?: TestDevice) => Promise<AskingDevice>;
  /** Asks as a device with a new token. */
  readonly again: (device: AskingDevice) => Promise<Ask>;
  /** Asks with the token of a client. */
  readonly askWith: (token: string) => Ask;
  /** Registers a client that is no device, and gives its token. */
  readonly tokenOf: (scopes: readonly ('checks:write' | 'evidence:write')[]) => Promise<string>;
  /** Asks as somebody who is signed in. */
  readonly askAs: (session: Session) => Ask;
  /** With what passes are made. */
  readonly issued: TestPasses;
}

/** Doors for one suite. */
export function doorService(start?: string): DoorService {
  const record = testService(start);
  let started: Started | undefined;
  before(async () => {
    started = await startDoors(record);
  });
  after(() => started?.close());
  const { app } = record.database;
  const venue = async (category: string, region = '330106') => {
    const venueId = `v-${randomUUID()}`;
    await addVenue(
      app,
      defaultRules().rules,
      { venueId, name: 'A place', category, region },
      record.now,
      'test',
    );
    return venueId;
  };
  return {
    record,
    get port() {
      return started!.listening.port;
    },
    get lines() {
      return started!.listening.lines;
    },
    metrics: async () => (await fetch(`${started!.listening.url}/metrics`)).text(),
    venue,
    device: async ({ category, region, ...device } = {}) => {
      const usual = { name: 'A gate', readsDocuments: false, quotaPerSecond: 100_000, recordedBy: 'test' };
      const venueId = category === undefined ? undefined : await venue(category, region);
      const placed = { ...usual, ...(venueId !== undefined && { venueId }), ...device };
      const { clientId, secret } = await registerDevice(app, placed, record.now);
      await until(() => started!.knows(clientId));
      const token = await started!.tokenFor(clientId, secret);
      return Object.assign(started!.ask({ authorization: `Bearer ${token}` }), { clientId, secret, token });
    },
    again: async ({ clientId, secret }) => {
      const token = await started!.tokenFor(clientId, secret);
      return started!.ask({ authorization: `Bearer ${token}` });
    },
    askWith: (token) => started!.ask({ authorization: `Bearer ${token}` }),
    tokenOf: async (scopes) => {
      const client = { name: 'No gate', scopes, sources: [], quotaPerSecond: 1_000, recordedBy: 'test' };
      const { clientId, secret } = await registerClient(app, client, record.now);
      return started!.tokenFor(clientId, secret);
    },
    askAs: (session) => started!.ask({ [SESSION]: started!.signIn(session) }),
    ...peopleAtDoors(record, () => started!.issuing),
    get issued() {
      return started!.issuing;
    },
  };
}

interface Started {
  readonly issuing: TestPasses;
  readonly listening: ListeningApp;
  readonly ask: (headers: Record<string, string>) => Ask;
  readonly signIn: (session: Session) => string;
  readonly tokenFor: (clientId: string, secret: string) => Promise<string>;
  /** Whether the service knows a device by now. */
  readonly knows: (clientId: string) => boolean;
  readonly close: () => Promise<void>;
}

/** New devices are known at once, or nearly. */
const LOOK_MS = 20;
/** Names a session that the test has made up. */
const SESSION = 'x-session-of-test';

async function startDoors(record: TestService): Promise<Started> {
  const db = record.database.app;
  const clock = () => record.now;
  const silent = createLog({ clock, write: () => {}, onPersonalData: 'throw' });
  const clients = await followClients({ db, log: silent, clock, lookMs: LOOK_MS });
  const devices = await followDevices({ db, log: silent, clock, lookMs: LOOK_MS });
  const metrics = createMetrics();
  const tokenKeys = testKeys();
  const parts = { clock, tokenKeys, audience: 'test', clients, usedProofs: createUsedProofs() };
  const { rules } = defaultRules();
  // What doors use of an installation; the rules are those that the record decides by.
  const installation = {
    store: record.database,
    keys: record.keys(),
    decision: record.decision,
    rules: { at: () => ({ rules }) },
  } as unknown as Installation;
  const issuing = await openTestPasses(record);
  const lines: string[] = [];
  const log = createLog({ clock, write: (line) => lines.push(line), onPersonalData: 'throw' });
  const sessions = new Map<string, Session>();
  const listening = await startApp(db, {
    deps: { clock, tokenKeys, metrics, log },
    authenticate: authenticateClients(parts),
    recognise: (request) => {
      const session = sessions.get(String(request.headers[SESSION]));
      if (!session) throw new Problem('unauthenticated', '');
      return session;
    },
    routes: [
      tokenRoutes(parts),
      doorRoutes({
        installation,
        ...{ clock, devices, metrics, log },
        readCurrent: createReadCurrent(installation),
        readPass: issuing.passes.readPass,
        findPerson: createFindPerson(installation),
      }),
    ],
  });
  return {
    listening: { ...listening, lines },
    issuing,
    ask: (headers) => (check) => post(`${listening.url}/api/v1/checks`, headers, check),
    signIn: (session) => {
      sessions.set(session.sessionId, session);
      return session.sessionId;
    },
    knows: (clientId) => clients.find(clientId) !== undefined && devices.find(clientId) !== undefined,
    tokenFor: (clientId, secret) => tokenFor(listening.url, clientId, secret),
    close: async () => {
      clients.close();
      devices.close();
      await listening.app.close();
      await issuing.close();
    },
  };
}

async function post(url: string, headers: Record<string, string>, check: object): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(check),
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: JSON.parse(text),
    retryAfter: response.headers.get('retry-after'),
  };
}

async function tokenFor(url: string, clientId: string, secret: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** A member of staff who checks at doors of the whole province. */
export function verifier(rest: Partial<StaffSession> = {}): StaffSession {
  return {
    kind: 'staff',
    sessionId: randomUUID(),
    accountId: randomUUID(),
    authority: 'A street office',
    roles: ['verifier'],
    territory: '33',
    signedInAt: Date.UTC(2021, 0, 20),
    ...rest,
  };
}
