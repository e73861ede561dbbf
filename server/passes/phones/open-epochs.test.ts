import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { parseInstant } from '../../../domain/time.ts';
import { openEpochs, printEpoch } from './open-epochs.ts';

const NOON = parseInstant('2021-01-20T12:00:00+08:00');

test('phones are told the epochs that the province has set', () => {
  const told = (changed = {}) => {
    const parameters = { ...USUAL_PARAMETERS, ...changed };
    return openEpochs(NOON, parameters).map((epoch) => {
      const { startsAt, endsAt } = printEpoch(epoch, parameters);
      return `${startsAt.slice(8, 16)} ${endsAt.slice(8, 16)}`;
    });
  };
  assert.deepEqual(told(), [
    '20T09:00 20T15:00',
    '20T15:00 20T21:00',
    '20T21:00 21T03:00',
    '21T03:00 21T09:00',
    '21T09:00 21T15:00',
  ]);
  assert.deepEqual(told({ epochSeconds: 3_600, epochOffsetSeconds: 1_800, epochsAhead: 1 }), [
    '20T11:30 20T12:30',
    '20T12:30 20T13:30',
  ]);
  assert.equal(told({ epochsAhead: 100 }).length, 5, 'as many as one request holds');
});
