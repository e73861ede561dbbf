import { randomUUID } from 'node:crypto';
import { createClient } from '../api/client.ts';
import { type Check, type CheckReply, checkAtDoor } from '../api/doors/checks.ts';
import { addVenue } from '../server/doors/add-venue.ts';
import { registerDevice } from '../server/doors/register-device.ts';
import type { PeopleService } from './people-service.ts';

/** Asks the service about a text, as a gate does that has scanned it. */
export type OnlineGate = (code: string, rest?: Omit<Check, 'code'>) => Promise<CheckReply>;

/** Registers a gate at the door of a place of a category. */
export async function onlineGate(
  { installation, now, url }: PeopleService,
  category: string,
): Promise<OnlineGate> {
  const { app } = installation.store;
  const venue = { venueId: `v-${randomUUID()}`, name: 'A place', category, region: '330106' };
  await addVenue(app, installation.rules.at(now()).rules, venue, now(), 'test');
  const device = { name: 'A gate', venueId: venue.venueId, readsDocuments: false, quotaPerSecond: 10_000 };
  const credentials = await registerDevice(app, { ...device, recordedBy: 'test' }, now());
  const client = createClient({ origin: url, credentials });
  return (code, rest = {}) => client.call(checkAtDoor, { body: { code, ...rest } });
}
