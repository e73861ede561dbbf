import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS } from '../../../domain/time.ts';
import { MINUTE_MS, midnightSuite } from '../../../test/midnight-suite.ts';
import type { Somebody } from '../../../test/status-suite.ts';
import type { Database } from '../../platform/db/database.ts';
import { sql, time } from '../../platform/db/sql.ts';
import { bucketOf, timeUuid } from '../../platform/db/uuid.ts';

const [GREEN, RED] = [0, 3];

describe('what happened since a midnight was worked out', () => {
  const suite = midnightSuite();
  const { record, lists, midnight, somebody, isolated, redden, isolate, tickAt, workOut } = suite;

  test('frees nobody at a later instant who was concluded to be as they were told', async () => {
    const one = await isolated();
    await record.turn();
    await workOut();
    record.now += 1_000;
    await isolate(one, midnight(4 * MINUTE_MS), { version: 2 });
    await record.turn();
    await tickAt(midnight(-3 * MINUTE_MS));
    await tickAt(midnight(-30_000));
    await tickAt(midnight(-5_000));
    assert.equal((await tickAt(midnight(5_000))).changes, 0);
    record.now = midnight(MINUTE_MS);
    await isolate(one, midnight(DAY_MS), { version: 3 });
    await record.turn();
    for (const afterMs of [MINUTE_MS + 5_000, 4 * MINUTE_MS - 5_000, 4 * MINUTE_MS + 5_000]) {
      await tickAt(midnight(afterMs));
      assert.equal(await lists.statusOf(one.slot), RED, `${afterMs} ms after midnight`);
    }
    record.now = midnight(2 * DAY_MS);
    await lists.publisher.tick();
    assert.equal(await lists.statusOf(one.slot), GREEN);
  });

  test('frees nobody who is joined to somebody whose evidence waits behind more than is read', async () => {
    const [one, other] = await joinedInTwoBuckets();
    await record.turn();
    await workOut();
    assert.equal(await lists.statusOf(one.slot), RED);
    record.now = midnight(-MINUTE_MS);
    await suite.crowdBefore(other);
    await redden(other);
    await tickAt(midnight(-5_000));
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot), RED);
    await suite.endCrowd();
  });

  test('is found also when it is concluded while the publisher searches', async () => {
    const one = await isolated();
    await record.turn();
    await lists.publisher.leave();
    const { db, between } = interrupted(record.database.app);
    const publisher = await lists.anotherPublisher({ db });
    await workOut(publisher);
    record.now = midnight(-6_000);
    await redden(one);
    between(() => record.turn());
    await tickAt(midnight(-5_000), publisher);
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot), RED);
    await publisher.leave();
  });

  test('does not lose the midnight of somebody to whom something else comes just before it', async () => {
    const one = await isolated();
    await record.turn();
    const dueId = timeUuid(record.now);
    await record.database.app.change(sql`
      insert into due (person_id, due_id, bucket, due_at, cause)
      values (${one.personId}, ${dueId}, ${bucketOf(one.personId)}, ${time(midnight(-3_000))}, 'areas')
    `);
    await workOut();
    await tickAt(midnight(-10_000));
    assert.equal(await lists.statusOf(one.slot), RED);
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot), GREEN);
    await record.database.owner.change(sql`delete from due where due_id = ${dueId}`);
  });

  test('does not lose the midnight of somebody about whom a clock that runs ahead concludes too early', async () => {
    const one = await isolated();
    await record.turn();
    await workOut();
    await tickAt(midnight(-13_000));
    record.now = midnight(500);
    await record.turn();
    await tickAt(midnight(-3_000));
    assert.equal(await lists.statusOf(one.slot), RED);
    await tickAt(midnight(7_000));
    assert.equal(await lists.statusOf(one.slot), GREEN);
  });

  /** Two documents of one person, both red until midnight. */
  async function joinedInTwoBuckets(): Promise<readonly [Somebody, Somebody]> {
    const one = await isolated();
    let other = await somebody();
    while (bucketOf(other.personId) === bucketOf(one.personId)) other = await somebody();
    const { accepted, outcomes } = await record.deliver([suite.samePerson(one, other)]);
    assert.equal(accepted, 1, JSON.stringify(outcomes));
    return [one, other];
  }
});

/** Has something happen after the first of the queries by which a publisher searches. */
function interrupted(app: Database): {
  readonly db: Database;
  readonly between: (what: () => Promise<unknown>) => void;
} {
  let happens: (() => Promise<unknown>) | undefined;
  const rows: Database['rows'] = async (statement) => {
    const found = await app.rows(statement);
    if (/from due\s+where bucket = |from assessment\s+where assessed_at >/.test(statement.text)) {
      const now = happens;
      happens = undefined;
      await now?.();
    }
    return found as never;
  };
  return {
    db: { ...app, rows },
    between: (what) => {
      happens = what;
    },
  };
}
