import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAdmission } from './admission.ts';
import { IMPORTANCES, type Importance } from './importance.ts';
import { createTurns, LOOK_MS } from './turns.ts';

type Mix = Partial<Record<Importance, number>>;
/** From its coming to its answer, as whoever asks sees it, of each that was let in. */
type Seen = Record<Importance, { offered: number; admittedMs: number[]; refusedMs: number[] }>;

/** What a core spends, in ms: as much as was measured of the service. */
const REFUSAL_MS = 0.022;
const BEGIN_MS = 0.08;
const END_MS = 0.12;
const DATABASE_MS = 5;
/** Of those that are answered without waiting for the database. */
const AT_ONCE: readonly Importance[] = ['overview', 'help'];
/** So long is left out, in which a crowd has just come. */
const FIRST_MS = 2_000;

interface Asked {
  readonly name: Importance;
  readonly cameMs: number;
  readMs: number;
  dueMs: number;
}

/**
 * An event loop on one core in simulated time: in a turn it reads everything that has come before it began, and finishes what the
 * database has answered. `perSecond` come evenly, each on a connection of its own.
 */
function simulate(perSecond: Mix, seconds: number): Seen {
  const admission = createAdmission(256);
  const turns = createTurns(0);
  const seen = Object.fromEntries(
    IMPORTANCES.map((name) => [name, { offered: 0, admittedMs: [], refusedMs: [] }]),
  ) as unknown as Seen;
  const coming = comeEvenly(perSecond, seconds);
  let [nowMs, lookMs, next] = [0, LOOK_MS, 0];
  let atDatabase: Asked[] = [];
  const note = (asked: Asked, which: 'admittedMs' | 'refusedMs') => {
    if (asked.cameMs >= FIRST_MS) seen[asked.name][which].push(nowMs - asked.cameMs);
  };
  const finish = (asked: Asked) => {
    nowMs += END_MS;
    admission.leave(asked.name);
    admission.answered(nowMs - asked.readMs, nowMs);
    note(asked, 'admittedMs');
  };
  const read = (asked: Asked) => {
    asked.readMs = nowMs;
    if (asked.cameMs >= FIRST_MS) seen[asked.name].offered++;
    if (!admission.take(asked.name, nowMs, '', turns.lateMs(nowMs))) {
      nowMs += REFUSAL_MS;
      return note(asked, 'refusedMs');
    }
    nowMs += BEGIN_MS;
    if (AT_ONCE.includes(asked.name)) finish(asked);
    else atDatabase.push(asked);
  };
  while (nowMs < seconds * 1_000) {
    if (nowMs >= lookMs) {
      turns.over(nowMs);
      lookMs = nowMs + LOOK_MS;
    }
    const beganMs = nowMs;
    const answered = atDatabase.filter(({ dueMs }) => dueMs <= beganMs);
    atDatabase = atDatabase.filter(({ dueMs }) => dueMs > beganMs);
    for (const asked of answered) finish(asked);
    while (next < coming.length && coming[next]!.cameMs <= beganMs) read(coming[next++]!);
    for (const asked of atDatabase) asked.dueMs = Math.min(asked.dueMs, nowMs + DATABASE_MS);
    if (nowMs === beganMs) nowMs += 0.1;
  }
  return seen;
}

function comeEvenly(perSecond: Mix, seconds: number): readonly Asked[] {
  const all = Object.entries(perSecond).flatMap(([name, rate]) =>
    Array.from({ length: rate * seconds }, (_, i) => {
      return { name: name as Importance, cameMs: (i * 1_000) / rate, readMs: 0, dueMs: Infinity };
    }),
  );
  return all.sort((a, b) => a.cameMs - b.cameMs);
}

function within(times: number[], share: number): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
}

const shareOf = ({ offered, admittedMs }: Seen[Importance]) => admittedMs.length / offered;
/** How often a second a core can begin and end. */
const CAPACITY = 1_000 / (BEGIN_MS + END_MS);
const RUSH = { overview: 0.22, history: 0.2, help: 0.01, deferrable: 0.2, showing: 0.34, checking: 0.03 };

describe('a full processor, in simulated time', () => {
  for (const factor of [2, 4, 7])
    test(`at ${factor} times what it manages lets in what matters most, in good time as whoever asks sees it`, () => {
      const mix = Object.entries(RUSH).map(([name, share]) => [name, Math.round(share * CAPACITY * factor)]);
      const seen = simulate(Object.fromEntries(mix), 6);
      const shares = IMPORTANCES.map((name) => shareOf(seen[name]));
      for (let i = 1; i < shares.length; i++)
        assert.ok(shares[i]! >= shares[i - 1]! - 0.03, shares.join(' '));
      assert.ok(shares.at(-1)! > 0.8, shares.join(' '));
      const all = IMPORTANCES.flatMap((name) => seen[name].admittedMs);
      assert.ok(within(all, 0.99) < 1_000, `${within(all, 0.99)} ms`);
      const refused = IMPORTANCES.flatMap((name) => seen[name].refusedMs);
      assert.ok(within(refused, 0.99) < 250, `${within(refused, 0.99)} ms`);
    });

  test('keeps doors open where a crowd asks for what holds no place', () => {
    const seen = simulate({ overview: CAPACITY * 5, checking: CAPACITY / 20 }, 6);
    assert.ok(shareOf(seen.checking) > 0.85, String(shareOf(seen.checking)));
    assert.ok(within(seen.checking.admittedMs, 0.99) < 1_000, `${within(seen.checking.admittedMs, 0.99)} ms`);
    assert.ok(shareOf(seen.overview) < 0.2);
  });

  test('turns nobody away while it is not full', () => {
    const seen = simulate({ overview: 1_000, history: 500, showing: 1_500, checking: 500 }, 4);
    for (const name of ['overview', 'history', 'showing', 'checking'] as const)
      assert.deepEqual([seen[name].refusedMs.length, shareOf(seen[name]) > 0.98], [0, true], name);
  });
});
