import type { Instant } from '../../domain/time.ts';

const EIGHT_HOURS_MS = 8 * 3_600_000;

/** The present by the clock of the device, RFC 3339 in +08:00. */
export function nowInChina(): string {
  return inChina(Date.now());
}

/** An instant, RFC 3339 in +08:00, in whole seconds. */
export function inChina(instant: Instant): string {
  return `${new Date(instant + EIGHT_HOURS_MS).toISOString().slice(0, 19)}+08:00`;
}
