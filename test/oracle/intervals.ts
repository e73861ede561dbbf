/**
 * The intervals in which each clause of colour.md "Grounds" would hold for a record, everything known at *k*
 * being given. They do not depend on *t*: a ground holds at *t* when *t* is in one of its intervals.
 */

import { feverRelease } from './fever.ts';
import { type Area, isInside, isPossiblyInside, touches } from './places.ts';
import type { Data, Spot } from './reading/data.ts';
import type { Version } from './reading/records.ts';
import { day, end, FOREVER, HOUR, type Instant, type Interval, startOf } from './reading/time.ts';

/**
 * Everything about one person that is known at *k*. "A known record may lie in the future (a planned `until`, an
 * order that begins tomorrow): it counts as planned".
 */
export interface Known {
  readonly records: readonly Version[];
  readonly areas: readonly Area[];
}

/** How a stay must match an area to be meant. */
export type Match = (stay: Spot, area: Spot) => boolean;

/** A clause, and an interval in which it holds for one record. */
export interface ClauseInterval extends Interval {
  readonly clause: string;
  readonly colour: 'red' | 'yellow';
}

/** All intervals of one record, in no order; those of R3b and R6 one for each area that matches. */
export function intervalsOf(record: Version, known: Known, match: Match): ClauseInterval[] {
  const { data } = record;
  switch (data?.kind) {
    case 'case':
      return [...caseOpen(data), ...convalescence(data, known)];
    case 'contact':
      return [...closeContact(data, known), ...contactInSevereArea(data, known, match)];
    case 'overseas':
      return [...overseas(data), ...afterOverseas(data, known)];
    case 'isolation':
      return [order(data)];
    case 'designation':
      return [designation(data)];
    case 'nat':
      return positiveNat(data, known);
    case 'stay':
      return [...stayInSevereArea(data, known, match), ...stayInRiskArea(data, known, match)];
    case 'symptom':
      return [fever(data, known, match)];
    default:
      return [];
  }
}

type Of<Kind extends Data['kind']> = Extract<Data, { kind: Kind }>;

/** "R2a R2b R2c | a `case` of that classification, in `[from, to)`" */
function caseOpen({ classification, from, to }: Of<'case'>): ClauseInterval[] {
  const clause = { confirmed: 'R2a', suspected: 'R2b', asymptomatic: 'R2c' }[classification];
  return [{ clause, colour: 'red', since: from, until: to }];
}

/**
 * "R2f (M3 convalescence) | a `case` with `to` and outcome recovered (or no outcome): `[to, end(day(to), 14))`;
 * excluded or deceased: nothing after `to`"
 */
function convalescence({ to, outcome }: Of<'case'>, known: Known): ClauseInterval[] {
  if (to === FOREVER || outcome === 'excluded' || outcome === 'deceased') return [];
  // "convalescence (cause `case.to`) when its form is central or home"
  const until = cutByRelease({ since: to, until: end(day(to), 14) }, to, ['central', 'home'], known);
  return [{ clause: 'R2f', colour: 'red', since: to, until }];
}

/** "R2d | a `contact` with level close: `[lastExposure, end(day(lastExposure), 14))`" */
function closeContact({ level, lastExposure }: Of<'contact'>, known: Known): ClauseInterval[] {
  if (level !== 'close') return [];
  const whole = { since: lastExposure, until: end(day(lastExposure), 14) };
  // "R2d (cause `lastExposure`) … when its form is central or home"
  const until = cutByRelease(whole, lastExposure, ['central', 'home'], known);
  return [{ clause: 'R2d', colour: 'red', since: lastExposure, until }];
}

/** "R2e | `overseas`: `[enteredAt, end(day(enteredAt), 14))`; Hong Kong, Macau and Taiwan count"; nothing shortens it. */
function overseas({ enteredAt }: Of<'overseas'>): ClauseInterval[] {
  return [{ clause: 'R2e', colour: 'red', since: enteredAt, until: end(day(enteredAt), 14) }];
}

/** "R2f (M5) | after R2e, seven more days: `[end(day(enteredAt), 14), end(day(enteredAt), 21))`" */
function afterOverseas({ enteredAt }: Of<'overseas'>, known: Known): ClauseInterval[] {
  const whole = { since: end(day(enteredAt), 14), until: end(day(enteredAt), 21) };
  // "R2f (M5) (cause `enteredAt`) when its form is home"
  const until = cutByRelease(whole, enteredAt, ['home'], known);
  return [{ clause: 'R2f', colour: 'red', since: whole.since, until }];
}

/** "R2f (order) | an `isolation`: `[from, endedAt)` or, with no `endedAt`, `[from, until)`" */
function order({ from, until, endedAt }: Of<'isolation'>): ClauseInterval {
  return { clause: 'R2f', colour: 'red', since: from, until: endedAt ?? until };
}

/** "R2g | a `designation` red in `[from, until)`." "R3c | a `designation` yellow in `[from, until)`" */
function designation({ colour, from, until }: Of<'designation'>): ClauseInterval {
  return { clause: colour === 'red' ? 'R2g' : 'R3c', colour, since: from, until };
}

/**
 * "R2g … Also a positive `nat`: from `reportedAt` until the earlier of two instants". "An inconclusive NAT
 * changes nothing."
 */
function positiveNat(nat: Of<'nat'>, known: Known): ClauseInterval[] {
  if (nat.result !== 'positive') return [];
  const until = Math.min(firstCaseAfter(nat, known), clearedByTwoNegatives(nat, known));
  return [{ clause: 'R2g', colour: 'red', since: nat.reportedAt, until }];
}

/**
 * "the `from` of the first `case` of that person that is open at some instant at or after the start of
 * day(sampledAt) (not counting a case excluded at or before `reportedAt`; such a case that began before
 * `reportedAt` leaves nothing of the ground)".
 * AMBIGUOUS: "such a case" is the case that counts, not the excluded one. A case with `from = to` is open at no
 * instant, so it never counts. A planned case counts already.
 */
function firstCaseAfter(nat: Of<'nat'>, { records }: Known): Instant {
  let first = FOREVER;
  for (const { data } of records) {
    if (data?.kind !== 'case') continue;
    const isOpenAtSomeInstantFrom = (instant: Instant) => Math.max(data.from, instant) < data.to;
    const excludedBefore = data.outcome === 'excluded' && data.to <= nat.reportedAt;
    if (isOpenAtSomeInstantFrom(startOf(day(nat.sampledAt))) && !excludedBefore)
      first = Math.min(first, data.from);
  }
  return first;
}

/**
 * "the earliest instant at which any two negative NATs, both sampled after it and with sampling times at least
 * 24 h apart, are both reported, whatever lies between them".
 * AMBIGUOUS: "sampled after it" is after its sampling, not after its report; at the same instant is not after.
 */
function clearedByTwoNegatives(positive: Of<'nat'>, known: Known): Instant {
  const later = negativeNats(known).filter(({ sampledAt }) => sampledAt > positive.sampledAt);
  let earliest = FOREVER;
  for (const one of later)
    for (const two of later)
      if (two.sampledAt - one.sampledAt >= 24 * HOUR)
        earliest = Math.min(earliest, Math.max(one.reportedAt, two.reportedAt));
  return earliest;
}

function negativeNats({ records }: Known): Of<'nat'>[] {
  return records.flatMap(({ data }) => (data?.kind === 'nat' && data.result === 'negative' ? [data] : []));
}

/**
 * "R6 | a `stay` inside a `severe` area that it touches: `[max(stay.from, area.from), end(day(x), 14))`, no end
 * while *x* is missing"
 */
// Whether the stay touches the area is asked here for "some instant at or after stay.from"; that this instant is
// not after *t* follows from the interval, which begins at the first one.
function stayInSevereArea({ spot, from, to }: Of<'stay'>, known: Known, match: Match): ClauseInterval[] {
  const intervals: ClauseInterval[] = [];
  for (const area of known.areas) {
    if (area.level !== 'severe' || !match(spot, area.spot) || !touches(from, area, FOREVER)) continue;
    const x = endOfExposure(to, area);
    const until = x === FOREVER ? FOREVER : end(day(x), 14);
    intervals.push({ clause: 'R6', colour: 'red', since: Math.max(from, area.from), until });
  }
  return intervals;
}

/**
 * "a `contact` of any level whose `area` is inside a severe area that it touches: `[max(lastExposure, area.from),
 * end(day(lastExposure), 14))`". "A `contact` with an `area` is matched in the same way, with `lastExposure` for
 * the beginning."
 */
function contactInSevereArea(contact: Of<'contact'>, known: Known, match: Match): ClauseInterval[] {
  const intervals: ClauseInterval[] = [];
  const { area: spot, lastExposure } = contact;
  for (const area of known.areas) {
    if (spot === undefined || area.level !== 'severe' || !match(spot, area.spot)) continue;
    if (!touches(lastExposure, area, FOREVER)) continue;
    const since = Math.max(lastExposure, area.from);
    intervals.push({ clause: 'R6', colour: 'red', since, until: end(day(lastExposure), 14) });
  }
  return intervals;
}

/**
 * "R3b | a `stay` inside a medium or high area that it touches: `[max(stay.from, area.from), end(day(x), 14))`,
 * no end while *x* is missing; cut short when lifted, below"
 */
function stayInRiskArea(stay: Of<'stay'>, known: Known, match: Match): ClauseInterval[] {
  return riskAreaNeverLifted(stay, known, match).map(({ x, ...interval }) => ({
    ...interval,
    until: Math.min(interval.until, liftedFrom(stay, x, known)),
  }));
}

/** R3b of each area "by itself", "as if never lifted", with its *x*. */
function riskAreaNeverLifted(
  { spot, from, to }: Of<'stay'>,
  known: Known,
  match: Match,
): (ClauseInterval & { x: Instant })[] {
  const intervals = [];
  for (const area of known.areas) {
    if (area.level === 'severe' || !match(spot, area.spot) || !touches(from, area, FOREVER)) continue;
    const x = endOfExposure(to, area);
    const until = x === FOREVER ? FOREVER : end(day(x), 14);
    intervals.push({ clause: 'R3b', colour: 'yellow' as const, since: Math.max(from, area.from), until, x });
  }
  return intervals;
}

/** "*x*, the end of the exposure: the earlier of `stay.to` and the area's `to`; a missing one is never the earlier; missing when both are." */
function endOfExposure(stayTo: Instant, area: Area): Instant {
  return Math.min(stayTo, area.to);
}

/**
 * "R3b is lifted from the later of *x* and the `reportedAt` of a negative NAT whose `sampledAt` is not before
 * `stay.from` and not before the start of the civil day seven days (`preArrivalDays`) before day(x). While *x* is
 * missing or still to come nothing lifts it. A NAT sampled before the area was listed counts: R3b then may
 * never hold. Each area is judged by itself."
 * AMBIGUOUS: while a planned x is still to come, `until` already tells the instant at which it will be lifted.
 */
function liftedFrom(stay: Of<'stay'>, x: Instant, known: Known): Instant {
  if (x === FOREVER) return FOREVER;
  let earliest = FOREVER;
  for (const { sampledAt, reportedAt } of negativeNats(known))
    if (sampledAt >= stay.from && sampledAt >= startOf(day(x) - 7))
      earliest = Math.min(earliest, Math.max(x, reportedAt));
  return earliest;
}

/** "R3a | a `symptom` fever: `[from, release)`, below" */
function fever(symptom: Of<'symptom'>, known: Known, match: Match): ClauseInterval {
  const others = known.records.flatMap(({ data }) =>
    data?.kind === 'symptom' && data !== symptom ? [data] : [],
  );
  const release = feverRelease(symptom, others, negativeNats(known), exposureIntervals(known, match));
  return { clause: 'R3a', colour: 'yellow', since: symptom.from, until: release };
}

/**
 * "*Epidemiological history*: the person has an interval of R2d (as cut by early release), R2e, R6 or R3b (as if
 * never lifted) …; each area's interval by itself, all that are known, also those that begin after *t*."
 */
function exposureIntervals(known: Known, match: Match): Interval[] {
  const intervals = known.records.flatMap(({ data }) => {
    if (data?.kind === 'contact')
      return [...closeContact(data, known), ...contactInSevereArea(data, known, match)];
    if (data?.kind === 'overseas') return overseas(data);
    if (data?.kind === 'stay')
      return [...stayInSevereArea(data, known, match), ...riskAreaNeverLifted(data, known, match)];
    return [];
  });
  // AMBIGUOUS: an area listed more than 14 days after the visit gives an interval that ends before it begins.
  // Here that is no interval.
  return intervals.filter(({ since, until }) => since < until);
}

/**
 * "**Early release** (M7). An `isolation` with `endedAt` and a `release` decision cuts at `endedAt` a ground that
 * began before `endedAt`, if day(isolation.from) is not before the day of the ground's cause: …"
 * AMBIGUOUS: an `endedAt` that lies in the future of t cuts already, as planned.
 */
function cutByRelease(
  ground: Interval,
  cause: Instant,
  forms: readonly Of<'isolation'>['form'][],
  { records }: Known,
): Instant {
  let until = ground.until;
  for (const { data } of records) {
    if (data?.kind !== 'isolation' || data.endedAt === undefined || !data.released) continue;
    const beganBefore = ground.since < data.endedAt;
    if (beganBefore && day(data.from) >= day(cause) && forms.includes(data.form))
      until = Math.min(until, data.endedAt);
  }
  return until;
}

/** The two readings of a match: inside, or only possibly inside. */
export const INSIDE: Match = isInside;
export const ONLY_POSSIBLY: Match = isPossiblyInside;
export const INSIDE_OR_POSSIBLY: Match = (stay, area) => isInside(stay, area) || isPossiblyInside(stay, area);
