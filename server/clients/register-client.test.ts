import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Source } from '../../domain/evidence/fact.ts';
import { freshDatabase } from '../../test/database.ts';
import { testClock } from '../../test/http/http-app.ts';
import { until } from '../../test/until.ts';
import type { Database } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { sql } from '../platform/db/sql.ts';
import { createLog } from '../platform/log/log.ts';
import { disableClient } from './disable-client.ts';
import { followClients } from './known-clients.ts';
import { type NewClient, registerClient } from './register-client.ts';
import { isSecret } from './secret.ts';
import { findRegistration } from './store.ts';

const NOW = Date.UTC(2021, 0, 6);
const hospital: NewClient = {
  name: 'Hospital 1',
  scopes: ['evidence:write'],
  sources: ['health', 'laboratory'],
  quotaPerSecond: 50,
  recordedBy: 'a test',
};

describe('registering a client', () => {
  const db = freshDatabase();

  test('gives a secret that is stored nowhere', async () => {
    const { clientId, secret } = await registerClient(db.app, hospital, NOW);
    assert.match(secret, /^hcs_[A-Za-z0-9_-]{43}$/);
    const stored = await findRegistration(db.app, clientId);
    assert.ok(stored);
    const { secretDigest, ...others } = stored;
    assert.deepEqual(others, {
      clientId,
      number: 1,
      name: 'Hospital 1',
      proof: 'none',
      scopes: ['evidence:write'],
      sources: ['health', 'laboratory'],
      quotaPerSecond: 50,
      startsAt: NOW,
      expiresAt: Number.POSITIVE_INFINITY,
      disabledAt: null,
    });
    assert.deepEqual([isSecret(secret, secretDigest), isSecret(`${secret}x`, secretDigest)], [true, false]);
    assert.equal(isSecret(secret, undefined), false);
    const rows = await db.app.rows<{ row: string }>(sql`select client::text as row from client`);
    assert.ok(rows.every(({ row }) => !row.includes(secret.slice(4))));
  });

  // biome-ignore format: a table reads better as a table
  const faults: readonly (readonly [string, Partial<NewClient>, string])[] = [
    ['an id with other characters', { clientId: `x'; drop table client` }, 'The client id must be 2 to 63 small letters, digits and dashes.'],
    ['no name', { name: '' }, 'The name is empty.'],
    ['a scope that does not exist', { scopes: ['everything' as 'evidence:write'] }, 'There is no scope or source everything.'],
    ['a source that does not exist', { sources: ['rumour' as Source] }, 'There is no scope or source rumour.'],
    ['no quota', { quotaPerSecond: 0 }, 'The quota must be a whole number above 0.'],
    ['an end before its beginning', { expiresAt: NOW }, 'The client ends before it begins.'],
  ];
  for (const [what, change, detail] of faults) {
    test(`with ${what} is refused`, () =>
      assert.rejects(registerClient(db.app, { ...hospital, ...change }, NOW), {
        code: 'invalid',
        message: detail,
      }));
  }

  test('under an id that is taken is refused, and changes nothing', async () => {
    const { secret } = await registerClient(db.app, { ...hospital, clientId: 'taken' }, NOW);
    const again = registerClient(db.app, { ...hospital, clientId: 'taken', scopes: ['areas:write'] }, NOW);
    await assert.rejects(again, { code: 'conflict' });
    const stored = await findRegistration(db.app, 'taken');
    assert.equal(isSecret(secret, stored?.secretDigest), true);
  });

  test('and barring it adds rows and changes none: the service may not', async () => {
    const { clientId } = await registerClient(db.app, hospital, NOW);
    await disableClient(db.app, clientId, NOW + 5, 'a test');
    await disableClient(db.app, clientId, NOW + 9, 'a test');
    const rows = await db.app.rows<{ number: number; disabledAt: number | null }>(sql`
      select number, disabled_at as "disabledAt" from client where client_id = ${clientId} order by number`);
    assert.deepEqual(rows, [
      { number: 1, disabledAt: null },
      { number: 2, disabledAt: NOW + 5 },
    ]);
    await assert.rejects(disableClient(db.app, 'nobody', NOW, 'a test'), { code: 'not-found' });
    for (const statement of [sql`update client set disabled_at = null`, sql`delete from client`]) {
      await assert.rejects(db.app.change(statement), { kind: 'forbidden' });
    }
  });
});

/** Nobody looks unless somebody asks. */
const NEVER_MS = 3_600_000;

describe('known clients', () => {
  const db = freshDatabase();
  const clock = testClock(NOW);

  test('are followed: one that was added or barred elsewhere is known within seconds', async () => {
    const log = createLog({ clock: clock.now, write: () => {}, onPersonalData: 'throw' });
    const following = { db: db.app, log, clock: clock.now };
    const usual = await followClients(following);
    const asked = await followClients({ ...following, lookMs: NEVER_MS });
    const { clientId } = await registerClient(db.app, hospital, NOW);
    assert.equal(asked.find(clientId), undefined);
    clock.pass(500);
    assert.equal((await asked.findFresh(clientId))?.number, 1);
    await disableClient(db.app, clientId, NOW, 'a test');
    await until(() => usual.find(clientId)?.number === 2);
    assert.equal(asked.find(clientId)?.number, 1);
    for (const known of [usual, asked]) known.close();
  });

  test('that do not exist keep the database busy twice a second at most', async () => {
    let statements = 0;
    const counting: Database = {
      ...db.app,
      rows: (statement) => {
        statements++;
        return db.app.rows(statement);
      },
    };
    const log = createLog({ clock: clock.now, write: () => {}, onPersonalData: 'throw' });
    const known = await followClients({ db: counting, log, clock: clock.now, lookMs: NEVER_MS });
    statements = 0;
    clock.pass(600);
    await Promise.all(Array.from({ length: 100 }, (_, i) => known.findFresh(`made-up-${i}`)));
    assert.equal(statements, 1);
    const begun = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, i) => known.findFresh(`made-up-${i}`)));
    assert.equal(statements, 2);
    assert.ok(performance.now() - begun > 400);
    known.close();
  });

  test('stay known while the database is away, which is told once, as is its return', async () => {
    const lines: string[] = [];
    let isAway = false;
    let looks = 0;
    const shaky: Database = {
      ...db.app,
      rows: (statement) => {
        looks++;
        if (isAway) return Promise.reject(new DatabaseError('unavailable', '08006', 'gone'));
        return db.app.rows(statement);
      },
    };
    const log = createLog({ clock: clock.now, write: (line) => lines.push(line), onPersonalData: 'throw' });
    const { clientId } = await registerClient(db.app, hospital, NOW);
    const known = await followClients({ db: shaky, log, clock: clock.now, lookMs: 20 });
    isAway = true;
    looks = 0;
    await until(() => lines.length > 0 && looks > 5);
    assert.ok(known.find(clientId));
    isAway = false;
    await until(() => lines.length > 1);
    known.close();
    const events = lines.map((line) => JSON.parse(line).event);
    assert.deepEqual(events, ['changes of clients are not seen', 'changes of clients are seen again']);
  });
});
