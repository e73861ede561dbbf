import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CallError } from '../../../api/call.ts';
import type { ProblemCode } from '../../../api/problem.ts';
import { pauseAfterMs } from './phone-service.ts';

const refused = (status: number, code: ProblemCode, retryAfter: string | null) =>
  new CallError(
    status,
    { type: `urn:healthcode:problem:${code}`, title: code, status, code, instance: 'urn:uuid:0' },
    retryAfter,
  );

describe('the pause before a phone fetches its passes again', () => {
  test('is what the service asks for, and by chance more, so that a crowd comes back spread out', () => {
    for (const error of [refused(503, 'overloaded', '20'), refused(429, 'rate-limited', '20')]) {
      const pauses = Array.from({ length: 100 }, (_, i) => pauseAfterMs(error, 3, i / 100));
      assert.ok(Math.min(...pauses) >= 20_000);
      assert.equal(new Set(pauses).size, 100);
      assert.ok(Math.max(...pauses) - Math.min(...pauses) > 7_000);
    }
  });

  test('grows while the service is away, up to ten minutes, and differs from phone to phone', () => {
    const longest = [0, 1, 2, 20].map((failures) => pauseAfterMs(new TypeError(), failures, 1));
    assert.deepEqual(longest, [2_000, 4_000, 8_000, 600_000]);
    assert.equal(pauseAfterMs(new TypeError(), 2, 0), 4_000);
  });

  test('is long where the same would be refused again, and has no end where somebody has to sign in', () => {
    assert.equal(pauseAfterMs(refused(400, 'invalid', null), 0, 0), 600_000);
    assert.equal(pauseAfterMs(refused(401, 'unauthenticated', null), 0, 0), Number.POSITIVE_INFINITY);
  });
});
