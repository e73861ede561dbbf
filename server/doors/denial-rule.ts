import { randomUUID } from 'node:crypto';
import { DAY_MS, HOUR_MS, type Instant } from '../../domain/time.ts';
import type { DenialRow } from './store.ts';

/**
 * What may be kept of a denial, and nothing else (D4). It is for counting where how many are turned away and by which
 * clause; whom, and by which device, nobody can tell from it. Of whoever is let in nothing is kept at all (M12).
 */
export const DENIAL_RULE = {
  id: 'denials-by-hour',
  /** The clause by which people are turned away, and the one that bounds what is kept of it. */
  clauses: ['M8', 'D4'],
  keeps: ['hour', 'venue', 'category', 'clause', 'outcome'],
  /** From the end of the hour. */
  days: 30,
} as const;

/** Somebody was turned away. */
export interface Denied {
  readonly venueId: string | undefined;
  readonly category: string;
  readonly clause: string;
  readonly outcome: string;
}

/** The row that the rule permits. Its id is chance: one that begins with its time would tell the second. */
export function denialRow({ venueId, category, clause, outcome }: Denied, now: Instant): DenialRow {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return {
    denialId: randomUUID(),
    rule: DENIAL_RULE.id,
    hour,
    venueId: venueId ?? null,
    category,
    clause,
    outcome,
    eraseAfter: hour + HOUR_MS + DENIAL_RULE.days * DAY_MS,
  };
}
