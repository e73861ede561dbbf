import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type ApiClient, createClient } from '../../api/client.ts';
import { checkAtDoor } from '../../api/doors/checks.ts';
import { leastOf } from '../../test/durations.ts';
import { type DatabaseProxy, proxyTo } from '../../test/faults/database-proxy.ts';
import { peopleService, resident } from '../../test/people-service.ts';
import { testPhone } from '../../test/phone.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { until } from '../../test/until.ts';
import { addVenue } from './add-venue.ts';
import { registerDevice, revokeDevice } from './register-device.ts';

const [UNKNOWN, KNOWN] = numbersApart(2) as [string, string];

describe('a door while the database is away', () => {
  let proxy: DatabaseProxy;
  // Nothing could stop while the database is away.
  after(() => proxy.restore());
  const service = peopleService(async (url) => {
    proxy = await proxyTo(url);
    return proxy;
  });
  const phone = testPhone();
  let gate: ApiClient;

  before(async () => {
    const { app } = service.installation.store;
    const { rules } = service.installation.rules.at(service.now());
    const venue = { venueId: 'station', name: 'A station', category: 'metro', region: '330106' };
    await addVenue(app, rules, venue, service.now(), 'test');
    const device = { name: 'A gate', venueId: 'station', readsDocuments: true, quotaPerSecond: 100 };
    const credentials = await registerDevice(app, { ...device, recordedBy: 'test' }, service.now());
    gate = createClient({ origin: service.url, credentials });
    const person = await service.withCode(resident(KNOWN));
    await phone.bind(person);
    await phone.fetch(person, service.now());
  });

  test('is told that the service cannot answer, never a colour, and a colour again once it is back', async () => {
    const read = {
      document: { type: 'resident-id', number: UNKNOWN },
      identityVerified: true,
      masked: true,
    } as const;
    const outcomes = async () => {
      const shown = { code: phone.show(service.now()) };
      const answers = [gate.call(checkAtDoor, { body: read }), gate.call(checkAtDoor, { body: shown })];
      return (await Promise.all(answers)).map(({ outcome, clause }) => `${outcome} ${clause}`);
    };
    const usual = ['allow S10', 'allow M12'];
    assert.deepEqual(await outcomes(), usual);
    await proxy.refuse();
    for (let i = 0; i < 3; i++) assert.deepEqual(await outcomes(), ['unavailable D2', 'unavailable D2']);
    // By the pass of now, as a new epoch may have begun since then.
    for (const code of ['x', phone.show(service.now() - 20_000, service.now())]) {
      const { outcome } = await gate.call(checkAtDoor, { body: { code } });
      assert.equal(
        outcome,
        code === 'x' ? 'unreadable' : 'expired',
        'what needs no database is told all the same',
      );
    }
    await proxy.restore();
    await until(async () => (await outcomes()).join() === usual.join());
  });

  test('is told within a second that it was revoked', async () => {
    const { app } = service.installation.store;
    let tries = 0;
    const revoke = async () => {
      const clientId = `gate-${tries++}`;
      const device = { name: 'A gate', clientId, venueId: 'station', readsDocuments: false };
      const rest = { quotaPerSecond: 100, recordedBy: 'test' };
      const credentials = await registerDevice(app, { ...device, ...rest }, service.now());
      const revoked = createClient({ origin: service.url, credentials });
      const check = () => revoked.call(checkAtDoor, { body: { code: 'x' } });
      assert.equal((await check()).outcome, 'unreadable');
      await revokeDevice(app, clientId, service.now(), 'test');
      return until(() =>
        check().then(
          () => false,
          () => true,
        ),
      );
    };
    assert.ok((await leastOf(1_000, revoke)) < 1_000);
  });
});
