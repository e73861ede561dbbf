import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { sql } from '../../platform/db/sql.ts';
import { type KeyRing, openKeyRing } from '../../platform/keys/key-ring.ts';
import { addVersion, promote } from '../../platform/keys/rotation.ts';
import { retireKey } from '../../retire-key.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });

describe('a record in quarantine', () => {
  const service = testService();
  const { app } = service.database;
  let behind: KeyRing;
  before(() => {
    behind = openKeyRing(service.keysFolder);
  });

  const faulty = (id: string) => recordOf('health', id, NUMBERS[0], 'case', { classification: 'doubtful' });
  const quarantine = async (id: string, ring: KeyRing, clientId = 'test'): Promise<string> => {
    const { outcomes } = await service.deliver([faulty(id)], { clientId }, ring);
    const [outcome] = outcomes;
    assert.equal(outcome?.outcome, 'quarantined');
    return outcome.itemId;
  };
  const count = async () => (await app.rows(sql`select item_id from quarantine`)).length;

  test('has one id however often its client sends it, and another for another client', async () => {
    const itemId = await quarantine('Q-1', service.keys());
    assert.match(itemId, /^0001[0-9a-f]{4}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(await quarantine('Q-1', service.keys()), itemId);
    assert.equal(await count(), 1);
    assert.notEqual(await quarantine('Q-1', service.keys(), 'another'), itemId);
    assert.notEqual(await quarantine('Q-2', service.keys()), itemId);
    assert.equal(await count(), 3);
  });

  test('keeps its id when the key of the digests is rotated, for a process that is a step behind too', async () => {
    const before = await quarantine('Q-1', service.keys());
    addVersion(service.keysFolder, 'digest', { ...later(0), suite: 'sm4-sm3' });
    service.keys().refresh();
    behind.refresh();
    assert.equal(await quarantine('Q-1', service.keys()), before);
    promote(service.keysFolder, 'digest', later(60));
    service.keys().refresh();
    assert.equal(await quarantine('Q-1', service.keys()), before);
    assert.equal(await quarantine('Q-1', behind), before);
    const fresh = await quarantine('Q-3', service.keys());
    assert.match(fresh, /^0002/);
    assert.equal(await quarantine('Q-3', behind), fresh);
    assert.equal(await quarantine('Q-3', service.keys()), fresh);
    const older = await quarantine('Q-4', behind);
    assert.match(older, /^0001/);
    assert.equal(await quarantine('Q-4', service.keys()), older);
    assert.equal(await count(), 5);
  });

  test('keeps the version that made its id, and the one that seals it, from being retired', async () => {
    addVersion(service.keysFolder, 'quarantine', later(0));
    promote(service.keysFolder, 'quarantine', later(60));
    const retire = (purpose: 'digest' | 'quarantine') =>
      retireKey(service.database.reader, service.keysFolder, purpose, 1, later(120));
    await assert.rejects(retire('digest'), {
      code: 'refused',
      message: 'digest has a version 1 that 4 rows need',
    });
    await assert.rejects(retire('quarantine'), { code: 'refused', message: /that 5 rows need/ });
    await service.database.eraser.change(sql`delete from quarantine`);
    await retire('digest');
    await retire('quarantine');
    service.keys().refresh();
    assert.match(await quarantine('Q-1', service.keys()), /^0002/);
  });
});
