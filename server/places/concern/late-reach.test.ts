import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { hour, importerOf, list, NONE } from '../../../test/imported-areas.ts';
import { FIRST_RULES, NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { SupersededRules } from '../../codes/buckets/newest-rules.ts';
import { beginRun } from '../../codes/everyone/begin-with-everyone.ts';
import { areaReach } from './area-reach.ts';
import { findConcerned } from './find-concerned.ts';
import { pendingChanges } from './store.ts';

const earlier = { ...areaReach([defaultRules().compiled]), inForce: FIRST_RULES };
const NOON = hour(12);
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
    const tomorrow = { from: NOON + DAY_MS, number: 3 };
    await beginRun(app, { rules: 'tomorrow', ...tomorrow }, NOON);
    await importerOf(service.database, { hour: 12 }).take([list(12, '府山街道')], NONE);
    await findConcerned(app, later, NOON);
    assert.deepEqual(await pendingChanges(app, NOON), []);
  });
});
