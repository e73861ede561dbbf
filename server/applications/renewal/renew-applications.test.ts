import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { applicationWith, applyingService } from '../../../test/applying.ts';
import { NUMBERS } from '../../../test/service.ts';
import { keyNeeds } from '../../key-needs.ts';
import { renewKeys } from '../../people/renewal/renew-keys.ts';
import type { Purpose } from '../../platform/keys/key-file.ts';
import { addVersion, keyStates, promote } from '../../platform/keys/rotation.ts';
import { retireKey } from '../../retire-key.ts';
import { readApplication } from '../read-application.ts';
import { renewApplications } from './renew-applications.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });

describe('the keys of applications', () => {
  const { service, citizen } = applyingService();
  const { app, reader } = service.database;
  const needs = async (purpose: Purpose) =>
    Object.fromEntries(await keyNeeds(reader, purpose, keyStates(service.keysFolder)));
  const accounts: string[] = [];

  before(async () => {
    for (const number of NUMBERS.slice(0, 3)) {
      const one = await citizen({ name: 'x', document: { type: 'resident-id', number } });
      accounts.push(one.session.accountId);
      await one.call('POST', '/me/code', applicationWith());
      // The second has corrected, the third has left.
      if (accounts.length === 2) await one.call('POST', '/me/code', applicationWith());
      if (accounts.length === 3) await one.call('POST', '/me/withdrawal', { confirm: true });
    }
    for (const purpose of ['phone', 'envelope'] as const) {
      addVersion(service.keysFolder, purpose, later(0));
      promote(service.keysFolder, purpose, later(60));
    }
    service.keys().refresh();
  });

  test('are needed until they are renewed, and those of whoever has left by nobody', async () => {
    assert.deepEqual(await needs('phone'), { 1: 2, 2: 0 });
    assert.deepEqual(await needs('envelope'), { 1: 4, 2: 0 }, 'two people and two applications');
    const refused = retireKey(reader, service.keysFolder, 'phone', 1, later(120));
    await assert.rejects(refused, { code: 'refused' });
    await renewKeys(app, service.keys(), () => service.now);
    const counts = { applications: 2, unreadable: 0 };
    assert.deepEqual(await renewApplications(app, service.keys()), { ...counts, indexes: 2, rewrapped: 2 });
    assert.deepEqual(await renewApplications(app, service.keys()), { ...counts, indexes: 0, rewrapped: 0 });
    assert.deepEqual(await needs('phone'), { 1: 0, 2: 2 });
    assert.deepEqual(await needs('envelope'), { 1: 0, 2: 4 });
  });

  test('open what they sealed after the old ones are gone', async () => {
    for (const purpose of ['phone', 'envelope'] as const)
      await retireKey(reader, service.keysFolder, purpose, 1, later(120));
    service.keys().refresh();
    for (const accountId of accounts.slice(0, 2)) {
      const read = await readApplication(app, service.keys(), accountId, service.now);
      assert.equal(read!.opened!.content.phone, '13900000001');
    }
  });
});
