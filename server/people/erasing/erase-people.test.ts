import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { reassessDue } from '../../codes/reassess-due.ts';
import { dueBuckets } from '../../codes/store.ts';
import type { Database } from '../../platform/db/database.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { erasePeople } from './erase-people.ts';
import { closePerson } from './store.ts';

const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };

describe('somebody who is erased while a conclusion about them is drawn', () => {
  const service = testService();
  const { app, eraser, owner } = service.database;

  test('leaves nothing: what was in hand is written first, and goes with the rest', async () => {
    await service.deliver([recordOf('health', 'K-1', NUMBERS[0], 'contact', CONTACT)]);
    const [person] = await app.rows<{ id: string }>(sql`select person_id as id from person`);
    const personId = person!.id;
    let goOn = () => {};
    let isHeld = false;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow: Database = {
      ...app,
      transaction: (work) =>
        app.transaction((db) =>
          work({
            ...db,
            change: async (statement) => {
              if (/insert into facts/.test(statement.text)) {
                isHeld = true;
                await held;
              }
              return db.change(statement);
            },
          }),
        ),
    };
    const [bucket] = await dueBuckets(app, service.now);
    const concluding = reassessDue(slow, service.keys(), service.decision, bucket!, () => service.now);
    await until(() => isHeld);
    await closePerson(app, personId);
    const erasing = erasePeople(app, eraser, [personId], () => service.now);
    await Promise.race([erasing, sleep(300)]);
    goOn();
    await Promise.all([concluding, erasing]);
    for (const table of ['person', 'evidence', 'facts', 'assessment', 'due']) {
      const rows = await owner.rows(script(`select from ${table}`));
      assert.equal(rows.length, 0, table);
    }
  });
});
