import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Problem } from '../platform/http/problem.ts';
import { createUsedProofs } from './used-proofs.ts';

const proof = (id: string, expiresAt: number) => ({ id, expiresAt, thumbprint: 't' });

describe('used proofs', () => {
  test('are known until they have expired', () => {
    const used = createUsedProofs();
    used.add(proof('a', 60_000), 0);
    used.add(proof('b', 60_000), 59_000);
    assert.deepEqual([used.has(proof('a', 0)), used.has(proof('c', 0))], [true, false]);
    used.add(proof('c', 130_000), 70_000);
    assert.deepEqual([used.has(proof('a', 0)), used.has(proof('c', 0))], [false, true]);
  });

  test('are never forgotten early: where there is no room the next one is refused', () => {
    const used = createUsedProofs(2);
    used.add(proof('a', 60_000), 0);
    used.add(proof('b', 120_000), 0);
    assert.throws(
      () => used.add(proof('c', 60_000), 1),
      (error) => error instanceof Problem && error.code === 'overloaded',
    );
    assert.equal(used.has(proof('a', 0)), true);
    used.add(proof('c', 130_000), 60_001);
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => used.has(proof(id, 0))),
      [false, true, true],
    );
  });
});
