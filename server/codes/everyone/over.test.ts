import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KINDS } from '../../../domain/evidence/fact.ts';
import { factOf } from '../../../domain/evidence/kinds.ts';
import { DAY_MS, parseInstant } from '../../../domain/time.ts';
import { writeFacts } from './facts-row.ts';
import { isOver, lastAtOf, overBefore } from './over.ts';
import { viewOf } from './sealed-facts.ts';

const END = parseInstant('2021-01-10T10:00:00+08:00');
const FACTS = [
  factOf('overseas', { country: 'SG', enteredAt: END }, 'customs', 'E-1'),
  factOf('stay', { region: '330102', place: undefined, from: END - DAY_MS, to: END }, 'telecom', 'S-1'),
  factOf('symptom', { from: END - DAY_MS, to: END }, 'health', 'F-1'),
];

test('whoever the database passes over has nothing that matters, however far the rules reach for each kind', () => {
  let passed = 0;
  fc.assert(
    fc.property(
      fc.subarray(FACTS, { minLength: 1 }),
      fc.array(fc.nat(40), { minLength: KINDS.length, maxLength: KINDS.length }),
      fc.nat(60),
      (facts, reachDays, days) => {
        const row = writeFacts(facts)!;
        const reachMs = reachDays.map((reach) => reach * DAY_MS);
        const at = END + days * DAY_MS;
        if (lastAtOf(row) > overBefore(reachMs, at)) return;
        passed++;
        assert.ok(isOver(viewOf(row), 0, at, reachMs));
      },
    ),
    { numRuns: 2_000, seed: 2021 },
  );
  assert.ok(passed > 100, `${passed}`);
});
