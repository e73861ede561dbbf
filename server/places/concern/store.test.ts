import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NEVER } from '../../../domain/time.ts';
import { freshDatabase } from '../../../test/database.ts';
import { hour } from '../../../test/imported-areas.ts';
import type { Db } from '../../platform/db/database.ts';
import { script, sql } from '../../platform/db/sql.ts';
import type { Stays } from './concerned-stays.ts';
import { addConcerned } from './store.ts';

/** 40,000 stays of a day in 10 counties and their streets, over a year. */
const MANY_STAYS = script(`
  insert into evidence (person_id, source, record_id, version, kind, standing, region, place_from, place_to, batch_id,
                        client_id, received_at, recorded_at, erase_after)
  select gen_random_uuid(), 'telecom', 'R-' || i, 1, 'stay', 'stated', '33060' || i % 10 || '00' || i / 10 % 10, f,
         f + interval '1 day', gen_random_uuid(), 'test', f, f, 'infinity'
    from (select i, timestamptz '2022-04-15' - interval '13 minutes' * i as f from generate_series(1, 40000) i) as x
`);

/** A database on which adding to `due` gives the plan instead. */
function explaining(db: Db, plans: string[]): Db {
  return {
    ...db,
    change: async (statement) => {
      if (!statement.text.includes('insert into due')) return db.change(statement);
      const rows = await db.rows<Record<'QUERY PLAN', string>>({
        text: `explain ${statement.text}`,
        values: statement.values,
        name: '',
      });
      plans.push(...rows.map((row) => row['QUERY PLAN']));
      return 0;
    },
  };
}

describe('those concerned, among many stays', () => {
  const db = freshDatabase();
  // Of most changed areas nobody is known who was there.
  const elsewhere = Array.from({ length: 40 }, (_, i) => `4403${10 + i}`);
  const stays: readonly Stays[] = ['330601', '330602001', '330603', ...elsewhere].map((region) => ({
    ...{ region, within: region !== '330603' },
    ...{ beginBefore: NEVER, endFrom: hour(-24 * 14) },
  }));
  const due = { dueId: '00000000-0000-7000-8000-000000000001', dueAt: hour(0) };

  before(async () => {
    await db.owner.change(MANY_STAYS);
    await db.owner.change(script('analyze evidence'));
  });

  test('are found through the index of regions, and nothing else is read', async () => {
    const plans: string[] = [];
    await db.app.transaction((app) => addConcerned(explaining(app, plans), stays, due));
    const plan = plans.join('\n');
    assert.match(plan, /Index Scan (?:using|on) evidence_by_region/);
    assert.doesNotMatch(plan, /Seq Scan on evidence|Hash .*Join/);
  });

  test('are those whom a look at every stay finds', async () => {
    const added = await db.app.transaction((app) => addConcerned(app, stays, due));
    const expected = await db.owner.rows<{ people: number }>(sql`
      select count(distinct person_id) as people
        from evidence
       where (region like '330601%' or region like '330602001%' or region = '330603')
         and place_to >= timestamptz '2022-04-01T00:00:00+08:00'
    `);
    assert.ok(added > 50, `${added}`);
    assert.equal(added, expected[0]?.people);
  });
});
