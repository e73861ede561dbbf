import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startOfEpoch } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { parseInstant } from '../../../domain/time.ts';
import { statusSuite } from '../../../test/status-suite.ts';
import { eraseClosedPeople } from '../../people/erasing/erase-people.ts';
import { sql } from '../../platform/db/sql.ts';
import { endSlot } from '../slots/add-slot.ts';

const [GREEN, NONE, RED] = [0, 1, 3];
const EPOCH_MS = USUAL_PARAMETERS.epochSeconds * 1_000;

describe('the lists that are published', () => {
  const { record, lists, somebody, redden, isolate, recordIdOf, epochNow } = statusSuite();

  test('say of whoever turned red from the next delta on, whether or not that was concluded yet', async () => {
    const who = await somebody();
    const { slot } = who;
    const gate = lists.gate();
    await lists.publisher.tick();
    assert.equal(await lists.statusOf(slot, gate), GREEN);
    await redden(who);
    record.now += 10_000;
    await lists.publisher.tick();
    assert.equal(await lists.statusOf(slot, gate), RED, 'from the evidence');
    await record.turn();
    record.now += 10_000;
    assert.equal((await lists.publisher.tick()).changes, 0, 'from the conclusion it is the same');
    await redden(who, { version: 2, retracted: true });
    record.now += 10_000;
    assert.equal(await lists.published(slot), GREEN);
    assert.equal(await lists.statusOf(slot, gate), GREEN);
  });

  test('say the same of each phone and card, and nothing of one that has ended', async () => {
    const who = await somebody();
    const { personId } = who;
    await redden(who);
    const own = await lists.slots.personSlot(personId);
    const phone = await lists.bearer(personId, 'phone');
    const card = await lists.bearer(personId, 'card');
    await lists.publisher.tick();
    for (const slot of [own, phone, card]) assert.equal(await lists.statusOf(slot), RED);
    record.now += 10_000;
    await endSlot(record.database.app, personId, phone, record.now);
    assert.equal(await lists.published(phone), NONE);
    assert.equal(await lists.statusOf(own), RED);
    record.now += 10_000;
    await endSlot(record.database.app, personId, card, record.now);
    assert.equal(await lists.published(card), NONE);
  });

  test('say nothing of somebody whose code nobody shows any more, until somebody does again', async () => {
    const { personId, slot } = await somebody();
    assert.equal(await lists.published(slot), GREEN);
    record.now += 10_000;
    await lists.endHold(personId);
    assert.equal(await lists.published(slot), NONE);
    record.now += 10_000;
    await lists.hold(personId, 2);
    assert.equal(await lists.published(slot), GREEN);
  });

  test('say nothing of somebody who was erased', async () => {
    const { app, eraser } = record.database;
    const { personId, slot } = await somebody();
    assert.equal(await lists.published(slot), GREEN);
    record.now += 10_000;
    await app.change(sql`update person set wrapped_key = null where person_id = ${personId}`);
    assert.equal(await eraseClosedPeople(app, eraser, () => record.now), 1);
    assert.equal(await lists.slots.bearerOf(slot), undefined);
    assert.equal(await lists.published(slot), NONE);
  });

  test('say nothing, and never green, of somebody whose evidence cannot be read', async () => {
    const who = await somebody();
    const { slot } = who;
    assert.equal(await lists.published(slot), GREEN);
    await redden(who);
    await record.database.owner.change(
      sql`update evidence set sealed_data = '\\x00' where record_id = ${recordIdOf(who)}`,
    );
    record.now += 10_000;
    assert.equal(await lists.published(slot), NONE);
    await record.turn();
    record.now += 70_000;
    assert.equal(await lists.published(slot), NONE);
  });

  test('are told beforehand what the clock alone will turn, to the second', async () => {
    const who = await somebody();
    const { personId, slot } = who;
    await isolate(who, parseInstant('2021-01-24T00:00:00+08:00'));
    await record.turn();
    const [{ due_at: midnight } = { due_at: 0 }] = await record.database.app.rows<{ due_at: number }>(
      sql`select due_at from due where person_id = ${personId} and cause = 'time'`,
    );
    assert.ok(midnight > record.now, String(midnight));
    assert.equal(await lists.published(slot), RED);
    record.now = midnight - 4_000;
    await lists.publisher.tick();
    const gate = lists.gate();
    assert.equal(await lists.statusOf(slot, gate), RED);
    // Nothing is published any more.
    record.now = midnight - 1;
    assert.equal(await lists.statusOf(slot, gate), RED);
    record.now = midnight;
    assert.notEqual(await lists.statusOf(slot, gate), RED);
    record.now = midnight + 6_000;
    assert.equal((await lists.publisher.tick()).changes, 0);
    await record.turn();
    record.now += 10_000;
    assert.equal((await lists.publisher.tick()).changes, 0);
  });

  test('are there half an hour before an epoch begins, and go whole when it is over', async () => {
    const who = await somebody();
    const { personId } = who;
    await redden(who);
    const slot = await lists.slots.personSlot(personId);
    const card = await lists.bearer(personId, 'card');
    assert.equal(await lists.published(slot), RED);
    const next = epochNow() + 1;
    const start = startOfEpoch(next, USUAL_PARAMETERS);
    record.now = start - 31 * 60_000;
    await lists.publisher.tick();
    await lists.files.refresh();
    assert.equal(lists.files.find(String(next)), undefined);
    record.now = start - 29 * 60_000;
    await lists.publisher.tick();
    await lists.files.refresh();
    const base = lists.read(String(next));
    assert.ok(base.kind === 'base' && base.at <= start);
    const gate = lists.gate();
    assert.deepEqual(await lists.fetch(gate), []);
    const index = (epoch: number) => lists.indexes.indexOf(epoch, slot)!;
    await lists.indexes.refresh(record.now);
    assert.equal(gate.view(next, start)!.statusOf(index(next)), RED);
    assert.notEqual(index(next), index(next - 1));
    record.now += 10_000;
    await redden(who, { version: 2, retracted: true });
    await lists.publisher.tick();
    await lists.fetch(gate);
    assert.equal(gate.view(next - 1, record.now)!.statusOf(index(next - 1)), GREEN);
    assert.equal(gate.view(next, record.now)!.statusOf(index(next)), GREEN);
    record.now = start + 1_000;
    await lists.publisher.tick();
    await lists.files.refresh();
    assert.ok(lists.files.find(String(next - 1)), 'clocks may differ');
    record.now = start + 61_000;
    await lists.publisher.tick();
    await lists.files.refresh();
    assert.deepEqual(
      [...lists.files.names()].filter((name) => name.startsWith(`${next - 1}`)),
      [],
    );
    await lists.indexes.refresh(record.now);
    assert.equal(lists.indexes.indexOf(next - 1, slot), undefined, 'nobody can tell whose an index was');
    assert.equal(await lists.statusOf(card), GREEN);
  });

  test('of an epoch that began while nobody published are as old as what was known before', async () => {
    const who = await somebody();
    const { slot } = who;
    assert.equal(await lists.published(slot), GREEN);
    const known = Math.floor(record.now / 1_000) * 1_000;
    record.now += 1_000;
    await redden(who);
    record.now += 2 * EPOCH_MS;
    await lists.publisher.tick();
    await lists.files.refresh();
    const base = lists.read(String(epochNow()));
    assert.equal(base.kind === 'base' && base.at, known);
    // A gate that is given the base alone does not take it for new.
    const index = lists.indexes.indexOf(epochNow(), slot) ?? -1;
    const gate = lists.gate();
    gate.take(lists.files.find(String(epochNow()))!, record.now);
    await lists.indexes.refresh(record.now);
    const view = gate.view(epochNow(), record.now)!;
    assert.equal(view.at, known);
    assert.equal(view.statusOf(Math.max(index, lists.indexes.indexOf(epochNow(), slot)!)), GREEN);
    assert.equal(await lists.statusOf(slot), RED);
  });

  test('say of a conclusion that was dated two minutes before anybody could see it', async () => {
    const who = await somebody();
    const { slot } = who;
    assert.equal(await lists.published(slot), GREEN);
    const lookedAt = record.now;
    record.now -= 120_000;
    await redden(who);
    await record.turn();
    record.now = lookedAt + 10_000;
    assert.equal(await lists.published(slot), RED);
  });

  test('forget a slot some time after it has ended: no pass of it is about any more', async () => {
    const { personId } = await somebody();
    const phone = await lists.bearer(personId, 'phone');
    const card = await lists.bearer(personId, 'card');
    for (const slot of [phone, card]) await endSlot(record.database.app, personId, slot, record.now);
    assert.equal(await lists.published(phone), NONE);
    for (let epochs = 0; epochs < 9; epochs++) {
      record.now += EPOCH_MS;
      await lists.publisher.tick();
    }
    assert.equal(await lists.statusOf(phone), GREEN);
    assert.equal(await lists.statusOf(card), NONE);
  });
});
