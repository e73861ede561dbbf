import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { type FollowedTable, followTable } from '../platform/db/follow-table.ts';
import type { Log } from '../platform/log/log.ts';
import type { Device } from './device.ts';
import { allDevices, allVenues, countDevices } from './store.ts';

/** All devices with their venues, kept in memory and up to date, so that a door asks no database who it is. By client id. */
export type KnownDevices = FollowedTable<Device>;

/** What following the devices needs. */
export interface FollowingDevices {
  readonly db: Db;
  readonly log: Log;
  readonly clock: () => Instant;
  readonly lookMs?: number;
}

/** A device that was revoked is told so within a second, whichever process it asks. */
const LOOK_MS = 700;

/** Follows the registered devices until it is closed. Throws when they cannot be read at first. */
export function followDevices({ db, lookMs = LOOK_MS, ...rest }: FollowingDevices): Promise<KnownDevices> {
  return followTable({
    what: 'devices',
    // A venue never changes, and is there before the first device that stands in it.
    count: () => countDevices(db),
    load: () => devicesWithVenues(db),
    keyOf: ({ clientId }) => clientId,
    lookMs,
    ...rest,
  });
}

/** All devices as they are now, with their venues. */
export async function devicesWithVenues(db: Db): Promise<Device[]> {
  const devices = await allDevices(db);
  const venues = new Map((await allVenues(db)).map((venue) => [venue.venueId, venue]));
  return devices.map((device) => ({
    ...device,
    venue: device.venueId === null ? undefined : venues.get(device.venueId),
  }));
}
