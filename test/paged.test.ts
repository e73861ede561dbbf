import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { applicationsAfter } from '../server/applications/renewal/store.ts';
import { listQuarantined } from '../server/evidence/quarantine/store.ts';
import { peopleAfter } from '../server/people/renewal/store.ts';
import { script } from '../server/platform/db/sql.ts';
import { freshDatabase } from './database.ts';
import { plansOf } from './plans-of.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** A statement is planned once, before it is known how few rows are wanted. */
describe('of very many rows', () => {
  const { app, owner } = freshDatabase();

  before(async () => {
    for (const statement of [
      `insert into quarantine select gen_random_uuid(), gen_random_uuid(), 1, 'client' || i % 20, 's', '', '[]',
              now() - i * interval '1 minute', now() from generate_series(1, 20000) i`,
      `insert into application select gen_random_uuid(), gen_random_uuid(), 1, '', now(), now() from generate_series(1, 20000)`,
      `insert into application_content select account_id, application_id, 1, '', 'infinity', now(), now() from application`,
      `insert into person select account_id, 0, '', '', 1990, now(), now() from application`,
      'analyze quarantine, application, application_content, person',
    ])
      await owner.change(script(statement));
  });

  test('a page is read through an index in its order, and no more', async () => {
    const place = { receivedAt: 0, itemId: NOBODY };
    const plans = [
      ...(await plansOf(app, (db) => listQuarantined(db, 'client1', place, 50))),
      ...(await plansOf(app, (db) => applicationsAfter(db, NOBODY, 500))),
      ...(await plansOf(app, (db) => peopleAfter(db, NOBODY, 500))),
    ];
    assert.equal(plans.length, 3);
    for (const plan of plans) {
      assert.match(plan, /^Limit\n {2}-> {2}Index Scan using /);
      assert.doesNotMatch(plan, /Sort|Join/);
    }
    assert.match(plans[0]!, /Index Cond: \(\(client_id = \$1\)/);
  });
});
