/** colour.md "**Fever** (M10)". */
import type { Data } from './reading/data.ts';
import { day, end, FOREVER, type Instant, type Interval, startOf } from './reading/time.ts';

type Symptom = Extract<Data, { kind: 'symptom' }>;
type Nat = Extract<Data, { kind: 'nat' }>;

/** *parameter* `feverMaxDays`, default 14. */
const FEVER_MAX_DAYS = 14;

/** The release of a fever. `exposures` are the intervals that can be history. FOREVER stands for "does not exist". */
export function feverRelease(
  symptom: Symptom,
  otherFevers: readonly Symptom[],
  negatives: readonly Nat[],
  exposures: readonly Interval[],
): Instant {
  const a = earliestNegative(symptom, negatives);
  const b = feverGone(symptom, otherFevers);
  // "*e* the earlier of the two."
  const e = Math.min(a, b);
  // "With neither: `end(day(from), feverMaxDays)`".
  // AMBIGUOUS: it stands under "with history", but without history too there is no *e* to be the release;
  // "the limits keep anyone from being forgotten", so here it is for both.
  if (e === FOREVER) return end(day(symptom.from), FEVER_MAX_DAYS);
  // "Without history the release is *e*."
  if (!hasHistory(symptom, e, exposures)) return e;
  // "With history: the later of *a* and *b* when both exist, but no later than `end(day(b), 14)`;"
  if (a !== FOREVER && b !== FOREVER) return Math.min(Math.max(a, b), end(day(b), 14));
  // "with only one of them, `end(day(that one), 14)`."
  return end(day(e), 14);
}

/** "Let *a* be the earliest `reportedAt` of a negative NAT sampled at or after `from`;" */
function earliestNegative({ from }: Symptom, negatives: readonly Nat[]): Instant {
  let a = FOREVER;
  for (const { sampledAt, reportedAt } of negatives) if (sampledAt >= from) a = Math.min(a, reportedAt);
  return a;
}

/**
 * "*b* the symptom's `to` or, if missing, the earliest `to` at or after `from` among the person's other fever
 * records;"
 */
function feverGone({ from, to }: Symptom, otherFevers: readonly Symptom[]): Instant {
  if (to !== FOREVER) return to;
  let b = FOREVER;
  for (const other of otherFevers) if (other.to >= from) b = Math.min(b, other.to);
  return b;
}

/**
 * "the person has an interval … that begins at or before *e* and ends after the start of the civil day 14 days
 * before day(from)"
 */
function hasHistory({ from }: Symptom, e: Instant, exposures: readonly Interval[]): boolean {
  const horizon = startOf(day(from) - 14);
  return exposures.some(({ since, until }) => since <= e && until > horizon);
}
