import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DatabaseProxy, proxyTo } from '../../test/faults/database-proxy.ts';
import { noDatabase } from '../../test/http/http-app.ts';
import { sessionSuite } from '../../test/session-suite.ts';
import { until } from '../../test/until.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { ROLES } from '../platform/db/roles.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { COUNTS_ALONE_MS, SESSION_MS } from './session-cookie.ts';
import { addSession, endSession, setPersonOfAccount } from './store.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('whoever is signed in', () => {
  const { database, clock, ended, follow, start, begin, cookieOf, ask, givenSession } = sessionSuite();
  let proxy: DatabaseProxy;
  let near: Database;
  before(async () => {
    proxy = await proxyTo(database.url);
    near = openDatabase({ url: proxy.url, role: ROLES.app });
  });
  after(async () => {
    await near.close();
    await proxy.close();
  });

  test('is recognised without the database while the cookie counts alone', async () => {
    const app = await start({ db: noDatabase });
    const { sealed, cookie } = await begin({ personId: timeUuid(clock.now()) });
    const { status, body, given } = await ask(app, cookie);
    assert.deepEqual([status, body, given], [200, sealed.session, undefined]);
  });

  test('is recognised by two rows, of the session and the account, while no code is shown yet', async () => {
    const asked: string[] = [];
    const { rows } = database.app;
    const counted: Database = {
      ...noDatabase,
      rows: (statement) => {
        asked.push(statement.text);
        return rows(statement);
      },
    };
    const app = await start({ db: counted });
    const { cookie } = await begin();
    assert.equal((await ask(app, cookie)).status, 200);
    const tables = asked.map((text) => /from (\w+)/.exec(text)![1]);
    assert.deepEqual(tables.sort(), ['account', 'session']);
  });

  test('is recognised together with many others, each as who they are', async () => {
    const asked: string[] = [];
    const { rows } = database.app;
    const counted: Database = {
      ...noDatabase,
      rows: async (statement) => {
        asked.push(statement.text);
        await sleep(20);
        return rows(statement);
      },
    };
    const app = await start({ db: counted });
    const many = [];
    for (let i = 0; i < 40; i++) many.push(await begin({ personId: timeUuid(clock.now()) }));
    const [first, second, third] = many as [(typeof many)[0], (typeof many)[0], (typeof many)[0]];
    const stranger = cookieOf({
      ...first.sealed,
      session: { ...first.sealed.session, sessionId: third.sessionId },
    });
    await endSession(database.app, second.sessionId, clock.now());
    clock.pass(5 * MINUTE);
    // Without sockets they come at the same time however slow the machine is.
    const replies = await Promise.all(
      [...many, stranger].map(({ cookie }) => app.app.inject({ url: '/api/v1/who', headers: { cookie } })),
    );
    for (const [i, reply] of replies.entries())
      if (i === 1 || i === many.length) assert.equal(reply.statusCode, 401);
      else assert.deepEqual([reply.statusCode, reply.json()], [200, many[i]!.sealed.session]);
    assert.ok(asked.length < many.length / 10, `${asked.length} statements`);
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
    await ended().look();
    assert.equal((await ask(app, cookie)).status, 401);
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
    const [patient, following] = [await follow(near, HOUR), await follow(near, 600)];
    const forgiving = await start({ db: near, ended: patient });
    const app = await start({ db: near, ended: following });
    const { cookie } = await begin({ personId: timeUuid(clock.now()) });
    await proxy.refuse();
    await until(() => !following.isComplete());
    assert.equal((await ask(forgiving, cookie)).status, 200, 'a moment is nothing');
    const away = await ask(app, cookie);
    assert.deepEqual([away.status, away.code, away.given], [503, 'unavailable', undefined]);
    assert.ok(Number(away.retryAfter) > 0);
    assert.equal((await ask(app, cookie, '/session')).status, 503);
    await proxy.restore();
    await until(async () => (await ask(app, cookie)).status === 200);
  });

  test('is not trusted for longer because a clock was set back', async () => {
    const app = await start();
    const { cookie, sessionId } = await begin({ personId: timeUuid(clock.now()) });
    const back = -2 * HOUR;
    clock.pass(back);
    assert.ok((await ask(app, cookie)).given, 'the row is read, and the cookie begins its five minutes anew');
    await endSession(database.app, sessionId, clock.now());
    assert.equal((await ask(app, cookie)).status, 401);
    clock.pass(-back);
  });
});
