import { renewSecret } from '../../server/clients/renew-secret.ts';
import { addVenue } from '../../server/doors/add-venue.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { allDevices } from '../../server/doors/store.ts';
import type { Working } from '../../server/working.ts';

/** The gate of a metro station that was never built, for trying out. */
export const DEMO_GATE = 'demo-gate';
const STATION = {
  venueId: 'demo-station',
  name: 'A metro station, for trying out',
  category: 'metro',
  region: '339901',
};
const RECORDED_BY = 'demo';

/** Registers the gate with its station, or gives it a new secret, because no secret is stored. Returns the secret. */
export async function demoGate({
  installation,
  clock,
}: Pick<Working, 'installation' | 'clock'>): Promise<string> {
  const db = installation.store.app;
  const now = clock();
  if ((await allDevices(db)).some(({ clientId }) => clientId === DEMO_GATE))
    return (await renewSecret(db, DEMO_GATE, RECORDED_BY, now)).secret;
  await addVenue(db, installation.rules.at(now).rules, STATION, now, RECORDED_BY);
  const gate = {
    clientId: DEMO_GATE,
    name: 'A gate that reads identity cards, for trying out',
    venueId: STATION.venueId,
    readsDocuments: true,
    quotaPerSecond: 100,
    recordedBy: RECORDED_BY,
  };
  return (await registerDevice(db, gate, now)).secret;
}
