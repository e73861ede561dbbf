import type { PhoneWords } from '../../words/phone/phone-words.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is said of a clock that is so many seconds ahead, or behind when negative; undefined when there is nothing to say. */
export function wordsOfClock(fault: number | undefined, words: PhoneWords): string | undefined {
  if (fault === undefined) return undefined;
  const length = lengthInWords(Math.abs(fault), words);
  return fault > 0 ? words.clockAhead(length) : words.clockBehind(length);
}

function lengthInWords(seconds: number, words: PhoneWords): string {
  if (seconds < MINUTE) return words.seconds(seconds);
  if (seconds < HOUR) return words.minutes(Math.round(seconds / MINUTE));
  if (seconds < DAY) return words.hours(Math.round(seconds / HOUR));
  return words.days(Math.round(seconds / DAY));
}
