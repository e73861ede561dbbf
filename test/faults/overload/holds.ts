import assert from 'node:assert/strict';
import { KINDS, type OfKind, sumOf, together, within } from '../../../bench/overload/counts.ts';
import type { Outcome } from './run-overload.ts';

/** Whether the machine has nothing else to do, so that times count, or runs other tests on the same cores. */
export type Machine = 'own' | 'busy';

/** What may come too late or too seldom for a reason outside the service. */
const TIMES = { admittedMs: 1_000, refusedMs: 250, throughput: 0.6, liveMs: 1_000, normalSeconds: 10 };
/** At least so many of the checks are let in, and of the four kinds that are shed first at most so many. */
const SHARES = { own: { checking: 0.95, firstFour: 0.15 }, busy: { checking: 0.3, firstFour: 0.3 } };
/** Two kinds of which hardly anything is let in may come in either order. */
const SLACK = { own: 0.03, busy: 0.1 };
const MOST_MEGABYTES = 160;

/** Throws when an overload was not borne as it should be. */
export function mustHold(outcome: Outcome, machine: Machine): void {
  const { during, megabytes, watched, evidence } = outcome;
  for (const counts of [outcome.before, during, outcome.after]) {
    assert.deepEqual(counts.wrong, [], 'each is answered, or told to come again by a reply as it should be');
    assert.deepEqual([counts.broken, counts.unanswered], [0, 0], 'each is answered');
  }
  mustShedInOrder(outcome, machine);
  mustSpread(during.retryAfter);
  assert.ok(
    megabytes.most - megabytes.before < MOST_MEGABYTES,
    `memory grows by ${JSON.stringify(megabytes)}`,
  );
  assert.equal(watched.failed, 0, 'whoever watches is answered');
  const again = sumOf(outcome.after, 'admitted') / sumOf(outcome.after, 'offered');
  assert.ok(again > 0.4, `afterwards ${again} of those who come are let in`);
  assert.ok(evidence.accepted > 0);
  assert.deepEqual([evidence.lost, evidence.unsent], [0, 0], 'what was accepted is there, and nothing else');
  if (machine === 'own') mustBeInTime(outcome);
}

function mustBeInTime({ capacity, during, seconds, watched, secondsUntilNormal }: Outcome): void {
  const admittedMs = within(together(during, 'admittedMs'), 0.99);
  assert.ok(admittedMs < TIMES.admittedMs, `99 of 100 that were let in took up to ${admittedMs} ms`);
  const refusedMs = within(together(during, 'refusedMs'), 0.5);
  assert.ok(refusedMs < TIMES.refusedMs, `half of the refusals took ${refusedMs} ms`);
  const perSecond = sumOf(during, 'admitted') / seconds;
  assert.ok(perSecond > capacity * TIMES.throughput, `${perSecond} a second of ${capacity}`);
  assert.ok(watched.live < TIMES.liveMs, `whoever watches waits for ${watched.live} ms`);
  assert.ok(secondsUntilNormal <= TIMES.normalSeconds, `as before only after ${secondsUntilNormal} s`);
}

function mustShedInOrder({ during }: Outcome, machine: Machine): void {
  const shares = KINDS.map((kind) => shareOf(during.kinds[kind]));
  const said = KINDS.map((kind, i) => `${kind} ${shares[i]!.toFixed(3)}`).join(', ');
  for (let i = 1; i < shares.length; i++) assert.ok(shares[i]! >= shares[i - 1]! - SLACK[machine], said);
  assert.ok(shares.at(-1)! >= SHARES[machine].checking, said);
  for (const share of shares.slice(0, 4)) assert.ok(share < SHARES[machine].firstFour, said);
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
