import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS, HOUR_MS, NEVER } from '../../../domain/time.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { hour, importerOf, list, NONE } from '../../../test/imported-areas.ts';
import { FIRST_RULES, NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { SupersededRules, WrongClock } from '../../codes/buckets/newest-rules.ts';
import { setTurns } from '../../codes/buckets/store.ts';
import { beginRun } from '../../codes/everyone/begin-with-everyone.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';
import { areaReach } from './area-reach.ts';
import { findConcerned } from './find-concerned.ts';
import { pendingChanges } from './store.ts';

const earlier = { ...areaReach([defaultRules().compiled]), inForce: FIRST_RULES };
const NOON = hour(12);
const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
const later = { ...earlier, days: 30, inForce: { from: NOON - HOUR_MS, number: 2 } };

describe('when everybody was looked at by rules by which areas reach further back', () => {
  const service = testService('2022-04-15T12:00:00+08:00');
  const { app } = service.database;

  test('a process that knows only the earlier ones does not choose whom a changed list concerns', async () => {
    await service.deliver([
      recordOf('telecom', 'S-1', NUMBERS[0], 'stay', {
        region: '330602001',
        from: '2022-03-24T08:00:00+08:00',
        to: '2022-03-26T08:00:00+08:00',
      }),
    ]);
    await service.turn();
    await beginRun(app, { rules: 'later', ...later.inForce }, NOON);
    // Listed while the stay lasted, as lists that are years old may say.
    const area = { level: 'high', region: '330602001', from: '2022-03-20T00:00:00+08:00' };
    await importerOf(service.database, { hour: 12 }).take([area], NONE);
    await assert.rejects(findConcerned(app, earlier, NOON), SupersededRules);
    assert.equal((await pendingChanges(app, NOON)).length, 1);
    assert.equal(await findConcerned(app, later, NOON), 1);
  });

  test('chooses when they decide only tomorrow, and a clock that ran ahead had begun with them', async () => {
    await setTurns(app, EVERY_BUCKET, { from: Date.now() + DAY_MS, number: 3 });
    await importerOf(service.database, { hour: 12 }).take([list(12, '府山街道')], NONE);
    await findConcerned(app, later, NOON);
    assert.deepEqual(await pendingChanges(app, NOON), []);
  });

  test('does not choose by rules that do not decide by the clock of the database', async () => {
    await importerOf(service.database, { hour: 13 }).take([list(13, '府山街道', '塔山小区')], NONE);
    const at = hour(14);
    for (const wrong of [{ from: Date.now() + 90_000 }, { from: -NEVER, until: Date.now() - 90_000 }])
      await assert.rejects(
        findConcerned(app, { ...earlier, inForce: { number: 4, ...wrong } }, at),
        WrongClock,
      );
    assert.ok((await pendingChanges(app, at)).length > 0);
  });
});
