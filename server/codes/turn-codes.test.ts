import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { until } from '../../test/until.ts';
import { deliver } from '../evidence/deliver.ts';
import { partsOf } from '../evidence/deliver-lines.ts';
import { createIntakeQueue } from '../evidence/intake-queue.ts';
import { findOrAddPeople, findPeople } from '../people/find-or-add-people.ts';
import { sql } from '../platform/db/sql.ts';
import { bucketOf } from '../platform/db/uuid.ts';
import { reassessDue, type Turned } from './reassess-due.ts';
import { addAssessments, countDue, dueBuckets, latestAssessments } from './store.ts';
import { turnCodes, type Worker } from './turn-codes.ts';

const [ANNA, BO, CHEN] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const ENTRY = { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' };

const residentId = (number: string) => ({ type: 'resident-id', number }) as const;
const permit = (person: number): Document => ({ type: 'tw-permit', number: String(99_000_000 + person) });

describe('two workers at once', () => {
  const service = testService();
  const { app } = service.database;
  const PEOPLE = 300;

  test('give everyone a conclusion and a timer, and nobody two', async () => {
    await service.deliver(
      Array.from({ length: PEOPLE }, (_, i) => ({
        ...recordOf('customs', `O-${i}`, ANNA, 'overseas', ENTRY),
        person: { document: permit(i) },
      })),
    );
    // Some are joined in pairs, which mostly lie in different buckets.
    await service.deliver(
      Array.from({ length: 40 }, (_, i) => ({
        ...recordOf('border', `S-${i}`, ANNA, 'identity', { document: permit(i), sameAs: permit(i + 100) }),
        person: { document: permit(i) },
      })),
    );
    const turn = async () => {
      for (const bucket of await dueBuckets(app, service.now))
        await reassessDue(app, service.keys(), service.decision, bucket, () => service.now);
    };
    while ((await dueBuckets(app, service.now)).length > 0) await Promise.all([turn(), turn(), turn()]);
    const rows = await app.rows<{ count: number; highest: number }>(
      sql`select count(*) as count, max(number) as highest from assessment group by person_id`,
    );
    assert.equal(rows.length, PEOPLE);
    for (const { count, highest } of rows) assert.deepEqual([count, highest], [1, 1]);
    const timers = await app.rows(sql`
      select person_id from due where cause = 'time' and due_at = '2021-01-25T00:00:00+08:00'`);
    assert.equal(timers.length, PEOPLE);
    assert.equal(new Set(timers.map((row) => (row as { person_id: string }).person_id)).size, PEOPLE);
  });
});

describe('two people who are one, in different buckets', () => {
  const service = testService();
  const { app } = service.database;
  const ROUNDS = 120;

  test('are both current after every round in which evidence about both and two workers meet', async () => {
    const people = [1, 2].map((person) => permit(person));
    let buckets: number[] = [];
    for (let i = 0; new Set(buckets).size < 2; i++) {
      people[1] = permit(10 + i);
      const found = await app.transaction((db) => findOrAddPeople(db, service.keys(), people, service.now));
      buckets = people.map((document) => bucketOf(found.get(documentKey(document))!.personId));
    }
    const [one, other] = people as [Document, Document];
    const about = (document: Document, record: object) => ({ ...record, person: { document } });
    await service.deliver([
      about(one, recordOf('border', 'S-1', ANNA, 'identity', { document: one, sameAs: other })),
    ]);
    const contact = { level: 'close', lastExposure: '2021-01-19T10:00:00+08:00' };
    for (let i = 1; i <= ROUNDS; i++) {
      const rest = { version: i, retracted: i % 3 === 0 };
      const turn = (bucket: number) =>
        reassessDue(app, service.keys(), service.decision, bucket, () => service.now);
      await Promise.all([
        service.deliver([about(one, recordOf('health', 'K-1', ANNA, 'contact', contact, rest))]),
        ...buckets.map(turn),
        service.deliver([about(other, recordOf('health', 'K-2', ANNA, 'contact', contact, rest))]),
        ...buckets.map(turn),
      ]);
      await service.turn();
      const rows = await app.rows<{ grounds: number }>(sql`
        select json_array_length(result -> 'grounds') as grounds from assessment a
         where number = (select max(number) from assessment b where b.person_id = a.person_id)`);
      const grounds = rows.map((row) => row.grounds);
      assert.deepEqual(grounds, rest.retracted ? [0, 0] : [2, 2], `round ${i}`);
    }
  });
});

describe('a conclusion that somebody else has just drawn', () => {
  const service = testService();
  const { app } = service.database;

  test('is not overwritten: whoever was overtaken stays due, and counts on', async () => {
    await service.deliver([recordOf('customs', 'O-1', ANNA, 'overseas', ENTRY)]);
    await service.turn();
    const [personId] = (await findPeople(app, service.keys(), [residentId(ANNA)])).values();
    const [first] = await latestAssessments(app, [personId!]);
    await service.deliver([recordOf('health', 'C-1', ANNA, 'case', CASE)]);
    const [bucket] = await dueBuckets(app, service.now);
    let turning: Promise<Turned> | undefined;
    await app.transaction(async (db) => {
      // Another process, which did not know of the case yet.
      assert.equal(
        (await addAssessments(db, [{ ...first!, number: 2, cause: 'other' }], service.now)).length,
        1,
      );
      turning = reassessDue(app, service.keys(), service.decision, bucket!, () => service.now);
      await until(isSomebodyWaiting);
    });
    const turned = await turning!;
    assert.deepEqual([turned.done, turned.appended], [0, 0]);
    assert.equal(await countDue(app, service.now), 1);
    assert.equal(await service.turn(), 1);
    const [latest] = await latestAssessments(app, [personId!]);
    assert.deepEqual([latest!.number, JSON.parse(latest!.result).grounds.length], [3, 2]);
  });

  async function isSomebodyWaiting(): Promise<boolean> {
    const rows = await service.database.owner.rows(sql`
      select 1 from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`);
    return rows.length > 0;
  }
});

describe('evidence that comes while workers are at work', () => {
  const service = testService();
  const { app } = service.database;
  const workers: Worker[] = [];
  const failures: unknown[] = [];

  before(() => {
    for (let i = 0; i < 2; i++)
      workers.push(
        turnCodes({
          ...{ database: app, keys: service.keys(), decision: service.decision, clock: () => service.now },
          onFailure: (error) => failures.push(error),
        }),
      );
  });
  after(() => Promise.all(workers.map((worker) => worker.stop())));

  test('is in force in the end, hundreds of rounds on the same people', async () => {
    const clock = () => service.now;
    const wake = () => workers.forEach((worker) => void worker.wake());
    const queue = createIntakeQueue({ database: app, keys: service.keys(), clock, onAccepted: wake });
    const delivering = { ...(await service.resolving()), queue };
    const client = { clientId: 'test', sources: ['health', 'public-security', 'customs'] };
    const say = async (record: object) => {
      for await (const receipt of deliver(delivering, client, partsOf([record])))
        assert.equal(receipt.quarantined, 0, JSON.stringify(receipt.outcomes));
    };
    const joining = { document: residentId(ANNA), sameAs: residentId(BO) };
    await say(recordOf('public-security', 'S-1', BO, 'identity', joining));
    const rounds = Array.from({ length: 300 }, (_, i) => i + 1);
    await Promise.all(
      rounds.map(async (version) => {
        const whom = [ANNA, BO, CHEN][version % 3]!;
        const rest = { version, retracted: version < 298 && version % 2 === 0 };
        await say(recordOf('health', `C-${version % 4}`, whom, 'case', CASE, rest));
      }),
    );
    await until(async () => (await countDue(app, service.now)) === 0);
    assert.deepEqual(failures, []);
    // The newest versions are 297 (Anna), 298 (Bo), 299 (Chen) and 300 (Anna); Anna and Bo are one.
    const stored = async (number: string) => {
      const [personId] = (await findPeople(app, service.keys(), [residentId(number)])).values();
      const [latest] = await latestAssessments(app, [personId!]);
      const { grounds } = JSON.parse(latest!.result) as { grounds: { evidence: string[][] }[] };
      return grounds.map(({ evidence }) => evidence[0]![1]);
    };
    assert.deepEqual(
      [await stored(ANNA), await stored(BO), await stored(CHEN)],
      [['C-0', 'C-1', 'C-2'], ['C-0', 'C-1', 'C-2'], ['C-3']],
    );
    const numbers = await app.rows<{ count: number; highest: number }>(
      sql`select count(*) as count, max(number) as highest from assessment group by person_id`,
    );
    for (const { count, highest } of numbers) assert.equal(count, highest);
  });
});
