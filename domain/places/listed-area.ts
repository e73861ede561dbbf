import type { Instant } from '../time.ts';

/** How heavily an area is listed. `low` exists in the national lists of 2022; a rule package says which levels it knows. */
export const AREA_LEVELS = ['low', 'medium', 'high', 'severe'] as const;

export type AreaLevel = (typeof AREA_LEVELS)[number];

/** An area that was on a list from one instant to another (R5; severe: R6). */
export interface ListedArea {
  readonly level: AreaLevel;
  /** GB/T 2260 code of 6 digits, or 9 or 12 with street and community. */
  readonly region: string;
  /** Free text inside the region; missing or empty when the whole region is meant. */
  readonly place?: string;
  readonly from: Instant;
  /** When it was taken off the list; missing while it stands. */
  readonly to?: Instant;
  /** When the system learned it. */
  readonly recordedAt: Instant;
}
