/**
 * The oracle's own reading of time, written from colour.md "Time" and from nothing else. Instants are
 * milliseconds since 1970; `FOREVER` is an end that is missing ("Intervals are half-open: [from, to). A
 * missing `to` means still going on.").
 */
export type Instant = number;

export const FOREVER: Instant = Number.POSITIVE_INFINITY;
export const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An interval `[since, until)`. */
export interface Interval {
  readonly since: Instant;
  readonly until: Instant;
}

/** "Intervals are half-open: `[from, to)`." */
export function holdsAt(interval: Interval, t: Instant): boolean {
  return interval.since <= t && t < interval.until;
}

/** "Civil days are days in Asia/Shanghai" (decided: +08:00 always). "An instant at 00:00 belongs to the day that it begins." */
export function day(instant: Instant): number {
  return Math.floor((instant + 8 * HOUR) / DAY);
}

/** 00:00 of a civil day. */
export function startOf(civilDay: number): Instant {
  return civilDay * DAY - 8 * HOUR;
}

/**
 * "A period of N days from day D does not count D (Civil Code art. 201) and ends at 24:00 of its last day
 * (art. 203). So '14 days since 1 January' holds through the whole of 15 January and ends at
 * 2021-01-16T00:00+08:00. Written below as `end(D, 14)`."
 */
export function end(civilDay: number, days: number): Instant {
  const lastDay = civilDay + days;
  return startOf(lastDay + 1);
}

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

// "a time is not RFC 3339 with offset or lies before 1900 or after 2200".
// AMBIGUOUS: in which zone the years 1900 and 2200 are counted; here by the civil day in +08:00, and the
// whole of the year 2200 still belongs.
const EARLIEST = Date.UTC(1900, 0, 1) - 8 * HOUR;
const AFTER_LATEST = Date.UTC(2201, 0, 1) - 8 * HOUR;

/** A time that may stand in a record, or undefined when it is a fault. */
export function readTime(value: unknown): Instant | undefined {
  const instant = typeof value === 'string' ? parseTime(value) : undefined;
  return instant !== undefined && instant >= EARLIEST && instant < AFTER_LATEST ? instant : undefined;
}

/** "Instants are RFC 3339 with an offset." AMBIGUOUS: its note allows a space for the `T` in other formats; here none. */
export function parseTime(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map(Number) as SixNumbers;
  if (!isRealDate(year, month, date) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetHours = Number(match[9] ?? '0');
  const offsetMinutes = Number(match[10] ?? '0');
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * HOUR + offsetMinutes * 60_000);
  // Decided: fractions below a millisecond are cut off.
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const wholeSeconds = utc(year, month, date) + hour * HOUR + minute * 60_000 + second * 1_000 - offset;
  // AMBIGUOUS: leap seconds. RFC 3339 section 5.7 allows `:60` where a leap second was or may be announced;
  // here it may stand at the end of any UTC day and is the second after it.
  if (second === 60 && wholeSeconds % DAY !== 0) return undefined;
  return wholeSeconds + milliseconds;
}

// The regular expression has six groups of digits before the fraction.
type SixNumbers = [number, number, number, number, number, number];

/** Whether a date is one of the Gregorian calendar: it comes back from `Date` unchanged. */
export function isRealDate(year: number, month: number, date: number): boolean {
  const back = new Date(utc(year, month, date));
  return back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === date;
}

function utc(year: number, month: number, date: number): Instant {
  // Date.UTC reads the years 0 to 99 as 1900 to 1999; setUTCFullYear does not.
  return new Date(0).setUTCFullYear(year, month - 1, date);
}

/** contract.md: "Times are printed in +08:00, to the second unless there are milliseconds." */
export function printTime(instant: Instant): string {
  const local = new Date(instant + 8 * HOUR).toISOString();
  return `${local.replace('Z', '').replace('.000', '')}+08:00`;
}

/** An end: null where there is none. */
export function printEnd(instant: Instant): string | null {
  return instant === FOREVER ? null : printTime(instant);
}
