import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { busyMs } from '../../test/durations.ts';
import { worldsOf } from '../../test/oracle/generate.ts';
import { ours } from '../../test/oracle/ours.ts';
import { MANY } from './many-records.ts';

const OLD = '1950-01-01T00:00:00Z';
const END = '1950-01-02T00:00:00Z';

/** Each person of a world has many tests and releases more, of long before, that change nothing. */
function withManyRecords(lines: readonly string[]): string[] {
  const persons = new Map(lines.map((line) => [JSON.stringify(JSON.parse(line).person), line]));
  const added = [...persons].flatMap(([person], index) =>
    Array.from({ length: 2 * MANY }, (_, i) =>
      JSON.stringify({
        source: 'laboratory',
        id: `old-${index}-${i}`,
        version: 1,
        recordedAt: OLD,
        person: JSON.parse(person),
        ...(i % 2
          ? { kind: 'nat', data: { sampledAt: OLD, reportedAt: OLD, result: 'negative' } }
          : {
              kind: 'isolation',
              data: { form: 'home', from: OLD, until: END, endedAt: END, release: 'D-1' },
            }),
      }),
    ),
  );
  return [...lines, ...added];
}

describe('a person with many records', () => {
  test('has the colour, grounds and measures that the few that matter give', () => {
    for (const { lines, options } of worldsOf(64, 600))
      assert.deepEqual(ours(withManyRecords(lines), options), ours(lines, options), lines.join('\n'));
  });

  test('is assessed in a moment, whatever the records are', () => {
    const count = 20_000;
    const time = (i: number) => new Date(Date.UTC(2021, 0, 1) + i * 1_000).toISOString();
    const many = (kind: (i: number) => string, data: (i: number) => object) =>
      Array.from({ length: count }, (_, i) =>
        JSON.stringify({
          source: 'health',
          id: String(i),
          version: 1,
          recordedAt: '2021-01-01T00:00:00Z',
          person: { document: { type: 'passport', issuer: 'UTO', number: 'A1' } },
          kind: kind(i),
          data: data(i),
        }),
      );
    const files = [
      many(
        () => 'nat',
        (i) => ({ sampledAt: time(i), reportedAt: time(i), result: i % 2 ? 'positive' : 'negative' }),
      ),
      many(
        () => 'symptom',
        (i) => ({ fever: true, from: time(i), ...(i === count - 1 && { to: time(i) }) }),
      ),
      many(
        (i) => (i % 2 ? 'isolation' : 'contact'),
        (i) =>
          i % 2
            ? {
                form: 'home',
                from: time(i),
                until: time(i + 172_800),
                endedAt: time(i + 86_400),
                release: 'D',
              }
            : { level: 'close', lastExposure: time(i) },
      ),
      many(
        () => 'isolation',
        (i) => ({ form: 'home', from: time(i), until: time(i + 864_000) }),
      ),
    ];
    for (const lines of files) {
      const milliseconds = busyMs(() => ours(lines, { at: '2021-01-02T00:00:00Z' }));
      assert.ok(milliseconds < 5_000, `${milliseconds} ms`);
    }
  });
});
