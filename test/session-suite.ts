import { join } from 'node:path';
import { after, before } from 'node:test';
import { type EndedSessions, followEndedSessions } from '../server/accounts/ended-sessions.ts';
import { type RecognitionParts, recogniseSessions } from '../server/accounts/recognise.ts';
import { sessionRoutes } from '../server/accounts/routes.ts';
import {
  COUNTS_ALONE_MS,
  openSession,
  SESSION_MS,
  type SealedSession,
  sealSession,
} from '../server/accounts/session-cookie.ts';
import { addAccount, addSession, setPersonOfAccount } from '../server/accounts/store.ts';
import type { Database } from '../server/platform/db/database.ts';
import { timeUuid } from '../server/platform/db/uuid.ts';
import { citizen, signedIn, staff } from '../server/platform/http/rules.ts';
import { createKeyRing, type KeyRing } from '../server/platform/keys/key-ring.ts';
import { createLog } from '../server/platform/log/log.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { type ListeningApp, startApp, type TestClock, testClock } from './http/http-app.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A session on record, and its cookie. */
export interface BegunSession {
  readonly accountId: string;
  readonly sessionId: string;
  readonly sealed: SealedSession;
  /** The header that a browser sends. */
  readonly cookie: string;
}

/** What came back for a cookie. */
export interface Asked {
  readonly status: number;
  /** Of a problem. */
  readonly code: unknown;
  readonly body: Readonly<Record<string, unknown>>;
  /** The cookie that was given with it, as it was written. */
  readonly given: string | undefined;
  readonly retryAfter: string | null;
}

/** Sessions of a suite, and processes that recognise them, under a clock that the test moves. */
export interface SessionSuite {
  readonly database: FreshDatabase;
  readonly keysFolder: string;
  readonly clock: TestClock;
  readonly ended: () => EndedSessions;
  /** Follows the ended sessions as another process does. */
  readonly follow: (db: Database, graceMs?: number) => Promise<EndedSessions>;
  /** A process: `/who` for anyone signed in, `/citizens`, `/counter`, and the routes of sessions. */
  readonly start: (given?: Partial<RecognitionParts>) => Promise<ListeningApp>;
  readonly begin: (given?: { personId?: string; kind?: 'citizen' | 'staff' }) => Promise<BegunSession>;
  readonly cookieOf: (sealed: SealedSession) => Pick<BegunSession, 'sealed' | 'cookie'>;
  readonly ask: (app: ListeningApp, cookie: string, path?: string, init?: RequestInit) => Promise<Asked>;
  /** The session in a cookie that was given. */
  readonly givenSession: (given: string | undefined) => SealedSession | undefined;
}

const HOUR_MS = 3_600_000;
const quiet = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });

/** Begins with the suite that asks for it, and ends what was begun with it. */
export function sessionSuite(): SessionSuite {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');
  const clock = testClock(Date.UTC(2021, 0, 6));
  const later: (() => unknown)[] = [];
  let keys: KeyRing;
  let ended: EndedSessions;
  const follow = async (db: Database, graceMs?: number) => {
    const usual = { db, log: quiet, clock: clock.now, lookMs: 100 };
    const following = await followEndedSessions({ ...usual, ...(graceMs !== undefined && { graceMs }) });
    later.push(following.close);
    return following;
  };
  before(async () => {
    keys = createKeyRing(keysFolder);
    ended = await follow(database.app);
  });
  after(async () => {
    for (const end of later) await end();
  });
  const cookieOf: SessionSuite['cookieOf'] = (sealed) => ({
    sealed,
    cookie: `healthcode=${sealSession(keys, sealed)}`,
  });
  return {
    ...{ database, keysFolder, clock, follow, cookieOf, ask },
    ended: () => ended,
    start: async (given = {}) => {
      const app = await startProcess(database, { db: database.app, keys, clock: clock.now, ended, ...given });
      later.push(() => app.app.close());
      return app;
    },
    begin: async (given = {}) => {
      const sealed = await addSome(database.app, clock.now(), given);
      const { accountId, sessionId } = sealed.session;
      return { accountId, sessionId, ...cookieOf(sealed) };
    },
    givenSession: (given) => openSession(keys, /^healthcode=([^;]+)/.exec(given ?? '')?.[1] ?? ''),
  };
}

function startProcess(database: FreshDatabase, parts: RecognitionParts): Promise<ListeningApp> {
  const recognise = recogniseSessions(parts);
  return startApp(database.app, {
    recognise,
    deps: { clock: parts.clock },
    routes: [
      sessionRoutes({ ...parts, recognise, isDemo: false }),
      (scope) => {
        const echo = async ({ session }: { session: unknown }) => session;
        scope.get('/who', { config: { rules: signedIn } }, echo);
        scope.post('/who', { config: { rules: signedIn } }, echo);
        scope.get('/citizens', { config: { rules: citizen } }, echo);
        scope.get('/counter', { config: { rules: staff('counter') } }, echo);
      },
    ],
  });
}

async function addSome(
  db: Database,
  now: number,
  { personId, kind }: { personId?: string; kind?: 'citizen' | 'staff' },
): Promise<SealedSession> {
  const [accountId, sessionId] = [timeUuid(now), timeUuid(now)];
  const endsAt = now + SESSION_MS;
  await addAccount(db, accountId, now, now + HOUR_MS);
  if (personId !== undefined) await setPersonOfAccount(db, accountId, personId, now);
  await addSession(db, { sessionId, accountId, startedAt: now, endsAt, eraseAfter: endsAt });
  const ids = { sessionId, accountId, signedInAt: now };
  const work = { authority: 'Hangzhou', territory: '3301', roles: ['verifier'] } as const;
  const session =
    kind === 'staff'
      ? ({ kind: 'staff', ...ids, ...work } as const)
      : ({ kind: 'citizen', ...ids, ...(personId !== undefined && { personId }) } as const);
  return { session, endsAt, renewAfter: now + COUNTS_ALONE_MS };
}

async function ask(
  { url }: ListeningApp,
  cookie: string,
  path = '/who',
  init: RequestInit = {},
): Promise<Asked> {
  const headers = { cookie, ...(init.headers as Record<string, string>) };
  const response = await fetch(`${url}/api/v1${path}`, { ...init, headers });
  const body = (await response.json()) as Record<string, unknown>;
  const given = response.headers.getSetCookie()[0];
  const { status } = response;
  return { status, code: body.code, body, given, retryAfter: response.headers.get('retry-after') };
}
