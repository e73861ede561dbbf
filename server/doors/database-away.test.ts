import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, createClient } from '../../api/client.ts';
import { checkAtDoor } from '../../api/doors/checks.ts';
import { freshDatabase } from '../../test/database.ts';
import { type DatabaseProxy, proxyTo } from '../../test/faults/database-proxy.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { type Installation, openInstallation } from '../installation.ts';
import { issueCode } from '../passes/code-text.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { createLog } from '../platform/log/log.ts';
import { type Service, startService } from '../start-service.ts';
import { addVenue } from './add-venue.ts';
import { registerDevice, revokeDevice } from './register-device.ts';

const [UNKNOWN] = numbersApart(1) as [string];

describe('a door while the database is away', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  let proxy: DatabaseProxy;
  let installation: Installation;
  let service: Service;
  let gate: ApiClient;

  before(async () => {
    proxy = await proxyTo(database.url);
    const site = { place: { url: proxy.url }, keysFolder: join(folder, 'keys') };
    installation = await openInstallation(site, Date.now(), { connections: 4 });
    const log = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });
    const config = { host: '127.0.0.1', port: 0, turnsCodes: false, version: '0.0.0' };
    service = await startService(installation, config, Date.now, log);
    const { app } = installation.store;
    const venue = { venueId: 'station', name: 'A station', category: 'metro', region: '330106' };
    await addVenue(app, installation.rules.at(Date.now()).rules, venue, Date.now(), 'test');
    const device = { name: 'A gate', venueId: 'station', readsDocuments: true, quotaPerSecond: 100 };
    const credentials = await registerDevice(app, { ...device, recordedBy: 'test' }, Date.now());
    gate = createClient({ origin: service.url, credentials });
    // From now on the service knows the device.
    await gate.call(checkAtDoor, { body: { code: 'x' } });
  });
  after(async () => {
    await proxy.restore();
    await service.stop();
    await installation.stop();
    await proxy.close();
  });

  test('is told that the service cannot answer, never a colour, and a colour again once it is back', async () => {
    const read = {
      document: { type: 'resident-id', number: UNKNOWN },
      identityVerified: true,
      masked: true,
    } as const;
    const shown = () => ({ code: issueCode(installation.keys, timeUuid(Date.now()), Date.now()).text });
    const outcomes = async () => {
      const answers = [gate.call(checkAtDoor, { body: read }), gate.call(checkAtDoor, { body: shown() })];
      return (await Promise.all(answers)).map(({ outcome, clause }) => `${outcome} ${clause}`);
    };
    const usual = ['allow S10', 'not-found S10'];
    assert.deepEqual(await outcomes(), usual);
    await proxy.refuse();
    for (let i = 0; i < 3; i++) assert.deepEqual(await outcomes(), ['unavailable D2', 'unavailable D2']);
    const { outcome } = await gate.call(checkAtDoor, { body: { code: 'x' } });
    assert.equal(outcome, 'unreadable', 'what needs no database is told all the same');
    await proxy.restore();
    await until(async () => (await outcomes()).join() === usual.join(), 10_000);
  });

  test('is told within a second that it was revoked', async () => {
    const { app } = installation.store;
    for (let i = 0; i < 2; i++) {
      const clientId = `gate-${i}`;
      const device = { name: 'A gate', clientId, venueId: 'station', readsDocuments: false };
      const rest = { quotaPerSecond: 100, recordedBy: 'test' };
      const credentials = await registerDevice(app, { ...device, ...rest }, Date.now());
      const revoked = createClient({ origin: service.url, credentials });
      const check = () => revoked.call(checkAtDoor, { body: { code: 'x' } });
      assert.equal((await check()).outcome, 'unreadable');
      await revokeDevice(app, clientId, Date.now(), 'test');
      await sleep(1_000);
      await assert.rejects(check());
    }
  });
});
