import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Instant } from '../../domain/time.ts';
import { freshDatabase } from '../../test/database.ts';
import { type DatabaseProxy, proxyTo } from '../../test/faults/database-proxy.ts';
import { type ListeningApp, noDatabase, startApp, testClock } from '../../test/http/http-app.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { ROLES } from '../platform/db/roles.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { citizen, signedIn, staff } from '../platform/http/rules.ts';
import { createKeyRing, type KeyRing } from '../platform/keys/key-ring.ts';
import { addVersion, promote, retire } from '../platform/keys/rotation.ts';
import { createLog } from '../platform/log/log.ts';
import { type EndedSessions, followEndedSessions } from './ended-sessions.ts';
import { type RecognitionParts, recogniseSessions } from './recognise.ts';
import { sessionRoutes } from './routes.ts';
import {
  COUNTS_ALONE_MS,
  openSession,
  SESSION_MS,
  type SealedSession,
  sealSession,
} from './session-cookie.ts';
import { addAccount, addSession, endSession, setPersonOfAccount } from './store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const quiet = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });

describe('whoever is signed in', () => {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');
  const clock = testClock(Date.UTC(2021, 0, 6));
  const later: (() => unknown)[] = [];
  let keys: KeyRing;
  let ended: EndedSessions;
  let proxy: DatabaseProxy;
  let near: Database;

  before(async () => {
    keys = createKeyRing(keysFolder);
    proxy = await proxyTo(database.url);
    near = openDatabase({ url: proxy.url, role: ROLES.app });
    ended = await follow(database.app);
  });
  after(async () => {
    for (const close of later) await close();
    await near.close();
    await proxy.close();
  });

  const follow = async (db: Database, graceMs?: number) => {
    const parts = {
      db,
      log: quiet,
      clock: clock.now,
      lookMs: 100,
      ...(graceMs !== undefined && { graceMs }),
    };
    const following = await followEndedSessions(parts);
    later.push(following.close);
    return following;
  };

  /** A process of the service: one route for anyone who is signed in, and those of sessions. */
  const start = async (given: Partial<RecognitionParts> = {}): Promise<ListeningApp> => {
    const parts = { db: database.app, keys, clock: clock.now, ended, ...given };
    const recognise = recogniseSessions(parts);
    const app = await startApp(database.app, {
      recognise,
      deps: { clock: clock.now },
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
    later.push(() => app.app.close());
    return app;
  };

  /** A session on record, with its cookie. */
  const begin = async (given: { personId?: string; kind?: 'citizen' | 'staff' } = {}) => {
    const now = clock.now();
    const [accountId, sessionId] = [timeUuid(now), timeUuid(now)];
    const endsAt = now + SESSION_MS;
    await addAccount(database.app, accountId, now, now + HOUR);
    if (given.personId) await setPersonOfAccount(database.app, accountId, given.personId, now);
    await addSession(database.app, { sessionId, accountId, startedAt: now, endsAt, eraseAfter: endsAt });
    const ids = { sessionId, accountId, signedInAt: now };
    const session =
      given.kind === 'staff'
        ? ({ kind: 'staff', ...ids, authority: 'Hangzhou', territory: '3301', roles: ['verifier'] } as const)
        : ({ kind: 'citizen', ...ids, ...(given.personId && { personId: given.personId }) } as const);
    return { accountId, sessionId, ...cookieOf({ session, endsAt, renewAfter: now + COUNTS_ALONE_MS }) };
  };
  const cookieOf = (sealed: SealedSession) => ({ sealed, cookie: `healthcode=${sealSession(keys, sealed)}` });

  const ask = async ({ url }: ListeningApp, cookie: string, path = '/who', init: RequestInit = {}) => {
    const headers = { cookie, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${url}/api/v1${path}`, { ...init, headers });
    const body = (await response.json()) as Record<string, unknown>;
    const given = response.headers.getSetCookie()[0];
    return {
      status: response.status,
      code: body.code,
      body,
      given,
      retryAfter: response.headers.get('retry-after'),
    };
  };
  const givenSession = (given: string | undefined) =>
    openSession(keys, /^healthcode=([^;]+)/.exec(given ?? '')?.[1] ?? '');

  test('is recognised without the database while the cookie counts alone', async () => {
    const app = await start({ db: noDatabase });
    const { sealed, cookie } = await begin({ personId: timeUuid(clock.now()) });
    const { status, body, given } = await ask(app, cookie);
    assert.deepEqual([status, body, given], [200, sealed.session, undefined]);
  });

  test('gets a new cookie after five minutes, and none after twelve hours', async () => {
    const app = await start();
    const { sealed, cookie } = await begin({ personId: timeUuid(clock.now()) });
    clock.pass(5 * MINUTE);
    const { status, given } = await ask(app, cookie);
    const renewed = givenSession(given);
    assert.equal(status, 200);
    assert.deepEqual(renewed, { ...sealed, renewAfter: clock.now() + COUNTS_ALONE_MS });
    assert.match(given!, /; Max-Age=42900; Path=\/; HttpOnly; SameSite=Lax$/);
    clock.pass(SESSION_MS - 5 * MINUTE - 1);
    assert.equal((await ask(app, cookie)).status, 200);
    clock.pass(1);
    const last = await ask(app, cookie);
    assert.deepEqual([last.status, last.code], [401, 'unauthenticated']);
    assert.match(last.given!, /^healthcode=; Max-Age=0/);
  });

  test('is somebody with a code as soon as an application is confirmed, and the cookie knows it', async () => {
    const app = await start();
    const { accountId, cookie } = await begin();
    assert.equal((await ask(app, cookie)).body.personId, undefined);
    const personId = timeUuid(clock.now());
    await setPersonOfAccount(database.app, accountId, personId, clock.now());
    const { body, given } = await ask(app, cookie);
    assert.equal(body.personId, personId);
    assert.equal((givenSession(given)!.session as { personId?: string }).personId, personId);
  });

  test('loses all sessions with the code, also those that count alone', async () => {
    const app = await start();
    const { accountId, cookie } = await begin({ personId: timeUuid(clock.now()) });
    await setPersonOfAccount(database.app, accountId, null, clock.now());
    await ended.look();
    assert.equal((await ask(app, cookie)).status, 401);
  });

  test('is nobody within a second after signing out, in every process', async () => {
    const [here, elsewhere] = [await start(), await start({ ended: await follow(database.app) })];
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    assert.deepEqual([(await ask(here, cookie)).status, (await ask(elsewhere, cookie)).status], [200, 200]);
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const out = await ask(here, cookie, '/sign-out', {
      method: 'POST',
      headers,
      body: '{"everywhere":false}',
    });
    assert.deepEqual([out.status, out.body], [200, { ended: 1 }]);
    assert.match(out.given!, /^healthcode=; Max-Age=0/);
    assert.equal((await ask(here, cookie)).status, 401);
    await until(async () => (await ask(elsewhere, cookie)).status === 401, 1_000);
  });

  test('can sign out everywhere', async () => {
    const app = await start();
    const one = await begin();
    const other = { sessionId: timeUuid(clock.now()), accountId: one.accountId };
    const [startedAt, endsAt] = [clock.now(), clock.now() + HOUR];
    await addSession(database.app, { ...other, startedAt, endsAt, eraseAfter: endsAt });
    const session = { kind: 'citizen', ...other, signedInAt: startedAt } as const;
    const second = cookieOf({ session, endsAt, renewAfter: startedAt + COUNTS_ALONE_MS });
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const out = await ask(app, one.cookie, '/sign-out', {
      method: 'POST',
      headers,
      body: '{"everywhere":true}',
    });
    assert.deepEqual(out.body, { ended: 2 });
    assert.equal((await ask(app, second.cookie)).status, 401);
  });

  test('stays signed out when what was ended is forgotten: then the row says so', async () => {
    const app = await start();
    const { cookie, sessionId } = await begin({ personId: timeUuid(clock.now()) });
    await endSession(database.app, sessionId, clock.now());
    clock.pass(11 * HOUR);
    await ended.look();
    assert.equal(ended.has(sessionId), false);
    assert.equal((await ask(app, cookie)).status, 401);
  });

  test('is nobody by the session of another account, however it was sealed', async () => {
    const app = await start();
    const [thief, owner] = [await begin(), await begin({ personId: timeUuid(clock.now()) })];
    const session = { ...owner.sealed.session, sessionId: thief.sessionId };
    const mixed = cookieOf({ ...owner.sealed, session, renewAfter: clock.now() });
    assert.equal((await ask(app, mixed.cookie)).status, 401);
  });

  const NOT_OURS: Readonly<Record<string, (cookie: string) => string>> = {
    'a forged cookie': (cookie) => `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`,
    'a truncated cookie': (cookie) => cookie.slice(0, -20),
    'an empty cookie': () => 'healthcode=',
    'a cookie of nonsense': () => 'healthcode=%00%ff"; healthcode',
    'the cookie of another host': (cookie) => cookie.replace('healthcode=', '__Host-healthcode='),
    'a cookie of another installation': () => `healthcode=${foreign()}`,
    'no cookie': () => 'other=1',
  };
  const foreign = () => {
    const ring = createKeyRing(join(keysFolder, '..', 'others'));
    const ids = { sessionId: 'a', accountId: 'b', personId: 'c', signedInAt: 0 };
    const now = clock.now();
    return sealSession(ring, {
      session: { kind: 'citizen', ...ids },
      endsAt: now + HOUR,
      renewAfter: now + MINUTE,
    });
  };
  test('is nobody by a cookie that is not ours', async () => {
    const app = await start();
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    for (const [what, spoil] of Object.entries(NOT_OURS)) {
      const { status, code } = await ask(app, spoil(cookie));
      assert.deepEqual([status, code], [401, 'unauthenticated'], what);
      assert.deepEqual((await ask(app, spoil(cookie), '/session')).body, { kind: 'none', demo: false }, what);
    }
  });

  test('is nobody by a cookie that a retired key has sealed', async () => {
    const folder = join(keysFolder, '..', 'rotated');
    const ring = createKeyRing(folder);
    const app = await start({ keys: ring });
    const { sealed } = await begin({ personId: timeUuid(clock.now()) });
    const cookie = `healthcode=${sealSession(ring, sealed)}`;
    assert.equal((await ask(app, cookie)).status, 200);
    addVersion(folder, 'session', { at: 0 });
    promote(folder, 'session', { at: 60_000 });
    retire(folder, 'session', 1, { at: 120_000 });
    ring.refresh();
    clock.pass(COUNTS_ALONE_MS);
    assert.equal((await ask(app, cookie)).status, 401);
  });

  test('changes something only from a page of ours', async () => {
    const app = await start();
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    const post = async (headers: Record<string, string>) =>
      (await ask(app, cookie, '/who', { method: 'POST', headers })).status;
    for (const site of ['cross-site', 'same-site', 'none', '', 'same-origin, cross-site']) {
      assert.equal(await post({ 'sec-fetch-site': site, origin: app.url }), 403, site);
    }
    for (const origin of [
      'https://attacker.example',
      'null',
      `${app.url}.attacker.example`,
      `${app.url}0`,
      '',
    ]) {
      assert.equal(await post(origin === '' ? {} : { origin }), 403, origin);
    }
    assert.equal(await post({ 'sec-fetch-site': 'same-origin' }), 200);
    assert.equal(await post({ origin: app.url }), 200);
    assert.equal(
      (await ask(app, cookie, '/who', { headers: { 'sec-fetch-site': 'cross-site' } })).status,
      200,
    );
  });

  test('is held to the name under which browsers reach the service', async () => {
    const app = await start({ publicOrigin: 'https://code.example' });
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    const host = cookie.replace('healthcode=', '__Host-healthcode=');
    assert.equal(
      (await ask(app, cookie)).status,
      401,
      'a cookie that plain HTTP can set counts nowhere here',
    );
    const post = async (origin: string) =>
      (await ask(app, host, '/who', { method: 'POST', headers: { origin } })).status;
    assert.deepEqual([await post(app.url), await post('https://code.example')], [403, 200]);
    clock.pass(COUNTS_ALONE_MS);
    const { given } = await ask(app, host);
    assert.match(given!, /^__Host-healthcode=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('does only what the kind of the session allows', async () => {
    const app = await start();
    const [person, verifier] = [await begin(), await begin({ kind: 'staff' })];
    const statuses = async (cookie: string) =>
      Promise.all(
        ['/citizens', '/counter', '/who'].map(async (path) => (await ask(app, cookie, path)).status),
      );
    assert.deepEqual(await statuses(person.cookie), [200, 403, 200]);
    assert.deepEqual(await statuses(verifier.cookie), [403, 403, 200]);
  });

  test('is told to wait when a session asks too often, and no other session is', async () => {
    const app = await start({ quotas: { citizen: 2, staff: 2 } });
    const [one, other] = [await begin(), await begin()];
    const statuses = [];
    for (let i = 0; i < 8; i++) statuses.push((await ask(app, one.cookie)).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429]);
    assert.equal((await ask(app, other.cookie)).status, 200);
    assert.equal((await ask(app, one.cookie)).retryAfter, '1');
  });

  test('is neither trusted for long nor signed out while the database is away', async () => {
    const following = await follow(near, 600);
    const app = await start({ db: near, ended: following });
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    await proxy.refuse();
    assert.equal((await ask(app, cookie)).status, 200, 'a moment is nothing');
    await until(() => !following.isComplete(), 5_000);
    const away = await ask(app, cookie);
    assert.deepEqual([away.status, away.code, away.given], [503, 'unavailable', undefined]);
    assert.ok(Number(away.retryAfter) > 0);
    assert.equal((await ask(app, cookie, '/session')).status, 503);
    await proxy.restore();
    await until(() => following.isComplete(), 5_000);
    assert.equal((await ask(app, cookie)).status, 200);
  });

  test('is not trusted for longer because a clock was set back', async () => {
    const app = await start();
    const { cookie, sessionId } = await begin({ personId: timeUuid(clock.now()) });
    const back: Instant = -2 * HOUR;
    clock.pass(back);
    assert.ok((await ask(app, cookie)).given, 'the row is read, and the cookie begins its five minutes anew');
    await endSession(database.app, sessionId, clock.now());
    assert.equal((await ask(app, cookie)).status, 401);
    clock.pass(-back);
  });
});
