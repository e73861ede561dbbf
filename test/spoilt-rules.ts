import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeFault } from '../domain/fault.ts';
import { checkPackage } from '../domain/rules/check.ts';
import { defaultPackage } from './default-rules.ts';

/** A package that may be changed anywhere; what stands where is for the test to know. */
export type Loose = ReturnType<typeof JSON.parse>;

/** One way to spoil the default package, and a fault that it then has. */
export type Row = readonly [why: string, spoil: (rules: Loose) => void, fault: string | RegExp];

/** Everything that is wrong with the default package after a change. */
export function faultsAfter(spoil: (rules: Loose) => void): string[] {
  const rules: Loose = defaultPackage();
  spoil(rules);
  const { faults, rules: sound } = checkPackage(rules);
  assert.equal(faults === undefined, sound !== undefined);
  return (faults ?? []).map(describeFault);
}

/** The ground of a clause that holds on a kind of condition. */
export function ground(rules: Loose, clause: string, kind: string): Loose {
  const found = rules.grounds.find((item: Loose) => item.clause === clause && item.when.kind === kind);
  assert.ok(found);
  return found;
}

/** A value in so many lists within each other. */
export function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** A suite with a test for each row. */
export function refuses(title: string, rows: readonly Row[]): void {
  describe(`${title} refuses`, () => {
    for (const [why, spoil, expected] of rows) {
      test(why, () => {
        const faults = faultsAfter(spoil);
        const found = faults.some((text) =>
          typeof expected === 'string' ? text === expected : expected.test(text),
        );
        assert.ok(found, faults.slice(0, 5).join('\n'));
      });
    }
  });
}
