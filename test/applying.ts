import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import type { Declaration } from '../api/applications/applications.ts';
import type { Document } from '../domain/people/document.ts';
import { DAY_MS, type Instant, printInstant } from '../domain/time.ts';
import { addAccount } from '../server/accounts/store.ts';
import type { Applying } from '../server/applications/applying.ts';
import { applicationRoutes } from '../server/applications/routes.ts';
import { openContractBook } from '../server/evidence/contracts.ts';
import type { Routes } from '../server/platform/http/app.ts';
import { Problem } from '../server/platform/http/problem.ts';
import type { CitizenSession, Session, StaffSession } from '../server/platform/http/rules.ts';
import { type ListeningApp, startApp } from './http/http-app.ts';
import { type TestService, testService } from './service.ts';

/** What came back from the service. Which fields are there depends on what was asked, and a test says what it expects. */
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly status: string;
    readonly reference: string;
    readonly expiresAt: string;
    readonly outcome: string;
    readonly document: Document;
    readonly wards: readonly { readonly personId: string; readonly name: string }[];
    readonly erased: readonly string[];
    readonly kept: readonly object[];
    readonly code: string;
    readonly errors: readonly { readonly path: string }[];
  };
}

/** Somebody who is signed in. */
export interface Signed<S extends Session> {
  readonly session: S;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

/** The routes of applying on a real app and database. Who is signed in is told by a header instead of a cookie. */
export interface ApplyingService {
  readonly service: TestService;
  readonly applying: () => Applying;
  readonly listening: () => ListeningApp;
  /** An account of its own, with a verified document where one is given. */
  readonly citizen: (verified?: Verified) => Promise<Signed<CitizenSession>>;
  /** A member of staff at a counter, with an account of their own where none is given. */
  readonly clerk: (authority?: string, accountId?: string) => Signed<StaffSession>;
  /** Signs in again: the session is fresh. */
  readonly again: (one: Signed<CitizenSession>, verified?: Verified) => Signed<CitizenSession>;
}

export interface Verified {
  readonly name: string;
  readonly document: Document;
}

/** `more`: routes besides, made when the database is there. */
export function applyingService(
  start?: string,
  more: (applying: Applying, service: TestService) => Promise<readonly Routes[]> = async () => [],
): ApplyingService {
  const service = testService(start);
  const sessions = new Map<string, Session>();
  let listening: ListeningApp | undefined;
  let applying: Applying | undefined;
  before(async () => {
    const { app, eraser } = service.database;
    applying = {
      ...{ database: app, eraser, keys: service.keys(), clock: () => service.now },
      ...{
        contracts: await openContractBook(app),
        lists: () => service.decision().lists,
        onAccepted: () => {},
      },
    };
    listening = await startApp(app, {
      deps: { clock: () => service.now },
      routes: [applicationRoutes(applying), ...(await more(applying, service))],
      recognise: ({ headers }) => {
        const session = sessions.get(String(headers['x-signed-in']));
        if (!session) throw new Problem('unauthenticated', '');
        return session;
      },
    });
  });
  after(() => listening?.app.close());
  const signed = <S extends Session>(session: S): Signed<S> => {
    sessions.set(session.sessionId, session);
    return {
      session,
      call: (method, path, body, headers) =>
        call(listening!.url, method, path, body, { 'x-signed-in': session.sessionId, ...headers }),
    };
  };
  const fresh = () => ({ sessionId: randomUUID(), signedInAt: service.now });
  return {
    service,
    applying: () => applying!,
    listening: () => listening!,
    citizen: async (verified) => {
      const accountId = randomUUID();
      await addAccount(service.database.app, accountId, service.now, service.now + 730 * DAY_MS);
      return signed({ kind: 'citizen', accountId, ...fresh(), ...(verified && { verified }) });
    },
    clerk: (authority = '杭州市西湖区便民服务中心', accountId = randomUUID()) =>
      signed({
        ...{ kind: 'staff', accountId, authority, roles: ['counter'], territory: '330106' },
        ...fresh(),
      }),
    again: ({ session: { verified: before, ...rest } }, verified = before) =>
      signed({ ...rest, ...fresh(), ...(verified && { verified }) }),
  };
}

async function call(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Nothing to declare. */
export const NOTHING: Declaration = {
  ...{ fever: false, stays: [], contact: false, overseas: false, truthful: true },
};

/** An application that is right, with what a test changes of it. */
export function applicationWith(change: object = {}): Record<string, unknown> {
  const reached = { phone: '13900000001', region: '330106', address: '文三路 1 号' };
  return { ...reached, declaration: NOTHING, ...change };
}

/** A time in words, so long before an instant. */
export function daysBefore(now: Instant, days: number): string {
  return printInstant(now - days * DAY_MS);
}
