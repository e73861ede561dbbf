import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { endOfEpoch, epochAt, startOfEpoch } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../domain/time.ts';
import { rememberDatabase } from '../../../test/rewind.ts';
import { statusSuite } from '../../../test/status-suite.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import {
  type EpochKeys,
  printEpochKeys,
  readEpochKeys,
  writeEpochKeys,
} from '../../record/removals/epoch-keys.ts';
import { addRestoration, skipNumbers } from '../../record/restorations/store.ts';
import { FIRST_CARD_SLOT } from '../slots/indexes.ts';
import { putBackEpochs } from '../slots/put-back-epochs.ts';
import { cardKey, countSlots, openEpochRows } from '../slots/store.ts';
import { unsignedFiles } from './store.ts';

const [GREEN, NONE, RED] = [0, 1, 3];
const PERIOD_MS = 10_000;

/** What was published is known to gates and to the signer, whatever becomes of the database. */
describe('the lists after a restore', () => {
  const suite = statusSuite();
  const { record, somebody, redden } = suite;
  const { app, owner } = record.database;
  let { lists } = suite;

  beforeEach(() => {
    // In the middle of an epoch.
    record.now = startOfEpoch(epochAt(record.now, USUAL_PARAMETERS) + 2, USUAL_PARAMETERS) + HOUR_MS;
  });

  const later = async (milliseconds = PERIOD_MS) => {
    record.now += milliseconds;
    await lists.publisher.tick();
  };
  /** What follows a restore; `kept` are the keys that lie beside the backups. */
  const restored = async (restoredTo: Instant, kept: EpochKeys | undefined, times = 1) => {
    const first = await countSlots(app);
    await skipNumbers(owner, times);
    const end = await countSlots(app);
    await addRestoration(app, {
      ...{ restorationId: timeUuid(record.now), restoredTo, restoredAt: record.now },
      slots: { first: first.slots, end: end.slots },
      cardSlots: { first: FIRST_CARD_SLOT + first.cards, end: FIRST_CARD_SLOT + end.cards },
    });
    const closed = await putBackEpochs(app, kept, USUAL_PARAMETERS, record.now);
    // Another process, which holds nothing in memory.
    lists = await suite.open();
    return closed;
  };
  const kept = async (): Promise<EpochKeys> => {
    const folder = temporaryFolder();
    writeEpochKeys(folder, printEpochKeys({ epochs: await openEpochRows(app), cardKey: await cardKey(app) }));
    return readEpochKeys(folder)!;
  };

  test('are followed by gates that followed before, and say what is so now', async () => {
    const [lostRed, lostGreen, stays] = [await somebody(), await somebody(), await somebody()];
    await redden(lostGreen);
    await redden(stays);
    await lists.publisher.tick();
    const gates = [lists.gate(), lists.gate()];
    for (const gate of gates) assert.equal(await lists.statusOf(stays.slot, gate), RED);
    const rewind = await rememberDatabase(record.database);
    const to = record.now;
    await later();
    await redden(lostRed);
    await redden(lostGreen, { version: 2, retracted: true });
    const phone = await lists.bearer(stays.personId, 'phone');
    const card = await lists.bearer(stays.personId, 'card');
    for (let i = 0; i < 3; i++) await later();
    for (const slot of [lostRed.slot, phone, card]) assert.equal(await lists.statusOf(slot, gates[0]), RED);
    assert.equal(await lists.statusOf(lostGreen.slot, gates[0]), GREEN);
    const keys = await kept();
    const seen = namesOf();
    await rewind();
    record.now += 60_000;
    assert.equal(await restored(to, keys), 0);
    await lists.publisher.tick();
    for (const gate of [...gates, lists.gate()]) {
      assert.equal(await lists.statusOf(lostRed.slot, gate), GREEN, 'what was stated is lost, for all gates');
      assert.equal(await lists.statusOf(lostGreen.slot, gate), RED);
      assert.equal(await lists.statusOf(stays.slot, gate), RED);
      for (const slot of [phone, card])
        assert.equal(await lists.statusOf(slot, gate), NONE, 'nobody knows whose it was');
    }
    const fresh = [...namesOf()].filter(([name]) => name !== 'head');
    for (const [name, bytes] of fresh)
      if (seen.has(name)) assert.deepEqual(bytes, seen.get(name), `${name} has one content`);
    await redden(lostRed);
    await later();
    for (const gate of [...gates, lists.gate()]) assert.equal(await lists.statusOf(lostRed.slot, gate), RED);
  });

  const namesOf = () =>
    new Map([...lists.files.names()].map((name) => [name, Buffer.from(lists.files.find(name)!)]));

  test('go on when it is restored to the same instant again, and give no slot twice', async () => {
    const one = await somebody();
    await lists.publisher.tick();
    const rewind = await rememberDatabase(record.database);
    const to = record.now;
    const keys = await kept();
    const gate = lists.gate();
    const given = new Set<number>();
    for (let times = 1; times <= 2; times++) {
      for (let i = 0; i < 3; i++) {
        const slot = await lists.bearer(one.personId, 'phone');
        assert.ok(!given.has(slot), `${slot} is given once`);
        given.add(slot);
        await redden(one, { version: 10 * times + i, retracted: i === 1 });
        await later();
        assert.equal(await lists.statusOf(one.slot, gate), i === 1 ? GREEN : RED);
      }
      await rewind();
      await restored(to, keys, times);
      await lists.publisher.tick();
      for (const slot of given) assert.equal(await lists.statusOf(slot, gate), NONE);
      assert.equal(await lists.statusOf(one.slot, gate), GREEN);
    }
    const { slots } = await countSlots(app);
    await lists.indexes.refresh(record.now);
    const epoch = epochAt(record.now, USUAL_PARAMETERS);
    assert.ok(lists.indexes.find(epoch)!.capacity > slots, 'there is room for those that come');
  });

  test('sign nothing that was written down before and may be signed with another content', async () => {
    const one = await somebody();
    await lists.publisher.tick();
    await redden(one);
    const away = await lists.anotherPublisher({
      signing: { sign: () => Promise.reject(new Error('the signer is away')) },
    });
    await lists.publisher.leave();
    record.now += PERIOD_MS;
    await assert.rejects(away.tick(), /the signer is away/);
    await away.leave();
    const [written] = await unsignedFiles(app);
    const rewind = await rememberDatabase(record.database);
    const to = record.now;
    const keys = await kept();
    const gate = lists.gate();
    for (let i = 0; i < 3; i++) {
      await later();
      await redden(one, { version: 2 + i, retracted: i % 2 === 1 });
    }
    await later();
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    await rewind();
    assert.deepEqual(await unsignedFiles(app), [written]);
    await restored(to, keys);
    await lists.publisher.tick();
    assert.equal(await lists.statusOf(one.slot, gate), RED, 'what it said is told');
    assert.deepEqual(await unsignedFiles(app), []);
    assert.equal(await lists.published(one.slot), RED);
  });

  test('are taken by gates whose base is lost, and name whom passes of before name', async () => {
    const [one, other] = [await somebody(), await somebody()];
    await redden(one);
    await lists.publisher.tick();
    const rewind = await rememberDatabase(record.database);
    const to = record.now;
    // So long that nothing of the epochs that are about was made by the instant.
    const epoch = epochAt(record.now, USUAL_PARAMETERS) + 12;
    record.now = startOfEpoch(epoch, USUAL_PARAMETERS) - HOUR_MS / 2 - 2 * PERIOD_MS;
    for (let i = 0; i < 2; i++) await later();
    record.now = startOfEpoch(epoch, USUAL_PARAMETERS) + HOUR_MS;
    await lists.publisher.tick();
    await redden(other);
    await later();
    const gate = lists.gate();
    assert.equal(await lists.statusOf(other.slot, gate), RED);
    const indexes = [0, 1, 2, 3, 4].map((ahead) => lists.indexes.indexOf(epoch + ahead, one.slot));
    const keys = await kept();
    await rewind();
    record.now += 60_000;
    await restored(to, keys);
    for (const [ahead, index] of indexes.entries())
      assert.equal(lists.indexes.indexOf(epoch + ahead, one.slot), index);
    await lists.publisher.tick();
    for (const each of [gate, lists.gate()]) {
      assert.equal(await lists.statusOf(one.slot, each), RED);
      assert.equal(await lists.statusOf(other.slot, each), GREEN);
    }
    record.now = endOfEpoch(epoch, USUAL_PARAMETERS) - 60_000;
    await lists.publisher.tick();
    await later(61_000);
    for (const each of [gate, lists.gate()])
      assert.equal(await lists.statusOf(one.slot, each), RED, 'and into the next epoch');
  });

  test('are none for epochs whose keys nobody has kept: no pass is taken for another person’s', async () => {
    const one = await somebody();
    await lists.publisher.tick();
    const rewind = await rememberDatabase(record.database);
    const to = record.now;
    record.now += 3 * DAY_MS;
    await lists.publisher.tick();
    const epoch = epochAt(record.now, USUAL_PARAMETERS);
    const index = lists.indexes.indexOf(epoch, one.slot)!;
    await rewind();
    assert.equal(await restored(to, undefined), USUAL_PARAMETERS.epochsAhead + 2);
    await lists.publisher.tick();
    assert.equal(lists.indexes.slotOf(epoch, index), undefined);
    assert.equal(lists.indexes.indexOf(epoch + 4, one.slot), undefined);
    record.now = startOfEpoch(epoch + USUAL_PARAMETERS.epochsAhead + 2, USUAL_PARAMETERS);
    await lists.publisher.tick();
    assert.equal(await lists.published(one.slot), GREEN, 'the epochs after that are as all are');
  });

  test('forget slots whose bearers are lost once no pass of them is about', async () => {
    const one = await somebody();
    await lists.publisher.tick();
    const rewind = await rememberDatabase(record.database);
    const keys = await kept();
    const phone = await lists.bearer(one.personId, 'phone');
    await rewind();
    record.now += 60_000;
    await restored(record.now, keys);
    assert.equal(await lists.published(phone), NONE);
    const epochMs = USUAL_PARAMETERS.epochSeconds * 1_000;
    await later(5 * epochMs);
    assert.equal(await lists.statusOf(phone), NONE);
    await later(2 * epochMs);
    assert.equal(await lists.statusOf(phone), GREEN);
  });
});
