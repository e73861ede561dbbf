/**
 * Instants and civil days.
 *
 * An instant is a number of milliseconds since 1970-01-01T00:00Z. `Infinity` is an end that is not
 * known yet. Civil days are days of China Standard Time, +08:00 (docs/decisions/0002-days.md), numbered from
 * 1970-01-01. A period of N days from day D does not count D (Civil Code art. 201) and ends at 24:00
 * of its last day (art. 203).
 */
export type Instant = number;

/** An instant that never comes: an end that is missing, or a beginning that is not there. */
export const NEVER: Instant = Number.POSITIVE_INFINITY;

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
const OFFSET_MS = 8 * HOUR_MS;

/** No evidence lies before 1900 or after 2200 (colour.md, faults). */
export const EARLIEST: Instant = Date.UTC(1900, 0, 1) - OFFSET_MS;
export const LATEST: Instant = Date.UTC(2201, 0, 1) - OFFSET_MS;

/** The civil day of an instant. An instant at 00:00 belongs to the day that it begins. */
export function dayOf(instant: Instant): number {
  return Math.floor((instant + OFFSET_MS) / DAY_MS);
}

/** 00:00 of a civil day. */
export function startOfDay(day: number): Instant {
  return day * DAY_MS - OFFSET_MS;
}

/** `end(D, days)` of colour.md: the end of a period of `days` whole days that does not count the day of `from`. */
export function endOfPeriod(from: Instant, days: number): Instant {
  return startOfDay(dayOf(from) + days + 1);
}

const DIGIT_ZERO = 48;
const DASH = 45;
const COLON = 58;

function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - DIGIT_ZERO;
    // NaN (past the end) fails this comparison too.
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether year, month and day name a real day of the Gregorian calendar. */
export function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= DAYS_IN_MONTH[month - 1]! + (leap ? 1 : 0);
}

/** The number of days from 1970-01-01 to a Gregorian date (Hinnant, days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * Reads an RFC 3339 instant with its offset; `NaN` for anything else. Fractions finer than a
 * millisecond are cut off. A leap second (`:60`, only as the last second of a UTC day) is the next second.
 */
export function parseInstant(text: string): Instant {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const separator = text.charCodeAt(10) | 32;
  const wellFormed =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    separator === 116 && // t
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON;
  if (!wellFormed || !isDate(year, month, day) || !(hour <= 23 && minute <= 59 && second <= 60))
    return Number.NaN;
  const [milliseconds, rest] = fraction(text, 19);
  const offset = offsetMs(text, rest);
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
  const instant = seconds * 1_000 + milliseconds - offset;
  if (second === 60 && (instant - milliseconds) % DAY_MS !== 0) return Number.NaN;
  return instant;
}

/** Milliseconds of a fraction that may begin at `at`, and where the text goes on; NaN for a point without digits. */
function fraction(text: string, at: number): readonly [milliseconds: number, rest: number] {
  if (text.charCodeAt(at) !== 46) return [0, at];
  let rest = at + 1;
  let milliseconds = 0;
  for (let scale = 100; ; rest++) {
    const digit = digits(text, rest, 1);
    if (Number.isNaN(digit)) break;
    milliseconds += digit * scale;
    scale = scale === 1 ? 0 : scale / 10;
  }
  return rest === at + 1 ? [Number.NaN, rest] : [milliseconds, rest];
}

/** The offset that ends an RFC 3339 text (`Z`, `+08:00`), in milliseconds; NaN when it is missing or malformed. */
function offsetMs(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign | 32) === 122) return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== 43 && sign !== DASH) || text.charCodeAt(at + 3) !== COLON || text.length !== at + 6)
    return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === DASH ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Two digits each; to pad a number takes several times as long. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => pad(value, 2));

/** An instant in +08:00, to the second unless there are milliseconds: `2021-01-06T00:00:00+08:00`. */
export function printInstant(instant: Instant): string {
  const day = dayOf(instant);
  const inDay = instant - startOfDay(day);
  const seconds = Math.floor(inDay / 1_000);
  const milliseconds = inDay - seconds * 1_000;
  const [hour, minute] = [TWO_DIGITS[Math.floor(seconds / 3_600)], TWO_DIGITS[Math.floor(seconds / 60) % 60]];
  const clock = `${hour}:${minute}:${TWO_DIGITS[seconds % 60]}`;
  return `${printDay(day)}T${clock}${milliseconds === 0 ? '' : `.${pad(milliseconds, 3)}`}+08:00`;
}

/** The full second in which an instant lies. What is signed states no less (NumericDate, RFC 8392 2). */
export function wholeSecond(instant: Instant): Instant {
  return Math.floor(instant / 1_000) * 1_000;
}

/** A civil day as `2021-01-06` (Hinnant, civil_from_days). */
export function printDay(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${TWO_DIGITS[month]}-${TWO_DIGITS[date]}`;
}
