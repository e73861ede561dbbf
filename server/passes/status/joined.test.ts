import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { DAY_MS, HOUR_MS, type Instant, parseInstant } from '../../../domain/time.ts';
import { recordOf } from '../../../test/service.ts';
import type { StatusService } from '../../../test/status-service.ts';
import { type Somebody, statusSuite } from '../../../test/status-suite.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Publisher } from './publisher.ts';

const [GREEN, RED] = [0, 3];
const MINUTE_MS = 60_000;

describe('whoever is joined to others, at a midnight that was worked out before,', () => {
  const suite = statusSuite();
  const { record, somebody, redden, isolate } = suite;
  let lists: StatusService;
  let midnight: Instant = parseInstant('2021-01-24T00:00:00+08:00');
  before(async () => {
    lists = await suite.open();
  });
  beforeEach(async () => {
    midnight += 3 * DAY_MS;
    record.now = midnight - HOUR_MS;
    await record.turn();
  });

  /** One person under several documents. */
  const joined = async (documents: number): Promise<Somebody[]> => {
    const all: Somebody[] = [];
    for (let i = 0; i < documents; i++) all.push(await somebody());
    const named = all.map(({ number }) => ({ type: 'resident-id', number }));
    const records = all.slice(1).map((one, i) => {
      const data = { document: named[i], sameAs: named[i + 1] };
      return recordOf('public-security', `P-${suite.recordIdOf(one)}`, all[i]!.number, 'identity', data);
    });
    assert.equal((await record.deliver(records)).accepted, records.length);
    return all;
  };
  const tickAt = (at: Instant, publisher: Publisher = lists.publisher) => {
    record.now = at;
    return publisher.tick();
  };
  const statusesOf = (people: readonly Somebody[], gate = lists.gate()) =>
    Promise.all(people.map(({ slot }) => lists.statusOf(slot, gate)));

  test('turns under all documents when the evidence of the last one ends, and not before', async () => {
    const [freed, kept, late] = [await joined(2), await joined(3), await joined(2)];
    for (const [one] of [freed, kept, late]) await isolate(one!, midnight);
    await isolate(kept[2]!, midnight + DAY_MS);
    await record.turn();
    await tickAt(midnight - 4 * MINUTE_MS);
    await tickAt(midnight - 20_000);
    const gate = lists.gate();
    for (const people of [freed, kept, late])
      assert.deepEqual(new Set(await statusesOf(people, gate)), new Set([RED]));
    record.now = midnight - 7_000;
    await redden(late[1]!);
    await tickAt(midnight - 5_000);
    assert.deepEqual(await statusesOf(freed, gate), [RED, RED]);
    record.now = midnight;
    assert.deepEqual(await statusesOf(freed, gate), [GREEN, GREEN]);
    assert.deepEqual(await statusesOf(kept, gate), [RED, RED, RED]);
    assert.deepEqual(await statusesOf(late, gate), [RED, RED]);
    await record.turn();
    assert.equal((await tickAt(midnight + 5_000)).changes, 0);
    await tickAt(midnight + DAY_MS - 5_000);
    record.now = midnight + DAY_MS;
    assert.deepEqual(await statusesOf(kept), [GREEN, GREEN, GREEN]);
  });

  test('is looked up together with all others: more of them take no more statements', async () => {
    const asked: number[] = [];
    for (const pairs of [2, 12]) {
      midnight += 3 * DAY_MS;
      record.now = midnight - HOUR_MS;
      await record.turn();
      const all: Somebody[] = [];
      for (let i = 0; i < pairs; i++) all.push(...(await joined(2)));
      for (const one of all) await isolate(one, midnight);
      await record.turn();
      await lists.publisher.leave();
      const { db, statements } = counting(record.database.app);
      const sources = { db, keys: record.keys(), decision: record.decision, parameters: suite.parameters };
      const publisher = await lists.anotherPublisher({ db, sources });
      await tickAt(midnight - 4 * MINUTE_MS, publisher);
      await tickAt(midnight - 20_000, publisher);
      statements();
      const { changes, foreseen } = await tickAt(midnight - 5_000, publisher);
      asked.push(statements());
      assert.deepEqual({ changes, foreseen }, { changes: 2 * pairs, foreseen: 0 });
      record.now = midnight;
      assert.deepEqual(new Set(await statusesOf(all)), new Set([GREEN]));
      await publisher.leave();
    }
    assert.equal(asked[0], asked[1]);
  });
});

/** Counts statements; each call says how many since the last one. */
function counting(app: Database): { readonly db: Database; readonly statements: () => number } {
  let count = 0;
  const rows: Database['rows'] = (statement) => {
    count++;
    return app.rows(statement);
  };
  return {
    db: { ...app, rows },
    statements: () => {
      const since = count;
      count = 0;
      return since;
    },
  };
}
