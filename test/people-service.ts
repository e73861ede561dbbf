import { join } from 'node:path';
import { after, before } from 'node:test';
import type { MyCodeReply } from '../api/codes/my-code.ts';
import { SOURCES } from '../domain/evidence/fact.ts';
import type { Document } from '../domain/people/document.ts';
import { HOUR_MS, type Instant } from '../domain/time.ts';
import { findOrAddAccount } from '../server/accounts/find-or-add-account.ts';
import {
  COUNTS_ALONE_MS,
  cookieKind,
  SESSION_COOKIE,
  SESSION_MS,
  sealSession,
} from '../server/accounts/session-cookie.ts';
import { addSession, personOfAccount } from '../server/accounts/store.ts';
import { applyForCode } from '../server/applications/apply-for-code.ts';
import { applyingAt } from '../server/applications/applying.ts';
import { whenNobodyIsDue } from '../server/codes/when-nobody-is-due.ts';
import { deliver } from '../server/evidence/deliver.ts';
import { type Installation, openInstallation, type Site } from '../server/installation.ts';
import type { RunningStatus } from '../server/passes/status/start-status.ts';
import { timeUuid } from '../server/platform/db/uuid.ts';
import type { CitizenSession, Session } from '../server/platform/http/rules.ts';
import type { KeyRing } from '../server/platform/keys/key-ring.ts';
import { createLog, type Log } from '../server/platform/log/log.ts';
import { type Service, startService } from '../server/start-service.ts';
import { freshDatabase } from './database.ts';
import { type HostedSigner, hostSigner } from './signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * The whole service and people who have signed in, under a clock that runs and that a test may set forward. No epoch and no
 * day begins in the minutes after it was set.
 */
export interface PeopleService {
  readonly url: string;
  readonly installation: Installation;
  /** What it has logged. */
  readonly lines: readonly string[];
  /** Its slots, indexes and lists. */
  readonly status: RunningStatus;
  /** What signs for it; a test may end it. */
  readonly signer: HostedSigner;
  readonly now: () => Instant;
  /** Sets all clocks forward. */
  readonly pass: (milliseconds: number) => void;
  /** Sets the clock of the service forward or back, and not that of its database. */
  readonly drift: (milliseconds: number) => void;
  /** Signs somebody in; `verified` is what an identity provider says of them. */
  readonly signIn: (subject: string, verified?: CitizenSession['verified']) => Promise<SignedIn>;
  /** Signs somebody in whose document is verified, and applies for their code with nothing to declare. */
  readonly withCode: (document: Document) => Promise<SignedIn>;
  /** Takes evidence in, from whatever sources it names. */
  readonly deliver: (records: readonly object[]) => Promise<void>;
  /** Waits until everybody who is due has been assessed. */
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Somebody who has signed in. */
export interface SignedIn {
  readonly session: CitizenSession;
  readonly get: (
    path: string,
    init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<Response>;
  /** Asks to change something, as a page of the service does. */
  readonly send: (method: 'POST' | 'DELETE', path: string, body?: object) => Promise<Response>;
  readonly myCode: () => Promise<MyCodeReply>;
}

/** Whoever holds a resident number, as an identity provider names them. */
export function resident(number: string): Document {
  return { type: 'resident-id', number };
}

/** A way to the database; closed when the suite is over. */
interface Way {
  readonly url: string;
  readonly close?: () => Promise<void>;
}

/** How long a suite may take before an epoch or a day begins. */
const CALM_MS = 10 * 60_000;

/** By how much a clock has to be ahead so that for a while no hour begins, and so neither an epoch nor a day. */
function calmAheadMs(now: Instant): number {
  const leftMs = HOUR_MS - (now % HOUR_MS);
  return leftMs < CALM_MS ? leftMs + 1_000 : 0;
}

/** The clock of a service, and that of its database. */
function createClocks() {
  let aheadMs = calmAheadMs(Date.now());
  let driftMs = 0;
  return {
    now: () => Date.now() + aheadMs + driftMs,
    databaseNow: async () => Date.now() + aheadMs,
    pass: (milliseconds: number) => {
      aheadMs += milliseconds;
    },
    drift: (milliseconds: number) => {
      driftMs += milliseconds;
    },
  };
}

/** A service for one suite; `reach` may put something between it and its database. */
export function peopleService(reach = async (url: string): Promise<Way> => ({ url })): PeopleService {
  const database = freshDatabase();
  const folder = temporaryFolder();
  const lines: string[] = [];
  const { now, databaseNow, pass, drift } = createClocks();
  let opened: Opened | undefined;
  let way: Way | undefined;
  before(async () => {
    way = await reach(database.url);
    const log = createLog({ clock: now, write: (line) => lines.push(line), onPersonalData: 'throw' });
    const site = { place: { url: way.url }, keysFolder: join(folder, 'keys') };
    opened = await open(site, now, databaseNow, log);
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => opened?.service.stop())();
    return stopping;
  };
  after(async () => {
    await stop();
    await opened?.signer.close();
    await opened?.installation.stop();
    await way?.close?.();
  });
  const signIn: PeopleService['signIn'] = (subject, verified) => signInAt(opened!, now, subject, verified);
  return {
    get url() {
      return opened!.service.url;
    },
    get installation() {
      return opened!.installation;
    },
    lines,
    get status() {
      return opened!.service.status;
    },
    get signer() {
      return opened!.signer;
    },
    ...{ now, pass, drift },
    signIn,
    withCode: async (document) => {
      const verified = { name: '王小明', document };
      const { session } = await signIn(document.number, verified);
      await applyForCode(
        applyingAt(opened!.installation, now, opened!.service.work.worker.wake),
        session,
        APPLICATION,
      );
      return signIn(document.number, verified);
    },
    deliver: (records) => deliverTo(opened!, records),
    settled: () => whenNobodyIsDue(opened!.service.work),
    stop,
  };
}

interface Opened {
  readonly installation: Installation;
  readonly signer: HostedSigner;
  readonly service: Service;
}

async function deliverTo({ service }: Opened, records: readonly object[]): Promise<void> {
  const incoming = records.map((value, i) => ({ position: i + 1, value }));
  const deliverer = { clientId: 'test', sources: SOURCES };
  for await (const { outcomes } of deliver(service.work, deliverer, [incoming]))
    for (const outcome of outcomes)
      if (outcome.outcome !== 'accepted') throw new Error(JSON.stringify(outcome));
}

async function open(
  site: Site,
  now: () => Instant,
  databaseNow: () => Promise<Instant>,
  log: Log,
): Promise<Opened> {
  const installation = await openInstallation(site, now(), { connections: 4, databaseNow });
  const signer = await hostSigner(installation, now);
  const config = { host: '127.0.0.1', port: 0, turnsCodes: true, version: '0.0.0', signer };
  return { installation, signer, service: await startService(installation, config, now, log) };
}

/** A service that somebody signs in to, and what its sessions are written and sealed with. */
export interface Reached {
  readonly installation: Pick<Installation, 'keys' | 'store'>;
  readonly service: Pick<Service, 'url'>;
}

/** Signs somebody in without an identity provider, which is played by `verified`. */
export async function signInAt(
  { installation, service }: Reached,
  now: () => Instant,
  subject: string,
  verified: CitizenSession['verified'],
): Promise<SignedIn> {
  const { keys, store } = installation;
  const at = now();
  const ids = { issuer: 'https://identity.test', subject };
  const { accountId } = await store.app.transaction((db) => findOrAddAccount(db, keys, ids, at));
  const personId = await personOfAccount(store.app, accountId);
  const sessionId = timeUuid(at);
  const endsAt = at + SESSION_MS;
  await addSession(store.app, { sessionId, accountId, startedAt: at, endsAt, eraseAfter: endsAt });
  const session: CitizenSession = {
    ...{ kind: 'citizen', sessionId, accountId, signedInAt: at },
    ...(personId !== undefined && { personId }),
    ...(verified && { verified }),
  };
  const { get, send } = asking(service.url, keys, session, endsAt, at);
  return { session, get, send, myCode: async () => (await (await get('/me/code')).json()) as MyCodeReply };
}

/** Asks a service with the cookie of a session, as its pages do. */
export function asking(
  url: string,
  keys: KeyRing,
  session: Session,
  endsAt: Instant,
  now: Instant,
): Pick<SignedIn, 'get' | 'send'> {
  const sealed = sealSession(keys, { session, endsAt, renewAfter: now + COUNTS_ALONE_MS });
  const cookie = `${cookieKind(SESSION_COOKIE, false).name}=${sealed}`;
  const ours = { cookie, 'sec-fetch-site': 'same-origin' };
  return {
    get: (path, init = {}) =>
      fetch(`${url}/api/v1${path}`, { ...init, headers: { cookie, ...init.headers } }),
    send: (method, path, body) =>
      fetch(`${url}/api/v1${path}`, {
        method,
        headers: body ? { ...ours, 'content-type': 'application/json' } : ours,
        ...(body && { body: JSON.stringify(body) }),
      }),
  };
}

/** An application that declares nothing. */
export const APPLICATION = {
  phone: '13900000000',
  region: '330106',
  address: 'somewhere',
  declaration: { fever: false, stays: [], contact: false, overseas: false, truthful: true as const },
};
