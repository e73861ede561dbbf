import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '../../domain/people/document.ts';
import { numbersApart, numbersInARow } from '../../test/resident-numbers.ts';
import { BARRED_MS, createNumberWatch, type NumberWatch, type Verdict } from './number-watch.ts';

const SECOND_MS = 1_000;
const actor = (name: string) => ({ actor: name, peoplePerMinute: 120 });
const GATE = actor('gate');
const documents = (numbers: readonly string[]): Document[] =>
  numbers.map((number) => ({ type: 'resident-id', number }));
const APART = documents(numbersApart(20_000));
const IN_A_ROW = documents(numbersInARow(200));

/** Somebody asks about one document after another; gives the first verdict that bars, and its place from 1. */
function run(
  watch: NumberWatch,
  asked: readonly Document[],
  { everyMs, isMissed, from = 0 }: { everyMs: number; isMissed: (i: number) => boolean; from?: number },
): { readonly place: number; readonly verdict: Verdict } | undefined {
  for (const [i, document] of asked.entries()) {
    const now = from + i * everyMs;
    const verdicts = [watch.asks(GATE, document, now)];
    if (isMissed(i)) verdicts.push(watch.misses(GATE, document, now));
    const verdict = verdicts.find(({ waitSeconds }) => waitSeconds > 0);
    if (verdict) return { place: i + 1, verdict };
  }
  return undefined;
}

describe('who tries numbers out', () => {
  test('is not a busy gate: sixty people a minute, all day, of whom two in a hundred are not known', () => {
    const options = { everyMs: SECOND_MS, isMissed: (i: number) => i % 50 === 0 };
    assert.equal(run(createNumberWatch(), APART, options), undefined);
  });

  test('is not a gate at which a card is read again and again', () => {
    const [one] = APART as [Document];
    const options = { everyMs: 10, isMissed: () => true };
    assert.equal(run(createNumberWatch(), Array<Document>(5_000).fill(one), options), undefined);
  });

  test('is not a gate that a family, twins among them, goes through', () => {
    const family = [...IN_A_ROW.slice(0, 2), ...APART.slice(0, 4)];
    assert.equal(run(createNumberWatch(), family, { everyMs: SECOND_MS, isMissed: () => true }), undefined);
  });

  test('asks about numbers that nobody has: at the twenty-first within a minute, and at few more within an hour', () => {
    const fast = run(createNumberWatch(), APART, { everyMs: SECOND_MS, isMissed: () => true });
    assert.equal(fast?.place, 21);
    assert.deepEqual(fast?.verdict.alarm, {
      actor: 'gate',
      kind: 'unknown-numbers',
      at: 20 * SECOND_MS,
      count: 21,
    });
    const slow = run(createNumberWatch(), APART, { everyMs: 10 * SECOND_MS, isMissed: () => true });
    assert.equal(slow?.place, 121);
  });

  test('asks about one number after another, however slowly, and whether they are known or not', () => {
    const missed = run(createNumberWatch(), IN_A_ROW, { everyMs: 60 * SECOND_MS, isMissed: () => true });
    assert.equal(missed?.place, 7);
    assert.equal(missed?.verdict.alarm?.kind, 'neighbouring-numbers');
    const known = run(createNumberWatch(), IN_A_ROW, { everyMs: 60 * SECOND_MS, isMissed: () => false });
    assert.equal(known?.place, 21);
    assert.equal(known?.verdict.alarm?.kind, 'neighbouring-numbers');
  });

  test('cannot hide a run of numbers among others', () => {
    const hidden = IN_A_ROW.slice(0, 30).flatMap((one, i) => [one, ...APART.slice(3 * i, 3 * i + 3)]);
    const options = { everyMs: 20 * SECOND_MS, isMissed: (i: number) => i % 4 === 0 };
    assert.equal(run(createNumberWatch(), hidden, options)?.verdict.alarm?.kind, 'neighbouring-numbers');
  });

  test('asks about more numbers than people go through a door', () => {
    const found = run(createNumberWatch(), APART, { everyMs: 100, isMissed: () => false });
    assert.deepEqual([found?.place, found?.verdict.alarm?.kind], [121, 'many-numbers']);
  });

  test('is no station with fifty doors, where sixty people a second pass', () => {
    const watch = createNumberWatch();
    const station = { actor: 'station', peoplePerMinute: 5_000 };
    for (const [i, one] of APART.entries()) {
      const now = i * 15;
      assert.equal(watch.asks(station, one, now).waitSeconds, 0);
      if (i % 50 === 0) assert.equal(watch.misses(station, one, now).waitSeconds, 0);
    }
    const row = IN_A_ROW.map((one) => watch.misses(station, one, 400 * SECOND_MS));
    assert.equal(row.find(({ alarm }) => alarm)?.alarm?.kind, 'neighbouring-numbers');
  });

  test('is barred for a quarter of an hour, with one alarm, and then begins anew', () => {
    const watch = createNumberWatch();
    const options = { everyMs: SECOND_MS, isMissed: () => true };
    const first = run(watch, APART, options)!;
    assert.equal(first.verdict.waitSeconds, BARRED_MS / SECOND_MS);
    const at = 20 * SECOND_MS;
    const still = watch.asks(GATE, APART[500]!, at + BARRED_MS - SECOND_MS);
    assert.deepEqual(still, { waitSeconds: 1 });
    assert.deepEqual(watch.asks(actor('another gate'), APART[500]!, at + SECOND_MS), { waitSeconds: 0 });
    const again = run(watch, APART.slice(600), { ...options, from: at + BARRED_MS });
    assert.equal(again?.place, 21);
    assert.ok(again?.verdict.alarm);
  });

  test('is remembered among so many actors, those who asked last', () => {
    const watch = createNumberWatch(100);
    const misses = (name: string, from: number, to: number) =>
      APART.slice(from, to)
        .map((one) => watch.misses(actor(name), one, 0).waitSeconds)
        .at(-1)!;
    const crowd = (count: number) => {
      for (let i = 0; i < count; i++) watch.asks(actor(`other ${i}`), APART[0]!, 0);
    };
    misses('old', 0, 20);
    crowd(99);
    assert.ok(misses('old', 20, 21) > 0, 'among the hundred who asked last');
    misses('older', 0, 20);
    crowd(100);
    assert.equal(misses('older', 20, 21), 0);
  });

  test('stays barred, however many others ask meanwhile', () => {
    const watch = createNumberWatch(100);
    for (const one of APART.slice(0, 21)) watch.misses(actor('old'), one, 0);
    for (let i = 0; i < 1_000; i++) watch.asks(actor(`other ${i}`), APART[0]!, 0);
    assert.ok(watch.asks(actor('old'), APART[30]!, 1).waitSeconds > 0);
  });
});
