import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { counting, MINUTE_MS, midnightSuite } from '../../../test/midnight-suite.ts';
import { endSlot } from '../slots/add-slot.ts';

const [GREEN, NONE, RED] = [0, 1, 3];

describe('a midnight that was worked out before', () => {
  const suite = midnightSuite();
  const { record, lists, midnight, somebody, redden, tickAt, workOut } = suite;

  /** Somebody who is red until midnight, as was concluded. */
  const isolated = async () => {
    const one = await suite.isolated();
    await record.turn();
    return one;
  };

  test('is published before it comes, and holds from it on', async () => {
    const one = await isolated();
    const phone = await lists.bearer(one.personId, 'phone');
    const gate = lists.gate();
    await workOut();
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    assert.deepEqual(await tickAt(midnight(-20_000)), { published: true, changes: 0, foreseen: 0 });
    assert.deepEqual(await tickAt(midnight(-10_000)), { published: true, changes: 2, foreseen: 2 });
    for (const slot of [one.slot, phone]) assert.equal(await lists.statusOf(slot, gate), RED);
    record.now = midnight(-1);
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    // A gate that fetches nothing any more, and one that is new.
    record.now = midnight();
    for (const each of [gate, lists.gate()])
      for (const slot of [one.slot, phone]) assert.equal(await lists.statusOf(slot, each), GREEN);
  });

  test('is not looked up again when it has come and is concluded', async () => {
    const one = await isolated();
    const other = await isolated();
    await lists.publisher.leave();
    const { db, since } = counting(record.database.app, /from assessment/);
    const publisher = await lists.anotherPublisher({ sources: suite.sourcesOn(db) });
    await workOut(publisher);
    assert.ok(since() > 0);
    assert.equal((await tickAt(midnight(-5_000), publisher)).foreseen, 2);
    record.now = midnight(1_000);
    assert.ok((await record.turn()) >= 2);
    since();
    assert.equal((await tickAt(midnight(5_000), publisher)).changes, 0);
    assert.equal(since(), 0, 'what was concluded is what was told');
    await redden(other);
    await tickAt(midnight(15_000), publisher);
    assert.ok(since() > 0);
    assert.equal(await lists.statusOf(one.slot), GREEN);
    assert.equal(await lists.statusOf(other.slot), RED);
    await publisher.leave();
  });

  test('frees nobody about whom something was stated since, concluded or not', async () => {
    const [early, concluded, late, after] = [
      await isolated(),
      await isolated(),
      await isolated(),
      await isolated(),
    ];
    await workOut();
    record.now = midnight(-2 * MINUTE_MS);
    await redden(concluded);
    await record.turn();
    record.now += 5_000;
    await redden(early);
    await tickAt(midnight(-MINUTE_MS));
    record.now = midnight(-7_000);
    await redden(late);
    await tickAt(midnight(-5_000));
    const gate = lists.gate();
    assert.equal(await lists.statusOf(after.slot, gate), RED);
    record.now = midnight(-1_000);
    await redden(after);
    record.now = midnight();
    for (const { slot } of [early, concluded, late]) assert.equal(await lists.statusOf(slot, gate), RED);
    await tickAt(midnight(5_000));
    assert.equal(await lists.statusOf(after.slot, gate), RED, 'by the delta that follows');
    await record.turn();
    assert.equal((await tickAt(midnight(15_000))).changes, 0);
  });

  test('frees nobody whose evidence waits behind more than is read', async () => {
    const [one, other] = [await isolated(), await isolated()];
    await workOut();
    record.now = midnight(-MINUTE_MS);
    await suite.crowdBefore(one);
    await redden(one);
    await redden(other);
    await tickAt(midnight(-5_000));
    record.now = midnight();
    for (const { slot } of [one, other]) assert.equal(await lists.statusOf(slot), RED);
    await suite.endCrowd();
  });

  test('says nothing of a phone, and of somebody, whose code was given up since', async () => {
    const [one, gone, joins] = [await isolated(), await isolated(), await isolated()];
    const phone = await lists.bearer(one.personId, 'phone');
    await workOut();
    record.now = midnight(-2 * MINUTE_MS);
    await endSlot(record.database.app, one.personId, phone, record.now);
    await lists.endHold(gone.personId);
    const bound = await lists.bearer(joins.personId, 'phone');
    await tickAt(midnight(-MINUTE_MS));
    await tickAt(midnight(-5_000));
    record.now = midnight();
    assert.equal(await lists.statusOf(phone), NONE);
    assert.equal(await lists.statusOf(gone.slot), NONE);
    for (const slot of [one.slot, joins.slot, bound]) assert.equal(await lists.statusOf(slot), GREEN);
  });

  test('is lost with its process, and another one tells the same', async () => {
    const one = await isolated();
    await workOut();
    await lists.publisher.leave();
    const after = await lists.anotherPublisher();
    const gate = lists.gate();
    assert.deepEqual(await tickAt(midnight(-5_000), after), { published: true, changes: 1, foreseen: 0 });
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot, gate), GREEN);
    await after.leave();
  });

  test('comes from one process, also when the one that worked it out stops without a word', async () => {
    const one = await isolated();
    const other = await lists.anotherPublisher();
    const gate = lists.gate();
    record.now = midnight(-4 * MINUTE_MS);
    const both = await Promise.all([lists.publisher.tick(), other.tick()]);
    assert.equal(both.filter(({ published }) => published).length, 1);
    const [idle, busy] = both[0].published ? [other, lists.publisher] : [lists.publisher, other];
    assert.equal((await tickAt(midnight(-5_000), idle)).changes, 1);
    assert.equal((await tickAt(midnight(-4_000), busy)).published, false);
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot, gate), GREEN);
    record.now = midnight(MINUTE_MS);
    const later = await Promise.all([busy.tick(), idle.tick()]);
    assert.deepEqual(later.map(({ changes }) => changes).sort(), [0, 0]);
    await Promise.all([busy.leave(), idle.leave()]);
  });

  test('is signed once when the process dies between writing it down and signing', async () => {
    const one = await isolated();
    await lists.publisher.leave();
    const { signing } = await record.passes();
    let dies = false;
    const dying = await lists.anotherPublisher({
      signing: {
        sign: (use, payload) => (dies ? Promise.reject(new Error('dies')) : signing.sign(use, payload)),
      },
    });
    await workOut(dying);
    const gate = lists.gate();
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    const before = numberNow();
    dies = true;
    await assert.rejects(tickAt(midnight(-5_000), dying), /dies/);
    const after = await lists.anotherPublisher();
    // The turn of the one that died is over only then.
    assert.equal((await tickAt(midnight(30_000), after)).changes, 0);
    assert.equal(await lists.statusOf(one.slot, gate), GREEN);
    assert.equal(numberNow(), before + 1);
    await after.leave();
  });

  test('does not come earlier when the clock is put back, and what happens then counts', async () => {
    record.now = midnight(-DAY_MS);
    const [one, other, third] = [await isolated(), await isolated(), await somebody()];
    await workOut();
    const gate = lists.gate();
    assert.equal(await lists.statusOf(third.slot, gate), GREEN);
    record.now = midnight(-2 * HOUR_MS);
    for (const who of [other, third]) await redden(who);
    await record.turn();
    // What was published is not told again as older, and nothing is signed that holds from so late on.
    await assert.rejects(tickAt(record.now + MINUTE_MS), /of another time|of the future/);
    await workOut();
    assert.equal(await lists.statusOf(third.slot, gate), RED);
    assert.equal((await tickAt(midnight(-5_000))).foreseen, 2);
    assert.equal(await lists.statusOf(one.slot, gate), RED);
    record.now = midnight();
    assert.equal(await lists.statusOf(one.slot, gate), GREEN);
    assert.equal(await lists.statusOf(other.slot, gate), RED);
  });

  test('is told as it is by then when the clock leaps over it', async () => {
    const [one, other] = [await isolated(), await isolated()];
    await workOut();
    record.now = midnight(40_000);
    await redden(other);
    assert.deepEqual(await lists.publisher.tick(), { published: true, changes: 1, foreseen: 0 });
    assert.equal(await lists.statusOf(one.slot), GREEN);
    assert.equal(await lists.statusOf(other.slot), RED);
  });

  const numberNow = () => {
    const head = lists.read('head');
    return head.kind === 'head' ? head.epochs.at(-1)!.delta : Number.NaN;
  };
});
