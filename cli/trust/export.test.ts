import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { createGateLists, takeFolder } from '../../gate/status-lists.ts';
import { verify } from '../../gate/verify.ts';
import { testService } from '../../test/service.ts';
import { type StatusService, statusService } from '../../test/status-service.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { exportTree } from './export-tree.ts';

describe('the tree of a static host', () => {
  const record = testService();
  const folder = temporaryFolder();
  const status = join(folder, 'trust', 'status');
  let lists: StatusService;
  before(async () => {
    lists = await statusService(record);
  });

  async function exportNow() {
    await lists.publisher.tick();
    await lists.files.refresh();
    const { trust } = await record.passes();
    return { trust, exported: exportTree(folder, { keys: trust.keys().bytes, lists: lists.files }) };
  }

  test('is what the service answers, and enough for a gate', async () => {
    const personId = await lists.personOf('339900199001010011');
    const slot = await lists.slots.personSlot(personId);
    await lists.publisher.tick();
    await lists.endHold(personId);
    record.now += 10_000;
    const { trust, exported } = await exportNow();
    assert.equal(exported.removed, 0);
    assert.deepEqual(readdirSync(status).sort(), [...lists.files.names()].sort());
    assert.ok(readFileSync(join(folder, 'trust', 'keys')).equals(trust.keys().bytes));
    const gate = createGateLists(trust.keys, verify);
    assert.deepEqual(takeFolder(gate, status, record.now), []);
    assert.deepEqual(gate.wanted(), []);
    assert.equal(await lists.statusOf(slot, gate), 1);
  });

  test('writes again only what is another, and nothing half', async () => {
    record.now += 10_000;
    writeFileSync(join(status, '1-d1.unfinished'), 'half');
    const { exported } = await exportNow();
    assert.equal(exported.written, 1, 'the head');
    assert.equal(exported.removed, 1);
    assert.ok(readdirSync(status).every((name) => !name.includes('unfinished')));
  });

  test('loses the lists that are over, and nothing that is not ours', async () => {
    const before = readdirSync(status).filter((name) => name !== 'head');
    writeFileSync(join(status, 'README'), 'whose this is');
    record.now += 7 * 3_600_000;
    const { exported } = await exportNow();
    assert.equal(exported.removed, before.length);
    for (const name of before) assert.ok(!existsSync(join(status, name)), name);
    assert.ok(existsSync(join(status, 'README')));
  });
});
