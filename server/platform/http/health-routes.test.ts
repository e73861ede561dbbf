import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { freshDatabase } from '../../../test/database.ts';
import { leastOf } from '../../../test/durations.ts';
import { listeningApp } from '../../../test/http/http-app.ts';
import { until } from '../../../test/until.ts';
import { sql } from '../db/sql.ts';
import { personalData } from '../log/personal-data.ts';
import { accepts, open } from './rules.ts';

const CITIZEN = '339900199001010011';

describe('whoever watches the service', () => {
  const db = freshDatabase();
  let ready = async (): Promise<string | undefined> => {
    await db.app.rows(sql`select 1 as one`);
    return undefined;
  };
  const served = listeningApp(db.app, {
    ready: () => ready(),
    authenticate: () => ({ clientId: 'c', name: 'A system', scopes: ['evidence:write'], sources: [] }),
    routes: [
      (app) => {
        app.get('/people/:number', { config: { rules: open } }, async () => ({}));
        app.get('/closed/:number', { config: { rules: accepts('evidence:read') } }, async () => ({}));
      },
    ],
  });
  const get = (path: string, init?: RequestInit) => fetch(served.url + path, init);

  test('reads that it lives and is ready', async () => {
    for (const path of ['/livez', '/readyz']) {
      const response = await get(path);
      assert.deepEqual([response.status, await response.text()], [200, 'ok\n']);
    }
  });

  const reasons: readonly (readonly [string, () => Promise<string | undefined>, string])[] = [
    ['a reason', async () => 'migrating', 'migrating\n'],
    ['an error', async () => Promise.reject(new Error(`no ${CITIZEN}`)), 'not ready\n'],
    ['no answer', () => wait(600_000, undefined, { ref: false }), 'too slow\n'],
  ];
  for (const [what, answer, text] of reasons) {
    test(`reads that it is not ready, but lives, when the look at the database gives ${what}`, async () => {
      const before = ready;
      ready = answer;
      const look = async () => {
        const begun = performance.now();
        const response = await get('/readyz');
        assert.deepEqual([response.status, await response.text()], [503, text]);
        return performance.now() - begun;
      };
      assert.ok((await leastOf(1_500, look)) < 1_500);
      assert.equal((await get('/livez')).status, 200);
      ready = before;
    });
  }

  test('reads that it lives while many wait to be told that it is not ready', async () => {
    const before = ready;
    let waiting = 0;
    ready = async () => {
      waiting++;
      return wait(600_000, undefined, { ref: false });
    };
    const looks = Array.from({ length: 100 }, () => get('/readyz'));
    await until(() => waiting > 0);
    await Promise.race(looks);
    assert.equal((await get('/livez')).status, 200);
    for (const response of await Promise.all(looks)) assert.equal(response.status, 503);
    ready = before;
  });

  test('counts requests by the pattern of their route, and finds no number of a person', async () => {
    await get(`/api/v1/people/${CITIZEN}?number=${CITIZEN}`, { headers: { 'x-number': CITIZEN } });
    await get(`/api/v1/closed/${CITIZEN}`);
    await get(`/${CITIZEN}`);
    await get(`/api/v1/people/${CITIZEN}%`);
    await get(`/api/v1/people/${CITIZEN}`, { method: 'PUT', body: CITIZEN });
    const response = await get('/metrics');
    const text = await response.text();
    assert.match(String(response.headers.get('content-type')), /^text\/plain; version=0\.0\.4/);
    const count = (labels: string) =>
      Number(new RegExp(`^http_request_duration_seconds_count\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1]);
    assert.equal(count('method="GET",route="/api/v1/people/:number",status="200"'), 1);
    assert.equal(count('method="GET",route="/api/v1/closed/:number",status="403"'), 1);
    assert.equal(count('method="GET",route="none",status="404"'), 1);
    assert.equal(count('method="PUT",route="none",status="405"'), 1);
    assert.doesNotMatch(text, new RegExp(CITIZEN));
    for (const line of text.split('\n')) {
      const labels = /\{.*\}/.exec(line)?.[0] ?? '';
      assert.equal(personalData().isIn(labels), false, labels);
    }
  });

  test('is told nothing that could be cached or sniffed', async () => {
    const { headers } = await get('/readyz');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  });
});
