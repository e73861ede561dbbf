import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Rule } from '../rules/compile.ts';
import { NEVER } from '../time.ts';
import type { Piece } from './pieces.ts';
import { holdsAt, nextChange, withoutCovered } from './run.ts';

// Only their identity counts here.
const RULES = [{ clause: 'R6' }, { clause: 'R6' }] as unknown as readonly Rule[];
const FACT = {} as Piece['fact'];

const piece: fc.Arbitrary<Piece> = fc
  .tuple(fc.nat(9), fc.integer({ min: 1, max: 9 }), fc.nat(4), fc.nat(1), fc.boolean())
  .map(([since, length, open, rule, counted]) => ({
    rule: RULES[rule]!,
    fact: FACT,
    since,
    until: open === 0 ? NEVER : since + length,
    counted,
  }));

describe('pieces that another one covers', () => {
  test('never change what a run amounts to, nor when that changes', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), fc.nat(20), (run, at) => {
        const fewer = withoutCovered(run);
        assert.equal(nextChange(fewer, at), nextChange(run, at));
        const spans = (pieces: readonly Piece[]) =>
          holdsAt(pieces, at).map(({ counted, since, until }) => [counted, since, until]);
        assert.deepEqual(spans(fewer).sort(), spans(run).sort());
      }),
      { numRuns: 3_000 },
    );
  });

  test('are left out', () => {
    const whole = { rule: RULES[0]!, fact: FACT, since: 0, until: NEVER, counted: true };
    assert.deepEqual(withoutCovered([{ ...whole, since: 3 }, whole, { ...whole, until: 5 }]), [whole]);
  });
});
