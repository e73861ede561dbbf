import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseInstant, printInstant } from '../../domain/time.ts';
import { endOfEpoch, epochAt, startOfEpoch } from './epochs.ts';
import { USUAL_PARAMETERS } from './parameters.ts';

describe('epochs', () => {
  test('begin in China at 3, 9, 15 and 21 o’clock', () => {
    const first = epochAt(parseInstant('2021-03-01T03:00:00+08:00'), USUAL_PARAMETERS);
    const starts = [0, 1, 2, 3, 4].map((i) => printInstant(startOfEpoch(first + i, USUAL_PARAMETERS)));
    assert.deepEqual(
      starts.map((text) => text.slice(8, 16)),
      ['01T03:00', '01T09:00', '01T15:00', '01T21:00', '02T03:00'],
    );
  });

  test('leave no instant out, and meet without overlapping', () => {
    const lengths = fc.record({
      epochSeconds: fc.integer({ min: 1, max: 1e6 }),
      epochOffsetSeconds: fc.nat(1e5),
    });
    fc.assert(
      fc.property(fc.nat(4e12), lengths, (instant, epochs) => {
        const epoch = epochAt(instant, epochs);
        assert.ok(startOfEpoch(epoch, epochs) <= instant && instant < endOfEpoch(epoch, epochs));
        assert.equal(epochAt(startOfEpoch(epoch, epochs), epochs), epoch);
        assert.equal(epochAt(endOfEpoch(epoch, epochs), epochs), epoch + 1);
      }),
    );
  });
});
