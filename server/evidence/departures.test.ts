import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Departure, departures } from './departures.ts';
import type { VersionRow } from './store.ts';

const versionSeed = fc.record({ version: fc.nat(9), person: fc.nat(3), recordedAt: fc.nat(9) });

interface Known {
  readonly personId: string;
  readonly version: number;
  readonly recordedAt: number;
}

/** Whether somebody holds a record at an instant, by the rows that are kept about that person alone. */
function holds(stated: readonly Known[], left: readonly Departure[], personId: string, at: number): boolean {
  const highest = (rows: readonly Known[]) =>
    Math.max(
      -1,
      ...rows
        .filter((row) => row.personId === personId && row.recordedAt <= at)
        .map(({ version }) => version),
    );
  return highest(stated) > highest(left);
}

test('at every instant one person holds a record: whom the highest version that was known then names', () => {
  const property = fc.property(
    fc.uniqueArray(versionSeed, { minLength: 1, maxLength: 8, selector: ({ version }) => version }),
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 8, maxLength: 8 }),
    (seeds, sizes) => {
      const stated = seeds.map(
        ({ version, person, recordedAt }): VersionRow => ({
          ...{ recordId: 'R', source: 'health', digest: Buffer.of() },
          ...{ version, personId: `P${person}`, recordedAt },
        }),
      );
      const left: Departure[] = [];
      const known = new Map<number, VersionRow>();
      for (let start = 0, part = 0; start < stated.length; start += sizes[part++]!) {
        const fresh = stated.slice(start, start + sizes[part]!);
        for (const row of fresh) known.set(row.version, row);
        left.push(...departures(known, (version) => fresh.some((row) => row.version === version)));
      }
      for (let at = 0; at < 10; at++) {
        const then = stated
          .filter(({ recordedAt }) => recordedAt <= at)
          .sort((a, b) => b.version - a.version);
        for (const person of ['P0', 'P1', 'P2', 'P3'])
          assert.equal(holds(stated, left, person, at), then[0]?.personId === person, `${person} at ${at}`);
      }
    },
  );
  fc.assert(property, { seed: 2021, numRuns: 5_000 });
});

test('a record that goes from hand to hand a thousand times leaves each of them once', () => {
  const versions = Array.from({ length: 1_000 }, (_, version): VersionRow => {
    const person = { personId: `P${version}`, digest: Buffer.of() };
    return { recordId: 'R', source: 'health', version, recordedAt: version, ...person };
  });
  assert.equal(departures(new Map(versions.map((row) => [row.version, row])), () => true).length, 999);
});
