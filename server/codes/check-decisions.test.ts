import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { HOUR_MS, parseInstant } from '../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { BUCKETS, timeUuid } from '../platform/db/uuid.ts';
import { checkDecisions } from './check-decisions.ts';
import { addAssessments, addEveryone, latestAssessments } from './store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const NEGATIVE = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'negative',
};

describe('decisions that are made again', () => {
  const service = testService();
  const { app, owner } = service.database;

  beforeEach(async () => {
    await owner.change(
      script(
        'truncate person, person_document, kin, record, former_version, evidence, due, assessment, quarantine',
      ),
    );
    service.now = parseInstant('2021-01-20T12:00:00+08:00');
    await service.deliver([
      recordOf('health', 'C-1', ANNA, 'case', CASE),
      recordOf('laboratory', 'N-1', BO, 'nat', NEGATIVE),
      recordOf('customs', 'O-1', CHEN, 'overseas', { country: 'SG', enteredAt: '2021-01-01T10:00:00+08:00' }),
      recordOf('health', 'C-2', DING, 'case', CASE),
    ]);
    await service.turn();
    const moved = recordOf('health', 'C-2', ANNA, 'case', CASE, { version: 2 });
    await service.deliver([moved]);
    await service.turn();
  });

  const personOf = async (number: string) => {
    const [personId] = (await findPeople(app, service.keys(), [{ type: 'resident-id', number }])).values();
    return personId!;
  };

  /** Whose decisions come out otherwise, of so many. */
  async function different(): Promise<readonly string[]> {
    const decisionKnownAt = async () => service.decision();
    const parts = { store: service.database, keys: service.keys(), decisionKnownAt };
    const found: string[] = [];
    let checked = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const one = await checkDecisions(parts, bucket, 9, 'seed');
      checked += one.checked;
      found.push(...one.different.map(({ personId }) => personId));
    }
    assert.equal(checked, NUMBERS.length);
    return found;
  }

  test('come out as they did', async () => {
    assert.deepEqual(await different(), []);
    service.now += 5 * 24 * HOUR_MS;
    await service.turn();
    assert.deepEqual(await different(), []);
  });

  test('come out as they did when evidence was late, and when it was dated by another clock', async () => {
    const now = service.now;
    const later = {
      sampledAt: '2021-01-19T08:00:00+08:00',
      reportedAt: '2021-01-19T20:00:00+08:00',
      result: 'negative',
    };
    // A second one is on record before the first, which was received earlier and changes nothing.
    service.now = now + 2;
    await service.deliver([
      recordOf('health', 'F-1', BO, 'symptom', { fever: true, from: '2021-01-20T08:00:00+08:00' }),
    ]);
    service.now = now + 3;
    await service.turn();
    service.now = now + 1;
    await service.deliver([recordOf('laboratory', 'N-2', BO, 'nat', later)]);
    service.now = now + HOUR_MS;
    await service.deliver([recordOf('health', 'C-3', CHEN, 'case', CASE)]);
    service.now = now + 4;
    await service.turn();
    assert.deepEqual(await different(), []);
  });

  test('show a conclusion that follows from nothing, and everyone again puts it right', async () => {
    const bo = await personOf(BO);
    const [honest] = await latestAssessments(app, [bo]);
    const forged = { ...honest!, number: honest!.number + 1, colour: 'red', assessedAt: service.now };
    assert.equal((await addAssessments(app, [forged], service.now + HOUR_MS)).length, 1);
    assert.equal((await service.current(BO))?.colour, 'red');
    assert.deepEqual(await different(), [bo]);
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      await addEveryone(app, timeUuid(service.now), bucket, service.now);
    // Already while they are due, nobody is told what follows from nothing.
    assert.equal((await service.current(BO))?.colour, 'green');
    assert.equal(await service.turn(), 1);
    assert.deepEqual(await different(), []);
  });

  test('show a conclusion that leaves out what it says it rests on', async () => {
    const bo = await personOf(BO);
    const [green] = await latestAssessments(app, [bo]);
    const fever = { fever: true, from: '2021-01-20T08:00:00+08:00' };
    service.now += HOUR_MS;
    await service.deliver([recordOf('health', 'F-1', BO, 'symptom', fever)]);
    await service.turn();
    const [yellow] = await latestAssessments(app, [bo]);
    const forged = { ...green!, number: 3, inputsDigest: yellow!.inputsDigest, assessedAt: service.now };
    await addAssessments(app, [forged], service.now + HOUR_MS);
    assert.deepEqual(await different(), [bo]);
  });

  test('show that evidence was taken away', async () => {
    await owner.change(sql`delete from evidence where record_id = 'C-1'`);
    assert.deepEqual(await different(), [await personOf(ANNA)]);
  });
});
