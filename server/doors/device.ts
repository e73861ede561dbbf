import type { Instant } from '../../domain/time.ts';

/** A registered place with a door. */
export interface Venue {
  readonly venueId: string;
  readonly name: string;
  /** One of the categories of the rule package. */
  readonly category: string;
  /** GB/T 2260 code of 6, 9 or 12 digits. */
  readonly region: string;
}

/** What is registered of a device besides the client system that it is. */
export interface DeviceRow {
  readonly clientId: string;
  /** Counts the changes, from 1. */
  readonly number: number;
  /** Null for a device on the move, such as a conductor's. */
  readonly venueId: string | null;
  /** Whether it may ask by document. */
  readonly readsDocuments: boolean;
  /** How many people may come to it; whoever asks about more by document tries numbers out. */
  readonly peoplePerMinute: number;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
}

/** A single door: two people a second. */
export const USUAL_PEOPLE_PER_MINUTE = 120;

/** A device and where it stands. */
export interface Device extends DeviceRow {
  readonly venue: Venue | undefined;
}

/** Whether a device may ask. */
export function isDeviceInForce({ startsAt, endsAt }: DeviceRow, now: Instant): boolean {
  return startsAt <= now && now < endsAt;
}
