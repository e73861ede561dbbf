import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPackage } from '../../../domain/rules/check.ts';
import { compileRules } from '../../../domain/rules/compile.ts';
import { listsOf } from '../../../domain/rules/own-tests.ts';
import { defaultPackage } from '../../../test/default-rules.ts';
import { FIRST_RULES, NUMBERS, recordOf, testService } from '../../../test/service.ts';
import type { Database, Db, Transaction } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { DecisionInForce } from '../decision.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares } from './reassess-shares.ts';
import { shares } from './store.ts';

/** Of so many people, those whose entry lies back so long that the rules differ about them; and at which pace. */
const RUNS = [
  { title: 'everybody again, broken off at any statement,', people: 12, changed: 5, perSecond: undefined },
  { title: 'at a pace, one after the other,', people: 3, changed: 2, perSecond: 2 },
] as const;

for (const run of RUNS) brokenOff(run);

function brokenOff({ title, people, changed, perSecond }: (typeof RUNS)[number]): void {
  describe(title, () => {
    const service = testService();
    const { app, owner } = service.database;

    test('goes on with what is left, and writes everything once', async () => {
      await service.deliver(
        Array.from({ length: people }, (_, i) => ({
          ...recordOf('customs', `O-${i}`, NUMBERS[0], 'overseas', entry(i < changed)),
          person: { document: { type: 'tw-permit', number: String(99_000_000 + i) } },
        })),
      );
      await service.turn();
      let statements = 0;
      for (let broken = 0; broken <= statements; broken++) {
        const decision = decisionOf(broken % 2 === 0 ? 15 : 14);
        service.now += 1_000;
        await beginRun(app, { rules: decision.rules.id, ...decision.inForce }, service.now, perSecond);
        await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
        const died = dying(app, broken);
        await assert.rejects(all(died.database, decision), /the process died/);
        // It dies once, at each of its statements in turn; then another one does what is left.
        const other = dying(app, Number.POSITIVE_INFINITY);
        await all(other.database, decision);
        statements = Math.max(statements, Math.min(died.count() + other.count(), 60) - 2);
        await everythingIsWrittenOnce(broken + 1);
        await service.turn();
      }
      assert.ok(statements > 20, `${statements} statements`);
    });

    function entry(isChanged: boolean): object {
      return {
        country: 'SG',
        enteredAt: isChanged ? '2021-01-10T10:00:00+08:00' : '2020-10-10T10:00:00+08:00',
      };
    }

    async function all(database: Database, decision: DecisionInForce): Promise<void> {
      const sharing = { database, keys: service.keys(), decision: () => decision, clock: () => service.now };
      do {
        while (await reassessShares({ ...sharing, onLooked: () => {} }));
        // The time of the next people comes.
        if (perSecond) service.now += 500;
      } while ((await shares(app)).length > 0);
    }

    async function everythingIsWrittenOnce(rounds: number): Promise<void> {
      const rows = await owner.rows<{ highest: number; count: number; timers: number }>(sql`
      select max(number) as highest, count(*) as count,
             (select count(*) from due d where d.person_id = a.person_id and cause = 'time') as timers
        from assessment a group by person_id order by 1
    `);
      const expected = [
        ...Array.from({ length: people - changed }, () => ({ highest: 1, count: 1, timers: 0 })),
        ...Array.from({ length: changed }, () => ({ highest: 1 + rounds, count: 1 + rounds, timers: 1 })),
      ];
      assert.deepEqual(rows, expected);
      assert.deepEqual(await owner.rows(sql`select 1 from everyone_share`), []);
    }
  });
}

function decisionOf(entryDays: number): DecisionInForce {
  const json = defaultPackage() as { parameters: object };
  const { rules } = checkPackage({ ...json, parameters: { ...json.parameters, entryDays } });
  return {
    rules: compileRules(rules!),
    lists: listsOf(rules!),
    areasVersion: 'none',
    areas: () => ({ inside: [], possible: [] }),
    inForce: FIRST_RULES,
  };
}

/** A database under a process that dies before a statement: that one and all that follow are never sent. */
function dying(database: Database, statements: number) {
  let count = 0;
  const step = async <T>(go: () => Promise<T>): Promise<T> => {
    if (count++ >= statements) throw new Error('the process died');
    return go();
  };
  const mortal = (db: Db): Db => ({
    rows: (statement) => step(() => db.rows(statement)),
    change: (statement) => step(() => db.change(statement)),
    copyIn: (statement, rows) => step(() => db.copyIn(statement, rows)),
  });
  const inside = (db: Transaction): Transaction => ({
    ...mortal(db),
    copyChunks: async function* (statement) {
      await step(async () => {});
      yield* db.copyChunks(statement);
    },
  });
  return {
    count: () => count,
    database: {
      ...database,
      ...mortal(database),
      transaction: <T>(work: (db: Transaction) => Promise<T>) =>
        database.transaction(async (db) => {
          const result = await work(inside(db));
          // Before its end is sent.
          return step(async () => result);
        }),
    } satisfies Database,
  };
}
