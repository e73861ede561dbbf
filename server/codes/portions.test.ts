import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { numbersApart } from '../../test/resident-numbers.ts';
import { recordOf, testService } from '../../test/service.ts';
import { until } from '../../test/until.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { ROLES } from '../platform/db/roles.ts';
import { sql } from '../platform/db/sql.ts';
import { createPortions } from './portions.ts';
import { MOST_DUE, type Portion, type Turned } from './reassess-due.ts';
import { countDue } from './store.ts';
import { turnCodes } from './turn-codes.ts';

const PEOPLE = 24;
/** How long it takes to lock somebody who is joined to others; all of them take longer than a transaction may. */
const LOCK_MS = 50;
const LONGEST_MS = 1_000;
const FROM = '2021-01-20T08:00:00+08:00';

describe('a transaction that would take too long for all who are due', () => {
  const service = testService();

  test('is tried with fewer people until there is time enough for each', async () => {
    const { app, owner, url } = service.database;
    const numbers = numbersApart(PEOPLE);
    await service.deliver(
      numbers.flatMap((number, i) => {
        const [document, sameAs] = [number, numbers[i + 1]!].map((one) => resident(one));
        return i % 2 === 0
          ? [recordOf('public-security', `P-${i}`, number, 'identity', { document, sameAs })]
          : [];
      }),
    );
    await service.turn();
    await service.deliver(
      numbers.map((number, i) =>
        recordOf('health', `F-${i}`, number, 'symptom', { fever: true, from: FROM }),
      ),
    );
    // As if chance had put them all in one share of the people.
    const due = await owner.change(sql`update due set bucket = 0`);
    assert.ok(due >= PEOPLE);
    const hasty = openDatabase({ url, role: ROLES.app, longestMs: LONGEST_MS, connections: 4 });
    const taken: number[] = [];
    const failures: unknown[] = [];
    const worker = turnCodes({
      ...{ database: slowToLock(hasty), keys: service.keys(), decision: service.decision },
      clock: () => service.now,
      onTurned: ({ done }) => taken.push(done),
      onFailure: (error) => failures.push(error),
    });
    try {
      await until(async () => {
        worker.wake();
        await sleep(50);
        return (await countDue(app, service.now)) === 0;
      });
    } finally {
      await worker.stop();
      await hasty.close();
    }
    assert.ok(failures.length > 0, 'all of them were too many');
    for (const error of failures) assert.equal((error as DatabaseError).code, '57014');
    assert.ok(Math.max(...taken) <= due / 2, taken.join());
    const concluded = await owner.rows(
      sql`select distinct person_id from assessment where colour = 'yellow'`,
    );
    assert.equal(concluded.length, PEOPLE);
  });
});

describe('how many are taken in one transaction', () => {
  const late = new DatabaseError('unavailable', '57014', 'too late');
  const turned = (done: number): Turned => ({ done, appended: 0, more: false, unreadable: new Map() });
  /** Takes so many, or as many as it may, and gives how many those were. */
  const take =
    (inPortions: ReturnType<typeof createPortions>) =>
    async (due: number, error?: Error): Promise<number> => {
      let most = 0;
      const work = async (portion: Portion) => {
        most = portion.most;
        portion.onTaken(Math.min(most, due));
        if (error) throw error;
        return turned(Math.min(most, due));
      };
      await inPortions(work).catch((thrown: unknown) => assert.equal(thrown, error));
      return most;
    };

  test('is half after too many, down to one, and as many as usual again once those are done in time', async () => {
    const one = take(createPortions());
    const [taken, last]: [number[], number[]] = [[], []];
    for (let i = 0; i < 7; i++) taken.push(await one(40, late));
    assert.deepEqual(taken, [MOST_DUE, 20, 10, 5, 2, 1, 1]);
    for (let i = 0; i < 11; i++) last.push(await one(10_000));
    assert.deepEqual(last, [1, 2, 4, 8, 16, 32, 64, 128, 256, MOST_DUE, MOST_DUE]);
  });

  test('stays where nothing says that more would be too many, or not', async () => {
    const one = take(createPortions());
    await one(0, late);
    await one(400, new Error('of another kind'));
    assert.equal(await one(400, late), MOST_DUE);
    await one(199);
    assert.equal(await one(1), 200);
  });
});

function resident(number: string) {
  return { type: 'resident-id', number };
}

/** The same database, further away for whoever locks somebody. */
function slowToLock(database: Database): Database {
  return {
    ...database,
    transaction: (work, term) =>
      database.transaction(
        (db) =>
          work({
            ...db,
            rows: async (statement) => {
              if (/from person where .* for update/.test(statement.text)) await sleep(LOCK_MS);
              return db.rows(statement);
            },
          }),
        term,
      ),
  };
}
