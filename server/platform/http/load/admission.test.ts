import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Admission, createAdmission } from './admission.ts';
import { IMPORTANCES, type Importance } from './importance.ts';

/** What came of each kind of request. */
type Counted = Record<Importance, { offered: number; admitted: number; longestMs: number }>;

/**
 * A service behind something that does so many things a second, one after the other, under a load that comes evenly: in
 * simulated time. `mix` says how often a second each kind comes.
 */
function simulate(
  admission: Admission,
  capacity: number,
  mix: Partial<Record<Importance, number>>,
  seconds: number,
  fromMs = 0,
): Counted {
  const counted = Object.fromEntries(
    [...IMPORTANCES, 'vital'].map((name) => [name, { offered: 0, admitted: 0, longestMs: 0 }]),
  ) as Counted;
  const queue: { readonly name: Importance; readonly cameMs: number; readonly doneMs: number }[] = [];
  const owed = new Map<Importance, number>();
  let freeAtMs = fromMs;
  for (let nowMs = fromMs; nowMs < fromMs + seconds * 1_000; nowMs++) {
    while (queue[0] && queue[0].doneMs <= nowMs) {
      const { name, cameMs } = queue.shift()!;
      admission.leave(name);
      admission.answered(nowMs - cameMs, nowMs);
      counted[name].longestMs = Math.max(counted[name].longestMs, nowMs - cameMs);
    }
    for (const [name, perSecond] of Object.entries(mix) as [Importance, number][]) {
      let due = (owed.get(name) ?? 0) + perSecond / 1_000;
      for (; due >= 1; due--) {
        counted[name].offered++;
        if (!admission.take(name, nowMs)) continue;
        counted[name].admitted++;
        freeAtMs = Math.max(freeAtMs, nowMs) + 1_000 / capacity;
        queue.push({ name, cameMs: nowMs, doneMs: freeAtMs });
      }
      owed.set(name, due);
    }
  }
  for (const { name } of queue) admission.leave(name);
  return counted;
}

const shareOf = ({ admitted, offered }: Counted[Importance]) => admitted / offered;
/** In the order in which they are turned away. */
const EACH = { overview: 1, history: 1, help: 1, deferrable: 1, showing: 1, checking: 1 };

function mixOf(perSecond: number): Partial<Record<Importance, number>> {
  return Object.fromEntries(Object.keys(EACH).map((name) => [name, perSecond / 6]));
}

describe('who is let in', () => {
  test('everybody, while there is less to do than can be done', () => {
    const counted = simulate(createAdmission(256), 1_000, mixOf(800), 10);
    for (const name of IMPORTANCES) assert.equal(shareOf(counted[name]), 1, name);
  });

  test('at ten times what can be done nobody waits for long, and what can be done is done', () => {
    for (const capacity of [100, 200, 1_000, 4_000]) {
      const admission = createAdmission(256);
      // Those who come before anybody was late are let in as a crowd that comes once, and wait as long as that takes.
      const first = simulate(admission, capacity, { showing: capacity * 10 }, 5).showing;
      assert.ok(first.longestMs <= Math.max(700, 128_000 / capacity), `${first.longestMs} ms`);
      const counted = simulate(admission, capacity, { showing: capacity * 10 }, 20, 5_000);
      const { admitted, longestMs } = counted.showing;
      assert.ok(admitted > 0.95 * capacity * 20, `${admitted} of ${capacity * 20}`);
      assert.ok(longestMs < 700, `${capacity}: one waited for ${longestMs} ms`);
    }
  });

  test('what matters least is turned away first, at any load', () => {
    for (const factor of [1.2, 2, 3, 5, 10]) {
      const admission = createAdmission(256);
      simulate(admission, 1_000, mixOf(500), 2);
      const counted = simulate(admission, 1_000, mixOf(factor * 1_000), 10, 2_000);
      const shares = IMPORTANCES.map((name) => shareOf(counted[name]));
      for (let i = 1; i < shares.length; i++)
        assert.ok(shares[i]! >= shares[i - 1]! - 0.01, `${factor}: ${shares.join(' ')}`);
      assert.ok(shares[0]! < 0.9, `${factor}: ${shares.join(' ')}`);
    }
  });

  test('each kind is wholly shed before the next one suffers much', () => {
    // Ever more is asked of the four kinds that can wait, while showing and checking stay within what can be done.
    const admission = createAdmission(256);
    const counted = simulate(
      admission,
      1_000,
      { overview: 3_000, history: 2_000, help: 1_000, deferrable: 3_000, showing: 500, checking: 300 },
      20,
    );
    assert.ok(shareOf(counted.checking) > 0.99 && shareOf(counted.showing) > 0.99);
    assert.ok(shareOf(counted.deferrable) > 0.01);
    for (const name of ['overview', 'history', 'help'] as const) assert.ok(shareOf(counted[name]) < 0.01);
  });

  test('doors are answered while everything else comes ten times too often', () => {
    const counted = simulate(createAdmission(256), 1_000, { showing: 9_700, checking: 300 }, 20);
    assert.ok(shareOf(counted.checking) > 0.99, String(shareOf(counted.checking)));
    assert.ok(shareOf(counted.showing) < 0.1);
  });

  test('doors from the first second of a rush on', () => {
    for (const capacity of [100, 250, 1_000]) {
      const mix = { overview: capacity * 6, showing: capacity * 3, checking: capacity * 0.3 };
      const { checking } = simulate(createAdmission(256), capacity, mix, 1);
      assert.ok(shareOf(checking) > 0.8, `${capacity}: ${shareOf(checking)}`);
    }
  });

  test('everybody again as soon as it is over', () => {
    const admission = createAdmission(256);
    simulate(admission, 200, mixOf(2_000), 20);
    const counted = simulate(admission, 1_000, mixOf(800), 5, 21_000);
    for (const name of IMPORTANCES) assert.equal(shareOf(counted[name]), 1, name);
  });

  const taken = (admission: Admission, name: Importance, count: number, nowMs: number) => {
    const places = Array.from({ length: count }, () => admission.take(name, nowMs)).filter(Boolean);
    for (const _ of places) admission.leave(name);
    return places.length;
  };

  const crowdOf = (name: Importance) => (name === 'showing' || name === 'checking' ? 100 : 50);

  test('a hundred who come at once to show or check, and half as many who ask anything else, when nobody had to wait before', () => {
    for (const name of IMPORTANCES)
      assert.equal(taken(createAdmission(256), name, crowdOf(name), 0), crowdOf(name), name);
  });

  test('a hundred at once again when an overload has been over for a while', () => {
    const admission = createAdmission(256);
    simulate(admission, 200, mixOf(2_000), 20);
    simulate(admission, 1_000, mixOf(20), 60, 21_000);
    for (const [i, name] of IMPORTANCES.entries())
      assert.equal(taken(admission, name, crowdOf(name), 82_000 + i * 1_000), crowdOf(name), name);
  });

  test('as many as before when what takes long by itself is asked for, a few at a time', () => {
    const admission = createAdmission(256);
    for (let nowMs = 0; nowMs < 60_000; nowMs += 250) {
      assert.ok(admission.take('deferrable', nowMs));
      admission.leave('deferrable');
      admission.answered(600, nowMs);
    }
    assert.equal(taken(admission, 'showing', 100, 60_000), 100);
  });

  test('what watches over the service has places of its own, of which there is an end', () => {
    const admission = createAdmission(256);
    for (let i = 0; i < 300; i++) admission.take('checking', 0);
    const taken = Array.from({ length: 40 }, () => admission.take('vital', 0)).filter(Boolean);
    assert.equal(taken.length, 16);
    for (const _ of taken) admission.leave('vital');
    assert.ok(admission.take('vital', 0));
  });
});

describe('when whoever was turned away may come again', () => {
  test('is later the more come, and another time for each', () => {
    const calm = createAdmission(256);
    assert.deepEqual([0, 0.49, 0.5, 0.99].map(calm.comeAgainAfter), [1, 1, 2, 2]);
    const pressed = createAdmission(256);
    simulate(pressed, 1_000, { showing: 10_000 }, 10);
    const seconds = new Set(Array.from({ length: 100 }, (_, i) => pressed.comeAgainAfter(i / 100)));
    assert.ok(
      seconds.size >= 10 && Math.max(...seconds) >= 10 && Math.max(...seconds) <= 30,
      [...seconds].join(),
    );
    assert.equal(Math.min(...seconds), 1);
  });
});
