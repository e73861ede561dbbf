import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HOUR_MS } from '../../../domain/time.ts';
import { type DatabaseProxy, proxyTo } from '../../../test/faults/database-proxy.ts';
import { testService } from '../../../test/service.ts';
import { type StatusService, statusService } from '../../../test/status-service.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { ROLES } from '../../platform/db/roles.ts';
import type { Publisher } from './publisher.ts';
import { createStatusFiles, type StatusFiles } from './status-files.ts';

describe('while the database is away', () => {
  const record = testService();
  let lists: StatusService;
  let proxy: DatabaseProxy;
  let db: Database;
  let publisher: Publisher;
  let files: StatusFiles;
  before(async () => {
    lists = await statusService(record);
    proxy = await proxyTo(record.database.url);
    db = openDatabase({ url: proxy.url, role: ROLES.app, connections: 2 });
    publisher = await lists.anotherPublisher({ db });
    files = createStatusFiles(db);
  });
  after(async () => {
    await db.close();
    await proxy.close();
  });

  test('the head stops, the lists stay, and afterwards all goes on', async () => {
    const slot = await lists.slots.personSlot(await lists.personOf('339900199001010011'));
    await publisher.tick();
    await files.refresh();
    const head = files.find('head')!;
    const names = [...files.names()];
    assert.ok(names.length >= 3);
    await proxy.refuse();
    record.now += 10_000;
    await assert.rejects(publisher.tick(), { kind: 'unavailable' });
    await assert.rejects(files.refresh(), { kind: 'unavailable' });
    assert.deepEqual([...files.names()], names);
    assert.equal(files.find('head'), head);
    await proxy.restore();
    record.now += 10_000;
    await publisher.tick();
    await files.refresh();
    assert.notDeepEqual(files.find('head'), head);
    assert.equal(await lists.statusOf(slot), 0);
  });

  test('while the signer is away nothing is published, and then the same that was written down', async () => {
    const { signing } = await record.passes();
    let isAway = false;
    const sign: typeof signing.sign = async (use, payload) => {
      if (isAway) throw new Error('away');
      return signing.sign(use, payload);
    };
    await publisher.leave();
    const other = await lists.anotherPublisher({ signing: { sign } });
    const personId = await lists.personOf('33990019900101002X');
    const slot = await lists.slots.personSlot(personId);
    await other.tick();
    assert.equal(await lists.statusOf(slot), 0);
    await lists.endHold(personId);
    isAway = true;
    record.now += 10_000;
    await assert.rejects(other.tick(), { message: 'away' });
    assert.equal(await lists.statusOf(slot), 0);
    isAway = false;
    record.now += 10_000;
    await other.tick();
    assert.equal(await lists.statusOf(slot), 1);
    await lists.hold(personId, 2);
    isAway = true;
    record.now += 10_000;
    await assert.rejects(other.tick(), { message: 'away' });
    isAway = false;
    record.now += 6 * HOUR_MS;
    await other.tick();
    assert.equal(await lists.statusOf(slot), 0, 'also when the epoch has ended meanwhile');
    await other.leave();
  });
});
