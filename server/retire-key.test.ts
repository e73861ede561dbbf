import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NUMBERS, recordOf, testService } from '../test/service.ts';
import { keyNeeds } from './key-needs.ts';
import { renewKeys } from './people/renewal/renew-keys.ts';
import { sql } from './platform/db/sql.ts';
import type { Purpose } from './platform/keys/key-file.ts';
import { addVersion, keyStates, promote } from './platform/keys/rotation.ts';
import { retireKey } from './retire-key.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });
const OVERSEAS = { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' };

describe('a former version of a key', () => {
  const service = testService();
  const { app, reader, owner } = service.database;
  const rotate = (purpose: Purpose) => {
    addVersion(service.keysFolder, purpose, later(0));
    promote(service.keysFolder, purpose, later(60));
    service.keys().refresh();
  };
  const retire = (purpose: Purpose, seconds = 120, version = 1) =>
    retireKey(reader, service.keysFolder, purpose, version, later(seconds));
  const needs = async (purpose: Purpose) =>
    Object.fromEntries(await keyNeeds(reader, purpose, keyStates(service.keysFolder)));
  const renew = () => renewKeys(app, service.keys(), () => service.now);
  const deliver = (version: number) =>
    service.deliver(
      NUMBERS.map((number, i) => recordOf('customs', `O-${i}`, number, 'overseas', OVERSEAS, { version })),
    );

  test('is needed by whom it alone wraps or finds, until they are renewed', async () => {
    await deliver(1);
    rotate('document');
    rotate('envelope');
    assert.deepEqual(
      [await needs('document'), await needs('envelope')],
      [
        { 1: 4, 2: 0 },
        { 1: 4, 2: 0 },
      ],
    );
    await assert.rejects(retire('document'), {
      code: 'refused',
      message: 'document has a version 1 that 4 rows need',
    });
    await assert.rejects(retire('envelope'), {
      code: 'refused',
      message: 'envelope has a version 1 that 4 rows need',
    });
    await renew();
    assert.deepEqual(
      [await needs('document'), await needs('envelope')],
      [
        { 1: 0, 2: 4 },
        { 1: 0, 2: 4 },
      ],
    );
  });

  test('is not counted before every process has had the time to leave it', async () => {
    await assert.rejects(retire('envelope', 119), { code: 'refused', message: /only since .*; wait until/ });
    await retire('envelope');
    await retire('document');
  });

  test('is needed by digests as long as they are kept, of the highest versions and of those below', async () => {
    rotate('digest');
    await deliver(1);
    await deliver(2);
    assert.deepEqual(await needs('digest'), { 1: 4, 2: 4 });
    await assert.rejects(retire('digest'), {
      code: 'refused',
      message: 'digest has a version 1 that 4 rows need',
    });
    await owner.change(sql`delete from former_version`);
    await retire('digest');
  });

  test('of tokens is retired when each token that it signed has ended', async () => {
    rotate('token');
    await assert.rejects(retire('token', 749), {
      code: 'refused',
      message: /wait until 2021-01-01T00:12:30/,
    });
    await retire('token', 750);
  });

  test('of what nothing is stored under yet is needed by nothing', async () => {
    for (const purpose of ['phone', 'carrier'] as const) {
      rotate(purpose);
      assert.deepEqual(await needs(purpose), { 1: 0, 2: 0 });
      await retire(purpose);
    }
  });

  test('is the only one that is retired', async () => {
    await assert.rejects(retire('envelope', 180, 2), {
      code: 'refused',
      message: /that is current, not former/,
    });
    await assert.rejects(retire('envelope', 180, 1), {
      code: 'refused',
      message: /that is retired, not former/,
    });
    await assert.rejects(retire('envelope', 180, 7), {
      code: 'refused',
      message: /that is missing, not former/,
    });
  });

  test('is not needed by somebody who was erased', async () => {
    await owner.change(sql`
      update person set wrapped_key = null where person_id = (select person_id from person limit 1)
    `);
    addVersion(service.keysFolder, 'document', later(120));
    promote(service.keysFolder, 'document', later(180));
    service.keys().refresh();
    assert.deepEqual(await needs('document'), { 2: 3, 3: 0 });
    await renew();
    await retire('document', 240, 2);
  });
});
