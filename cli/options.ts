import { EARLIEST, type Instant, LATEST, parseInstant } from '../domain/time.ts';
import { UsageError } from './command.ts';

/** A time given on the command line. */
export function timeOption(name: string, text: string | undefined): Instant {
  if (text === undefined) throw new UsageError(`--${name} TIME is required`);
  const instant = parseInstant(text);
  if (instant >= EARLIEST && instant < LATEST) return instant;
  throw new UsageError(`--${name} must be an RFC 3339 time with an offset, in 1900 to 2200`);
}

/** Times given on the command line by an option that may be repeated. */
export function timesOption(name: string, texts: readonly string[]): ReadonlySet<Instant> {
  return new Set(texts.map((text) => timeOption(name, text)));
}

/** A text given on the command line that must be there. */
export function textOption(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError(`--${name} is required`);
  return text;
}

/** A whole number given on the command line. */
export function wholeNumberOption(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number {
  const value = /^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} is a whole number from ${least} to ${most}`);
}
