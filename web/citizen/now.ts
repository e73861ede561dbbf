const EIGHT_HOURS_MS = 8 * 3_600_000;

/** The present by the clock of the device, RFC 3339 in +08:00. */
export function nowInChina(): string {
  return `${new Date(Date.now() + EIGHT_HOURS_MS).toISOString().slice(0, 19)}+08:00`;
}
