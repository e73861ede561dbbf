import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { HOUR_MS, parseInstant } from '../../../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../../../test/service.ts';
import { until } from '../../../../test/until.ts';
import { openDatabase } from '../../../platform/db/database.ts';
import { ROLES } from '../../../platform/db/roles.ts';
import { script, sql } from '../../../platform/db/sql.ts';
import { turnCodes } from '../../turn-codes.ts';
import { beginRun } from '../begin-with-everyone.ts';
import { reassessShares } from '../reassess-shares.ts';
import { NOBODY, shares } from '../store.ts';

const PEOPLE = 30;
const PER_SECOND = 10;
/** Half a second's people are looked at together. */
const PAGE = PER_SECOND / 2;
const STEP_MS = 50;
const ENTRY = { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' };
const NOON = parseInstant('2021-01-20T12:00:00+08:00');

describe('at a pace', () => {
  const service = testService();
  const { app, owner } = service.database;
  const clock = () => service.now;
  let looked = 0;
  const onLooked = (people: number) => {
    looked += people;
  };
  const begin = async (perSecond?: number) => {
    const { rules, inForce } = service.decision();
    await beginRun(app, { rules: rules.id, ...inForce }, service.now, perSecond);
  };
  const look = () =>
    reassessShares({ database: app, keys: service.keys(), clock, onLooked, decision: service.decision });
  const startWorker = (database = app, everyonePerSecond?: number) =>
    turnCodes({
      ...{ database, keys: service.keys(), clock, onLooked, decision: service.decision },
      ...(everyonePerSecond !== undefined && { everyonePerSecond }),
      onFailure: (error) => assert.fail(error as Error),
    });
  const deliver = async (first: number, people: number) => {
    await service.deliver(
      Array.from({ length: people }, (_, i) => ({
        ...recordOf('customs', `O-${first + i}`, NUMBERS[0], 'overseas', ENTRY),
        person: { document: { type: 'tw-permit', number: String(99_000_000 + first + i) } },
      })),
    );
    await service.turn();
  };

  beforeEach(async () => {
    service.now = NOON;
    await owner.change(script('truncate person, person_document, record, evidence, due, assessment, facts'));
    await owner.change(script('truncate everyone_share, everyone_run, everyone_pace'));
    await deliver(0, PEOPLE);
    looked = 0;
  });

  test('all processes together look at no more people than belong to the time', async () => {
    await begin(PER_SECOND);
    const databases = [1, 2, 3].map(() => openDatabase({ url: service.database.url, role: ROLES.app }));
    const workers = databases.map((database) => startWorker(database));
    try {
      await until(async () => {
        assert.ok(looked <= (PER_SECOND * (service.now - NOON + 500)) / 1_000 + PAGE, `${looked} already`);
        service.now += STEP_MS;
        for (const worker of workers) worker.wake();
        return (await shares(app)).length === 0;
      });
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
      await Promise.all(databases.map((database) => database.close()));
    }
    assert.equal(looked, PEOPLE);
  });

  test('a share is gone on with where it was left, and nobody in it is looked at twice', async () => {
    await deliver(PEOPLE, 170);
    const [fullest] = await owner.rows<{ bucket: number; people: number }>(
      sql`select bucket, count(*) as people from facts group by bucket order by people desc limit 1`,
    );
    const { bucket, people } = fullest!;
    await begin(2 * 2);
    await owner.change(sql`delete from everyone_share where bucket <> ${bucket}`);
    assert.ok(people > 4);
    for (let seen = 0; seen < people; ) {
      assert.equal(await look(), true);
      seen = Math.min(people, seen + 2);
      assert.equal(looked, seen);
      if (seen % 2 === 0) assert.equal(await look(), false, 'it is not time yet');
      service.now += 500;
    }
    while (await look());
    assert.deepEqual([looked, await shares(app)], [people, []]);
  });

  test('about whom somebody concludes meanwhile who keeps no facts is made due when it is their turn', async () => {
    await begin(1_000);
    await owner.change(sql`delete from everyone_share where bucket <> (select min(bucket) from facts)`);
    await owner.change(script('update assessment set keeps_facts = false'));
    // As if all but the last had been looked at before.
    await owner.change(sql`
      update everyone_share s
         set looked_to = (select coalesce(max(person_id::text), ${NOBODY}::text)::uuid from facts f
                           where f.bucket = s.bucket and person_id::text < (select max(person_id::text) from facts m where m.bucket = s.bucket))
    `);
    assert.equal(await look(), true);
    assert.deepEqual([looked, await shares(app)], [1, []]);
    assert.equal((await owner.rows(sql`select 1 from due where cause = 'everyone'`)).length, 1);
  });

  test('shares in which nobody is take no time', async () => {
    await owner.change(script('truncate person, person_document, record, evidence, due, assessment, facts'));
    await begin(2);
    while (await look());
    assert.deepEqual(await shares(app), []);
  });

  test('whoever begins again without one does the rest at once, and with another goes on at that', async () => {
    await begin(2);
    while (await look());
    assert.ok(looked <= 1);
    await begin(4);
    service.now += 10_000;
    while (await look());
    assert.ok(looked <= 1 + 2 + 2);
    const [left] = await shares(app);
    await begin();
    assert.equal((await shares(app)).at(-1)?.runId, left?.runId);
    while (await look());
    assert.deepEqual(await shares(app), []);
    assert.ok(looked >= PEOPLE);
  });

  test('work without one that is under way ends with the share in hand', async () => {
    await begin();
    let isPaced = false;
    await reassessShares({
      ...{ database: app, keys: service.keys(), clock, decision: service.decision },
      onLooked: () => {},
      pause: async () => {
        if (!isPaced) await begin(2);
        isPaced = true;
      },
    });
    assert.equal((await shares(app)).length, 63);
    while (await look());
    assert.ok(looked <= 1);
  });

  test('a clock that ran ahead holds nobody up', async () => {
    await begin(2);
    service.now += HOUR_MS;
    while (await look());
    service.now -= HOUR_MS;
    const before = looked;
    await until(async () => {
      service.now += STEP_MS;
      await look();
      return looked > before;
    });
  });

  test('whoever is to end does not wait for the time of anybody', async () => {
    await begin();
    const worker = startWorker(app, 0.001);
    await until(() => looked > 0);
    await worker.stop();
    assert.equal((await shares(app)).length, 64);
  });
});
