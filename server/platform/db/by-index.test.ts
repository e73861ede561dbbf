import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freshDatabase } from '../../../test/database.ts';
import { uuids } from './binary/arrays.ts';
import type { Db } from './database.ts';
import { openStore } from './open-store.ts';
import { sql } from './sql.ts';

describe('the service in its store', () => {
  const database = freshDatabase();

  test('looks rows up by an index also in a table that was small when the plan was made', async () => {
    const store = await openStore({ url: database.url });
    try {
      assert.match(await planOf(store.app), /Index/);
      assert.doesNotMatch(await planOf(store.app), /Seq Scan/);
    } finally {
      await store.stop();
    }
  });

  test('plans a statement once, whatever its values are', async () => {
    const store = await openStore({ url: database.url });
    try {
      const plans = await store.app.transaction(async (db) => {
        for (const people of [1, 2, 50])
          await db.rows(
            sql`select number from assessment where person_id = any(${uuids(idsOf(people))}::uuid[])`,
          );
        return db.rows(sql`
          select generic_plans as again, custom_plans as anew
            from pg_prepared_statements
           where statement like 'select number from assessment%'
        `);
      });
      assert.deepEqual(plans, [{ again: 3, anew: 0 }]);
    } finally {
      await store.stop();
    }
  });

  const idsOf = (count: number) =>
    Array.from({ length: count }, (_, i) => `00000000-0000-7000-8000-0000000000${i + 10}`);

  /** The plan for a few people in a table that was found empty. */
  async function planOf(db: Db): Promise<string> {
    await database.owner.change(sql`analyze assessment`);
    const people = Array.from({ length: 50 }, (_, i) => `00000000-0000-7000-8000-0000000000${i + 10}`);
    const plan = await db.rows<{ 'QUERY PLAN': string }>(
      sql`explain select number from assessment where person_id = any(${people}::uuid[])`,
    );
    return plan.map((line) => line['QUERY PLAN']).join('\n');
  }
});
