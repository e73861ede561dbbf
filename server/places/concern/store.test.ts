import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NEVER } from '../../../domain/time.ts';
import { freshDatabase } from '../../../test/database.ts';
import { explaining } from '../../../test/explaining.ts';
import { hour } from '../../../test/imported-areas.ts';
import { script, sql } from '../../platform/db/sql.ts';
import type { Stays } from './concerned-stays.ts';
import { addConcerned } from './store.ts';

const INTO_DUE = /^\s*insert into due/;

/** 40,000 stays of a day in 10 counties and their streets, over a year. */
const MANY_STAYS = script(`
  insert into evidence (person_id, source, record_id, version, kind, standing, region, place_from, place_to, batch_id,
                        client_id, received_at, recorded_at, erase_after)
  select gen_random_uuid(), 'telecom', 'R-' || i, 1, 'stay', 'stated', '33060' || i % 10 || '00' || i / 10 % 10, f,
         f + interval '1 day', gen_random_uuid(), 'test', f, f, 'infinity'
    from (select i, timestamptz '2022-04-15' - interval '13 minutes' * i as f from generate_series(1, 40000) i) as x
`);

/** Every hundredth of those people has a fever on record, and another hundredth is joined to somebody. */
const FEVERS = script(`
  insert into evidence (person_id, source, record_id, version, kind, standing, batch_id, client_id, received_at,
                        recorded_at, erase_after)
  select person_id, 'health', 'F-' || record_id, 1, 'symptom', 'stated', batch_id, client_id, received_at,
         recorded_at, erase_after
    from evidence
   where record_id ~ '21$'
`);
const KIN = script(`
  insert into kin (person_id, kin_id, recorded_at, erase_after)
  select person_id, gen_random_uuid(), recorded_at, erase_after from evidence where record_id ~ '41$'
`);

describe('those concerned, among many stays', () => {
  const db = freshDatabase();
  // Of most changed areas nobody is known who was there.
  const elsewhere = Array.from({ length: 2_000 }, (_, i) => `44031000${1_000 + i}`);
  const stays: readonly Stays[] = ['330601', '330602001', '330603', ...elsewhere].map((region) => ({
    ...{ region, within: region !== '330603' },
    ...{ beginBefore: NEVER, endFrom: hour(-24 * 14) },
  }));
  const due = { dueId: '00000000-0000-7000-8000-000000000001', dueAt: hour(0) };

  before(async () => {
    for (const rows of [MANY_STAYS, FEVERS, KIN]) await db.owner.change(rows);
    await db.owner.change(script('analyze evidence, kin'));
  });

  for (const whom of ['anyone', 'feverish'] as const)
    test(`are found through the index of regions, and nothing else is read: ${whom}`, async () => {
      const plans: string[] = [];
      await db.app.transaction((app) => addConcerned(explaining(app, INTO_DUE, plans), stays, due, whom));
      const plan = plans.join('\n');
      assert.match(plan, /Index Scan (?:using|on) evidence_by_region/);
      assert.doesNotMatch(plan, /Seq Scan on|Hash .*Join|Merge .*Join|hashed SubPlan/);
      // Whatever else is looked at belongs to one person.
      const scans = plan.match(/Scan (?:using|on) (?:evidence|kin)_\w+.*\n.*/g)!;
      for (const scan of scans) assert.match(scan, /evidence_by_region|Index Cond: \(+person_id = /);
    });

  test('are those whom a look at every stay finds; the feverish are some of them', async () => {
    const add = (whom: 'anyone' | 'feverish') =>
      db.app.transaction((app) => addConcerned(app, stays, due, whom));
    const feverish = await add('feverish');
    const others = await add('anyone');
    const expected = await db.owner.rows<{ people: number; feverish: number }>(sql`
      select count(distinct person_id) as people,
             count(distinct person_id) filter (where record_id ~ '(21|41)$') as feverish
        from evidence
       where (region like '330601%' or region like '330602001%' or region = '330603')
         and place_to >= timestamptz '2022-04-01T00:00:00+08:00'
    `);
    assert.ok(feverish > 1 && others > 50, `${feverish} ${others}`);
    assert.deepEqual([{ people: feverish + others, feverish }], expected);
  });
});
