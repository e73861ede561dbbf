import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { defaultRules } from '../../test/default-rules.ts';
import { type Answered, doorService, verifier } from '../../test/http/door-service.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { until } from '../../test/until.ts';
import { disableClient } from '../clients/disable-client.ts';
import { looksAt } from '../record/store.ts';
import { addVenue } from './add-venue.ts';
import { registerDevice, revokeDevice } from './register-device.ts';
import { addDeviceRow, allDevices } from './store.ts';

const [GREEN, UNKNOWN] = numbersApart(2) as [string, string];
const read = (number: string) => ({ document: { type: 'resident-id', number }, identityVerified: true });
const said = ({ status, body }: Answered) =>
  status === 200 ? `${body.outcome} ${body.clause}` : `${status} ${body.code}`;
/** Everything that is told, without the id of a problem. */
const whole = ({ status, text }: Answered) => `${status} ${text.replace(/urn:uuid:[0-9a-f-]+/, '')}`;

describe('who may ask at a door', () => {
  const doors = doorService();
  const { record } = doors;
  const { app } = record.database;

  test('is nobody without a token or a session', async () => {
    assert.equal(said(await doors.askWith('x')({ code: 'x' })), '401 unauthenticated');
    const response = await fetch(`http://127.0.0.1:${doors.port}/api/v1/checks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"code":"x"}',
    });
    assert.equal(response.status, 401);
  });

  test('is no client without the scope, and none that is not registered as a device', async () => {
    const check = { code: 'x', venue: 'bus' };
    assert.equal(
      said(await doors.askWith(await doors.tokenOf(['evidence:write']))(check)),
      '403 not-allowed',
    );
    assert.equal(said(await doors.askWith(await doors.tokenOf(['checks:write']))(check)), '403 not-allowed');
  });

  test('is nobody who has signed in as themselves, and no staff without the role', async () => {
    const check = { code: 'x', venue: 'bus' };
    const citizen = { sessionId: randomUUID(), accountId: randomUUID(), signedInAt: record.now };
    assert.equal(said(await doors.askAs({ kind: 'citizen', ...citizen })(check)), '403 not-allowed');
    assert.equal(said(await doors.askAs(verifier({ roles: ['counter'] }))(check)), '403 not-allowed');
    assert.equal(
      said(await doors.askAs(verifier({ roles: ['counter', 'verifier'] }))(check)),
      'unreadable S7',
    );
  });

  test('is no device that was revoked, whose client was barred, or whose time is over', async () => {
    const check = { code: 'x' };
    const revoked = await doors.device({ category: 'bus' });
    const barred = await doors.device({ category: 'bus' });
    const expiring = await doors.device({ category: 'bus', expiresAt: record.now + 60_000 });
    for (const ask of [revoked, barred, expiring]) assert.equal(said(await ask(check)), 'unreadable S7');
    await revokeDevice(record.database.app, revoked.clientId, record.now, 'test');
    await disableClient(app, barred.clientId, record.now, 'test');
    await until(async () => (await revoked(check)).status !== 200 && (await barred(check)).status !== 200);
    assert.equal(said(await barred(check)), '401 unauthenticated');
    const start = record.now;
    record.now += 60_000;
    assert.equal(said(await expiring(check)), '401 unauthenticated');
    record.now = start;
  });

  test('is no client that is a device no more, though it may still call', async () => {
    const ended = await doors.device({ category: 'bus' });
    assert.equal(said(await ended({ code: 'x' })), 'unreadable S7');
    const [row] = (await allDevices(app)).filter(({ clientId }) => clientId === ended.clientId);
    await addDeviceRow(app, { ...row!, number: 2, endsAt: record.now }, record.now, 'test');
    await until(async () => (await ended({ code: 'x' })).status !== 200);
    assert.equal(said(await ended({ code: 'x' })), '403 not-allowed');
  });

  test('is no device twice, or at a venue that is not there, and a revoked one stays revoked', async () => {
    const device = { name: 'A gate', readsDocuments: false, quotaPerSecond: 1, recordedBy: 'test' };
    const { clientId } = await registerDevice(app, { ...device, clientId: 'gate-1' }, record.now);
    await assert.rejects(registerDevice(app, { ...device, clientId }, record.now), { code: 'conflict' });
    await assert.rejects(registerDevice(app, { ...device, venueId: 'nowhere' }, record.now), {
      code: 'invalid',
    });
    await assert.rejects(revokeDevice(app, 'nobody', record.now, 'test'), { code: 'not-found' });
    for (let i = 0; i < 2; i++) await revokeDevice(app, clientId, record.now + i, 'test');
  });

  test('is at a venue of a category that the rules know', async () => {
    const { rules } = defaultRules();
    const venue = { venueId: 'market-1', name: 'A market', category: 'farmers-market', region: '330106' };
    const add = (change: object) => addVenue(app, rules, { ...venue, ...change }, record.now, 'test');
    await add({});
    await assert.rejects(add({}), { code: 'conflict' });
    for (const change of [
      { category: 'karaoke' },
      { category: 'toString' },
      { region: '33' },
      { region: '000000' },
      { venueId: 'Market' },
      { name: '' },
    ])
      await assert.rejects(add({ venueId: 'market-2', ...change }), { code: 'invalid' });
  });
});

describe('who may ask by document', () => {
  const doors = doorService();
  const { app } = doors.record.database;

  test('is a registered reader; any other device is told the same about everybody, byte for byte', async () => {
    await doors.colour(GREEN, 'green');
    const gate = await doors.device({ category: 'bus' });
    assert.equal(said(await gate(read(GREEN))), 'ask-staff S10');
    assert.equal(whole(await gate(read(GREEN))), whole(await gate(read(UNKNOWN))));
    const reader = await doors.device({ category: 'bus', readsDocuments: true });
    assert.equal(said(await reader(read(GREEN))), 'allow M12');
    assert.equal(said(await reader(read(UNKNOWN))), 'allow-if-masked S10');
  });

  test('is staff who say why, in words that name nobody', async () => {
    await doors.colour(GREEN, 'green');
    const ask = doors.askAs(verifier());
    const check = { ...read(GREEN), venue: 'bus' };
    for (const reason of [undefined, '', 'x', `asked for ${GREEN}`, 'call 13800138000', 'x'.repeat(201)]) {
      const { status, body } = await ask({ ...check, reason });
      assert.deepEqual([status, body.errors?.map(({ path }) => path)], [400, ['/reason']], reason);
    }
    assert.deepEqual(await looksAt(app, await doors.personOf(GREEN)), []);
    assert.equal(said(await ask({ ...check, reason: 'a lost phone' })), 'allow M12');
    assert.equal(
      said(await ask({ ...read(UNKNOWN), venue: 'park', reason: 'a lost phone' })),
      'ask-staff S10',
    );
  });

  test('is staff within their territory, whoever is asked about and whether they are known', async () => {
    await doors.colour(GREEN, 'green');
    const check = { ...read(GREEN), reason: 'a lost phone' };
    const hangzhou = await doors.venue('bus', '330106');
    const shaoxing = await doors.venue('bus', '330602001');
    for (const [territory, at, expected] of [
      ['33', hangzhou, 'allow M12'],
      ['330000', shaoxing, 'allow M12'],
      ['3301', hangzhou, 'allow M12'],
      ['330100', hangzhou, 'allow M12'],
      ['330106', hangzhou, 'allow M12'],
      ['330102', hangzhou, '403 not-allowed'],
      ['3306', hangzhou, '403 not-allowed'],
      ['330106001', hangzhou, '403 not-allowed'],
      ['330602', shaoxing, 'allow M12'],
    ] as const) {
      const ask = doors.askAs(verifier({ territory }));
      assert.equal(said(await ask({ ...check, at })), expected, `${territory} ${at}`);
      if (expected === '403 not-allowed') {
        assert.equal(
          whole(await ask({ ...check, ...read(UNKNOWN), at })),
          whole(await ask({ ...check, at })),
        );
        assert.equal(said(await ask({ code: 'x', at })), expected);
      }
    }
    const looks = await looksAt(app, await doors.personOf(GREEN));
    assert.equal(looks.filter(({ purpose }) => purpose === 'a lost phone').length, 7);
  });
});
