import assert from 'node:assert/strict';
import { KINDS, type OfKind, sumOf, together, within } from '../../../bench/overload/counts.ts';
import type { Outcome } from './run-overload.ts';

/** How much is left to the machine: whether it has nothing else to do, or runs other tests on the same cores. */
export type Machine = 'own' | 'busy';

const LIMITS = {
  own: {
    admittedMs: 1_000,
    refusedMs: 250,
    checking: 0.95,
    throughput: 0.6,
    liveMs: 1_000,
    normalSeconds: 10,
  },
  busy: {
    admittedMs: 5_000,
    refusedMs: 2_000,
    checking: 0.5,
    throughput: 0.15,
    liveMs: 5_000,
    normalSeconds: 6,
  },
} as const;
const MOST_MEGABYTES = 160;
/** Two kinds of which hardly anything is let in may come in either order. */
const SLACK = 0.03;

/** Throws when an overload was not borne as it should be. */
export function mustHold(outcome: Outcome, machine: Machine): void {
  const limits = LIMITS[machine];
  const { capacity, during, seconds, megabytes, watched, secondsUntilNormal, evidence } = outcome;
  for (const counts of [outcome.before, during, outcome.after]) {
    assert.deepEqual(counts.wrong, [], 'each is answered, or told to come again by a reply as it should be');
    assert.deepEqual([counts.broken, counts.unanswered], [0, 0], 'each is answered');
  }
  const admittedMs = within(together(during, 'admittedMs'), 0.99);
  assert.ok(admittedMs < limits.admittedMs, `99 of 100 that were let in took up to ${admittedMs} ms`);
  const refusedMs = within(together(during, 'refusedMs'), 0.5);
  assert.ok(refusedMs < limits.refusedMs, `half of the refusals took ${refusedMs} ms`);
  const perSecond = sumOf(during, 'admitted') / seconds;
  assert.ok(perSecond > capacity * limits.throughput, `${perSecond} a second of ${capacity}`);
  mustShedInOrder(outcome, limits.checking);
  mustSpread(during.retryAfter);
  assert.ok(
    megabytes.most - megabytes.before < MOST_MEGABYTES,
    `memory grows by ${JSON.stringify(megabytes)}`,
  );
  assert.equal(watched.failed, 0, 'whoever watches is answered');
  assert.ok(watched.live < limits.liveMs, `whoever watches waits for ${watched.live} ms`);
  assert.ok(secondsUntilNormal <= limits.normalSeconds, `as before only after ${secondsUntilNormal} s`);
  assert.ok(evidence.accepted > 0);
  assert.deepEqual([evidence.lost, evidence.unsent], [0, 0], 'what was accepted is there, and nothing else');
}

function mustShedInOrder({ during }: Outcome, checking: number): void {
  const shares = KINDS.map((kind) => shareOf(during.kinds[kind]));
  const said = KINDS.map((kind, i) => `${kind} ${shares[i]!.toFixed(3)}`).join(', ');
  for (let i = 1; i < shares.length; i++) assert.ok(shares[i]! >= shares[i - 1]! - SLACK, said);
  assert.ok(shares.at(-1)! >= checking, said);
  for (const share of shares.slice(0, 4)) assert.ok(share < 0.15, said);
}

function mustSpread(retryAfter: Readonly<Record<string, number>>): void {
  const given = Object.keys(retryAfter).map(Number);
  assert.ok(given.length >= 8, `they are told to come again after ${given} s`);
  assert.ok(
    given.every((seconds) => seconds >= 1 && seconds <= 30),
    String(given),
  );
}

/** The share that was let in. */
export function shareOf({ admitted, offered }: OfKind): number {
  return offered === 0 ? 1 : admitted / offered;
}
