import type { Instant } from '../../domain/time.ts';

/** How long each class of record lives (D3): no longer than its purpose needs, in days from its writing. */
export const RETENTION_DAYS = {
  /** Who is known under which document, as long as anything may be stated about them. */
  identity: 730,
  /** Evidence and what followed from it: long enough for an appeal and for proceedings. */
  evidence: 365,
  /** Who looked, who delivered. */
  audit: 1_095,
  /** Work that waits for somebody. */
  working: 90,
} as const;

export type RetentionClass = keyof typeof RETENTION_DAYS;

const DAY_MS = 86_400_000;

/** The instant after which a record of a class, written now, is erased. */
export function eraseAfter(retention: RetentionClass, now: Instant): Instant {
  return now + RETENTION_DAYS[retention] * DAY_MS;
}
