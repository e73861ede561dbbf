import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MINUTE_MS, midnightSuite } from '../../../test/midnight-suite.ts';
import type { Somebody } from '../../../test/status-suite.ts';
import { eraseClosedPeople } from '../../people/erasing/erase-people.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';

const [GREEN, NONE, RED] = [0, 1, 3];
/** More than are erased in one transaction. */
const CLOSED = 105;

describe('what a transaction has dated long before it commits', () => {
  const suite = midnightSuite();
  const { record, lists, midnight, somebody, isolated, redden, tickAt, workOut } = suite;

  test('tells nobody green at a midnight who has given the code up', async () => {
    const [gone, stays] = [await isolated(), await isolated()];
    await record.turn();
    await workOut();
    await tickAt(midnight(-20_000));
    record.now = midnight(-100_000);
    await lists.endHold(gone.personId);
    await tickAt(midnight(-5_000));
    record.now = midnight();
    assert.equal(await lists.statusOf(stays.slot), GREEN);
    assert.equal(await lists.statusOf(gone.slot), NONE);
  });

  test('misses nothing that is dated like what was seen before', async () => {
    const one = await somebody();
    await redden(one);
    await record.turn();
    const phones: number[] = [];
    const datedAt = record.now;
    for (let i = 0; i < 2; i++) {
      record.now = datedAt;
      phones.push(await lists.bearer(one.personId, 'phone'));
      await tickAt(datedAt + (i + 1) * 10_000);
      assert.equal(await lists.statusOf(phones[i]!), RED);
    }
    record.now = datedAt;
    await lists.endHold(one.personId);
    await tickAt(datedAt + 30_000);
    for (const slot of [one.slot, ...phones]) assert.equal(await lists.statusOf(slot), NONE);
  });

  test('tells no phone green that somebody red has bound', async () => {
    const one = await somebody();
    await redden(one);
    await record.turn();
    await tickAt(record.now);
    record.now += 100_000;
    await tickAt(record.now);
    record.now -= 90_000;
    const phone = await lists.bearer(one.personId, 'phone');
    await tickAt(record.now + 100_000);
    assert.equal(await lists.statusOf(phone), RED);
  });

  test('tells of everybody who is erased, however long all of them take', async () => {
    const { app, eraser } = record.database;
    const people: Somebody[] = [];
    while (people.length < CLOSED) people.push(await somebody());
    await tickAt(record.now + 10_000);
    const statuses = async () => {
      const gate = lists.gate();
      const found = new Map<number, number>();
      for (const { slot } of people) {
        const status = await lists.statusOf(slot, gate);
        found.set(status, (found.get(status) ?? 0) + 1);
      }
      return [...found];
    };
    assert.deepEqual(await statuses(), [[GREEN, CLOSED]]);
    const personIds = people.map(({ personId }) => personId);
    await app.change(sql`update person set wrapped_key = null where person_id = any(${personIds}::uuid[])`);
    const slow: Database = {
      ...eraser,
      transaction: async (work) => {
        const done = await eraser.transaction(work);
        await tickAt(record.now + 5 * MINUTE_MS);
        return done;
      },
    };
    assert.equal(await eraseClosedPeople(app, slow, () => record.now), CLOSED);
    await tickAt(record.now + 10_000);
    assert.deepEqual(await statuses(), [[NONE, CLOSED]]);
  });
});
