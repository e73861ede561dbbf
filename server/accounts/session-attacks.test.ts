import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { leastOf } from '../../test/durations.ts';
import { sessionSuite } from '../../test/session-suite.ts';
import { until } from '../../test/until.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { createKeyRing } from '../platform/keys/key-ring.ts';
import { addVersion, promote, retire } from '../platform/keys/rotation.ts';
import { COUNTS_ALONE_MS, sealSession } from './session-cookie.ts';
import { endSession } from './store.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

describe('whoever is not signed in', () => {
  const { database, keysFolder, clock, ended, follow, start, begin, cookieOf, ask } = sessionSuite();

  test('is nobody within a second after signing out, in every process', async () => {
    const [here, elsewhere] = [await start(), await start({ ended: await follow(database.app) })];
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const signOut = async () => {
      const { cookie } = await begin({ personId: timeUuid(clock.now()) });
      assert.deepEqual([(await ask(here, cookie)).status, (await ask(elsewhere, cookie)).status], [200, 200]);
      const out = await ask(here, cookie, '/sign-out', {
        method: 'POST',
        headers,
        body: '{"everywhere":false}',
      });
      assert.deepEqual([out.status, out.body], [200, { ended: 1 }]);
      assert.match(out.given!, /^healthcode=; Max-Age=0/);
      assert.equal((await ask(here, cookie)).status, 401);
      return until(async () => (await ask(elsewhere, cookie)).status === 401);
    };
    assert.ok((await leastOf(1_000, signOut)) < 1_000);
  });

  test('stays signed out when what was ended is forgotten: then the row says so', async () => {
    const app = await start();
    const { cookie, sessionId } = await begin({ personId: timeUuid(clock.now()) });
    await endSession(database.app, sessionId, clock.now());
    clock.pass(11 * HOUR);
    await ended().look();
    assert.equal(ended().has(sessionId), false);
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
});
