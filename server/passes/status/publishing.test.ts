import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startOfEpoch } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { statusSuite } from '../../../test/status-suite.ts';
import { sql } from '../../platform/db/sql.ts';

const [GREEN, _NONE, RED] = [0, 1, 3];

describe('publishing the lists', () => {
  const { record, lists, somebody, redden, epochNow } = statusSuite();

  test('go on after a restart in the middle of an epoch where they were', async () => {
    const who = await somebody();
    const { slot } = who;
    await redden(who);
    assert.equal(await lists.published(slot), RED);
    const gate = lists.gate();
    await lists.fetch(gate);
    await lists.publisher.leave();
    const after = await lists.anotherPublisher();
    record.now += 5_000;
    await redden(who, { version: 2, retracted: true });
    record.now += 5_000;
    assert.ok((await after.tick()).changes > 0);
    assert.equal(await lists.statusOf(slot, gate), GREEN, 'the number after that of the process before');
    await after.leave();
  });

  test('come from one process at a time, however many would', async () => {
    const others = [await lists.anotherPublisher(), await lists.anotherPublisher()];
    const gate = lists.gate();
    for (let round = 0; round < 4; round++) {
      const who = await somebody();
      const { slot } = who;
      await redden(who);
      const all = await Promise.all([lists.publisher, ...others].map((one) => one.tick()));
      assert.equal(all.filter(({ published }) => published).length, 1);
      assert.equal(await lists.statusOf(slot, gate), RED);
      // The one that publishes stops without a word in the second round.
      record.now += round === 1 ? 60_000 : 10_000;
    }
    for (const one of [lists.publisher, ...others]) await one.leave();
  });

  test('are told in one sum after sixty deltas', async () => {
    const who = await somebody();
    const { slot } = who;
    await lists.publisher.tick();
    const old = lists.gate();
    await lists.fetch(old);
    for (let version = 1; version <= 62; version++) {
      await redden(who, { version, retracted: version % 2 === 0 });
      record.now += 10_000;
      await lists.publisher.tick();
    }
    await lists.files.refresh();
    const head = lists.read('head');
    assert.ok(head.kind === 'head');
    const { epoch, sum, delta } = head.epochs.at(-1)!;
    assert.ok(sum >= 60 && delta > sum, `${delta} ${sum}`);
    const fresh = lists.gate();
    fresh.take(lists.files.find('head')!, record.now);
    assert.equal(fresh.wanted().filter((name) => name.includes('-d')).length, delta - sum);
    assert.equal(await lists.statusOf(slot), GREEN);
    assert.equal(await lists.statusOf(slot, old), GREEN);
    assert.ok(lists.files.find(`${epoch}-s${sum}`));
  });

  test('are healed by the slow look over everybody', async () => {
    const who = await somebody();
    const { slot } = who;
    record.now += 60_000;
    assert.equal(await lists.published(slot), GREEN);
    // Nothing tells that this happened: no row is dated now.
    await redden(who);
    await record.turn();
    await record.database.owner.change(
      sql`update assessment set assessed_at = assessed_at - interval '1 day'`,
    );
    record.now += 10_000;
    assert.equal(await lists.published(slot), GREEN);
    await lists.publisher.leave();
    const sweeping = await lists.anotherPublisher({ sweepMs: 1_000 });
    record.now += 10_000;
    assert.ok((await sweeping.tick()).changes > 0);
    assert.equal(await lists.statusOf(slot), RED);
    await sweeping.leave();
  });

  test('are made from everybody when there are none to start from', async () => {
    const who = await somebody();
    const { slot } = who;
    await redden(who);
    assert.equal(await lists.published(slot), RED);
    await lists.publisher.leave();
    await record.database.owner.change(sql`delete from status_file`);
    record.now = startOfEpoch(epochNow() + 1, USUAL_PARAMETERS) + 1_000;
    const after = await lists.anotherPublisher();
    await after.tick();
    assert.equal(await lists.statusOf(slot), RED);
    await after.leave();
  });
});
