import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS } from '../../../domain/time.ts';
import { counting, midnightSuite } from '../../../test/midnight-suite.ts';
import type { Somebody } from '../../../test/status-suite.ts';

const [GREEN, RED] = [0, 3];

describe('whoever is joined to others, at a midnight that was worked out before,', () => {
  const suite = midnightSuite();
  const { record, lists, midnight, somebody, redden, isolate, tickAt, workOut } = suite;

  /** One person under several documents. */
  const joined = async (documents: number): Promise<Somebody[]> => {
    const all: Somebody[] = [];
    for (let i = 0; i < documents; i++) all.push(await somebody());
    const records = all.slice(1).map((one, i) => suite.samePerson(all[i]!, one));
    assert.equal((await record.deliver(records)).accepted, records.length);
    return all;
  };
  const statusesOf = (people: readonly Somebody[], gate = lists.gate()) =>
    Promise.all(people.map(({ slot }) => lists.statusOf(slot, gate)));

  test('turns under all documents when the evidence of the last one ends, and not before', async () => {
    const [freed, kept, late] = [await joined(2), await joined(3), await joined(2)];
    for (const [one] of [freed, kept, late]) await isolate(one!, midnight());
    await isolate(kept[2]!, midnight(DAY_MS));
    await record.turn();
    await workOut();
    await tickAt(midnight(-20_000));
    const gate = lists.gate();
    for (const people of [freed, kept, late])
      assert.deepEqual(new Set(await statusesOf(people, gate)), new Set([RED]));
    record.now = midnight(-7_000);
    await redden(late[1]!);
    await tickAt(midnight(-5_000));
    assert.deepEqual(await statusesOf(freed, gate), [RED, RED]);
    record.now = midnight();
    assert.deepEqual(await statusesOf(freed, gate), [GREEN, GREEN]);
    assert.deepEqual(await statusesOf(kept, gate), [RED, RED, RED]);
    assert.deepEqual(await statusesOf(late, gate), [RED, RED]);
    await record.turn();
    assert.equal((await tickAt(midnight(5_000))).changes, 0);
    await tickAt(midnight(DAY_MS - 5_000));
    record.now = midnight(DAY_MS);
    assert.deepEqual(await statusesOf(kept), [GREEN, GREEN, GREEN]);
  });

  test('is looked up together with all others: more of them take no more statements', async () => {
    const asked: number[] = [];
    for (const pairs of [2, 12]) {
      await suite.goOn();
      const all: Somebody[] = [];
      for (let i = 0; i < pairs; i++) all.push(...(await joined(2)));
      for (const one of all) await isolate(one, midnight());
      await record.turn();
      await lists.publisher.leave();
      const { db, since } = counting(record.database.app, /./);
      const publisher = await lists.anotherPublisher({ db, sources: suite.sourcesOn(db) });
      await workOut(publisher);
      await tickAt(midnight(-20_000), publisher);
      since();
      const { changes, foreseen } = await tickAt(midnight(-5_000), publisher);
      asked.push(since());
      assert.deepEqual({ changes, foreseen }, { changes: 2 * pairs, foreseen: 0 });
      record.now = midnight();
      assert.deepEqual(new Set(await statusesOf(all)), new Set([GREEN]));
      await publisher.leave();
    }
    assert.equal(asked[0], asked[1]);
  });
});
