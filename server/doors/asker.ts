import type { Check } from '../../api/doors/checks.ts';
import { significantSteps } from '../../domain/places/region.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import type { Client, StaffSession } from '../platform/http/rules.ts';
import { type Device, isDeviceInForce, type Venue } from './device.ts';
import type { KnownDevices } from './known-devices.ts';
import type { Watchable } from './number-watch.ts';
import { findVenue } from './store.ts';

/** Who stands at a door and asks. */
export type Asker = Watchable &
  (
    | { readonly kind: 'device'; readonly device: Device }
    | { readonly kind: 'staff'; readonly session: StaffSession }
  );

/** A member of staff who looks at each document. */
const STAFF_PER_MINUTE = 30;

/** Where: the category decides, the venue is known where it is registered. */
export interface Place {
  readonly category: string;
  readonly venueId: string | undefined;
}

/**
 * The device that a client system is.
 *
 * @throws {Problem} `not-allowed` when it is none, or none any more
 */
export function askingDevice(
  devices: KnownDevices,
  { clientId }: Client,
  now: Instant,
): Asker | Promise<Asker> {
  const known = devices.find(clientId);
  return known ? inForce(known, now) : devices.findFresh(clientId).then((device) => inForce(device, now));
}

function inForce(device: Device | undefined, now: Instant): Asker {
  if (!device || !isDeviceInForce(device, now))
    throw new Problem('not-allowed', 'The client is not registered as a device, or not any more.');
  return { kind: 'device', actor: device.clientId, peoplePerMinute: device.peoplePerMinute, device };
}

/** A member of staff who asks. A client id is never a uuid after a word, so nobody is taken for somebody else. */
export function askingStaff(session: StaffSession): Asker {
  const actor = `account:${session.accountId}`;
  return { kind: 'staff', actor, peoplePerMinute: STAFF_PER_MINUTE, session };
}

/**
 * Where a check takes place: where the device stands, or where whoever asks says.
 *
 * @throws {Problem} `invalid` when that is said wrongly, `not-allowed` outside the territory of a member of staff
 */
export function placeOf(db: Db, asker: Asker, { venue, at }: Check): Place | Promise<Place> {
  const own = asker.kind === 'device' ? asker.device.venue : undefined;
  if (own) {
    refuse('venue', venue, 'is the business of a device on the move');
    refuse('at', at, 'is the business of staff');
    return { category: own.category, venueId: own.venueId };
  }
  if (asker.kind === 'device') refuse('at', at, 'is the business of staff');
  if (at !== undefined) {
    refuse('venue', venue, 'is not needed beside the registered venue');
    return placeAt(db, asker, at);
  }
  if (venue === undefined) throw invalid('venue', 'is missing');
  return { category: venue, venueId: undefined };
}

async function placeAt(db: Db, asker: Asker, at: string): Promise<Place> {
  const venue = await findVenue(db, at);
  if (!venue) throw invalid('at', 'is no registered venue');
  if (asker.kind === 'staff' && !isWithin(venue, asker.session.territory))
    throw new Problem('not-allowed', 'The venue lies outside the territory.');
  return { category: venue.category, venueId: venue.venueId };
}

function isWithin({ region }: Venue, territory: string): boolean {
  return region.startsWith(territory.length < 6 ? territory : significantSteps(territory));
}

function refuse(field: string, value: string | undefined, message: string): void {
  if (value !== undefined) throw invalid(field, message);
}

/** The problem of one field of the body. */
export function invalid(field: string, message: string): Problem {
  return new Problem('invalid', 'The body breaks a rule.', {
    errors: [{ in: 'body', path: `/${field}`, message }],
  });
}
