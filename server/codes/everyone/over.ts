import { KINDS, type Kind, TEST_RESULTS } from '../../../domain/evidence/fact.ts';
import { DAY_MS, type Instant, NEVER } from '../../../domain/time.ts';
import { FACT_HEAD_BYTES, HEAD_BYTES, KIND_NUMBERS } from './facts-row.ts';

const NAT = KINDS.indexOf('nat');
const POSITIVE = TEST_RESULTS.indexOf('positive');

/** The place, in the numbers of each kind, of the last instant of which a fact speaks; an isolation's is worked out. */
const LAST_NUMBER = KINDS.map((kind): number =>
  kind === 'contact' || kind === 'overseas' ? 0 : kind === 'isolation' ? -1 : 1,
);

/**
 * Whether nothing in a row can give a ground, an advisory or a change at an instant or later: everything in it has ended
 * for good. `reachMs` is how long after the last instant of a fact of each kind its rules may still hold, rounded up.
 */
export function isOver(view: DataView, start: number, at: Instant, reachMs: readonly number[]): boolean {
  let fact = start + HEAD_BYTES;
  for (let i = view.getUint8(start + 1); i > 0; i--) {
    const kind = view.getUint8(fact);
    if (lastOf(view, fact, kind) + reachMs[kind]! > at) return false;
    fact += FACT_HEAD_BYTES + 8 * KIND_NUMBERS[kind]!;
  }
  return true;
}

/**
 * By kind: how long after the last instant of a fact its rules usually hold. Any times would do, since `overBefore` adds by how
 * much the rules that decide reach further; with these, those of the notice reach as far for every kind, and pass over most.
 */
const USUAL_REACH_MS: Readonly<Record<Kind, number>> = {
  case: 15 * DAY_MS,
  contact: 15 * DAY_MS,
  overseas: 22 * DAY_MS,
  stay: 15 * DAY_MS,
  symptom: 15 * DAY_MS,
  nat: DAY_MS,
  isolation: DAY_MS,
  designation: DAY_MS,
  identity: DAY_MS,
};
const USUAL_REACHES_MS = KINDS.map((kind) => USUAL_REACH_MS[kind]);

/** Whoever has nothing that usually matters after this instant has nothing that matters now; `reachMs` as in `isOver`. */
export function overBefore(reachMs: readonly number[], at: Instant): Instant {
  return at - Math.max(...reachMs.map((own, kind) => own - USUAL_REACHES_MS[kind]!));
}

/** Until when what a row speaks of usually matters, as far as it can. */
export function lastAtOf(row: Uint8Array): Instant {
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  let last = -NEVER;
  let fact = HEAD_BYTES;
  for (let i = view.getUint8(1); i > 0; i--) {
    const kind = view.getUint8(fact);
    last = Math.max(last, lastOf(view, fact, kind) + USUAL_REACHES_MS[kind]!);
    fact += FACT_HEAD_BYTES + 8 * KIND_NUMBERS[kind]!;
  }
  return last;
}

/** The last instant of which a fact speaks. No rule gives a ground by itself for a test that is not positive. */
function lastOf(view: DataView, fact: number, kind: number): Instant {
  if (kind === NAT) return view.getUint8(fact + 1) === POSITIVE ? NEVER : -NEVER;
  const number = LAST_NUMBER[kind]!;
  const numbers = fact + FACT_HEAD_BYTES;
  if (number >= 0) return view.getFloat64(numbers + 8 * number, true);
  const endedAt = view.getFloat64(numbers + 16, true);
  return endedAt === NEVER ? view.getFloat64(numbers + 8, true) : endedAt;
}
