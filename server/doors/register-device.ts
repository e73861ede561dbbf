import { type Instant, NEVER } from '../../domain/time.ts';
import { disableClient } from '../clients/disable-client.ts';
import { type NewClient, registerClient } from '../clients/register-client.ts';
import type { Database } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import { type DeviceRow, USUAL_PEOPLE_PER_MINUTE } from './device.ts';
import { addDeviceRow, allDevices, findVenue } from './store.ts';

/** A device to be registered: a client system that may ask at doors, and nothing else. */
export interface NewDevice extends Omit<NewClient, 'scopes' | 'sources'> {
  /** The venue at whose door it stands; missing for a device on the move. */
  readonly venueId?: string;
  /** Whether it may ask by document: a reader of cards that the office has approved. */
  readonly readsDocuments: boolean;
  /** {@link USUAL_PEOPLE_PER_MINUTE} when missing. */
  readonly peoplePerMinute?: number;
}

/**
 * Registers a device with the client system that it is. Its secret is given once and stored nowhere.
 *
 * @throws {Problem} `invalid` when it makes no sense or there is no such venue, `conflict` when its id is taken
 */
export function registerDevice(
  database: Database,
  { venueId, readsDocuments, peoplePerMinute = USUAL_PEOPLE_PER_MINUTE, ...client }: NewDevice,
  now: Instant,
): Promise<{ readonly clientId: string; readonly secret: string }> {
  return database.transaction(async (db) => {
    if (venueId !== undefined && !(await findVenue(db, venueId)))
      throw new Problem('invalid', 'There is no venue with this id.');
    const given = await registerClient(db, { ...client, scopes: ['checks:write'], sources: [] }, now);
    const device: DeviceRow = {
      clientId: given.clientId,
      number: 1,
      venueId: venueId ?? null,
      readsDocuments,
      peoplePerMinute,
      startsAt: client.startsAt ?? now,
      endsAt: client.expiresAt ?? NEVER,
    };
    await addDeviceRow(db, device, now, client.recordedBy);
    return given;
  });
}

/**
 * Revokes a device, for good, and bars its client. One that is revoked already stays as it is.
 *
 * @throws {Problem} `not-found` when there is no such device, `conflict` when it is being changed just now
 */
export function revokeDevice(
  database: Database,
  clientId: string,
  now: Instant,
  recordedBy: string,
): Promise<void> {
  return database.transaction(async (db) => {
    const device = (await allDevices(db)).find((one) => one.clientId === clientId);
    if (!device) throw new Problem('not-found', 'There is no device with this id.');
    if (device.endsAt <= now) return;
    const ended = { ...device, number: device.number + 1, endsAt: Math.max(now, device.startsAt) };
    if (!(await addDeviceRow(db, ended, now, recordedBy)))
      throw new Problem('conflict', 'The device is being changed; try again.');
    await disableClient(db, clientId, now, recordedBy);
  });
}
