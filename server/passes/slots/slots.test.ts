import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { epochAt } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { HOUR_MS } from '../../../domain/time.ts';
import { testService } from '../../../test/service.ts';
import { addVersion, promote } from '../../platform/keys/rotation.ts';
import { addSlot, endSlot, endSlotsOf } from './add-slot.ts';
import { createFindSlots } from './find-slots.ts';
import { FIRST_CARD_SLOT, openIndexes } from './indexes.ts';
import { destroyEpochKeys, slotsOfPeople } from './store.ts';

describe('slots', () => {
  const service = testService();
  const { app } = service.database;
  const clock = () => service.now;
  const open = () => openIndexes(app, service.keys(), () => USUAL_PARAMETERS, service.now);
  const finder = () => createFindSlots(app, clock);

  test('are one for each person, however many ask at once and in however many processes', async () => {
    const personIds = Array.from({ length: 20 }, () => randomUUID());
    const finders = [finder(), finder(), finder()];
    const found = await Promise.all(
      finders.map(({ personSlot }) => Promise.all(personIds.map((personId) => personSlot(personId)))),
    );
    assert.deepEqual(found[1], found[0]);
    assert.deepEqual(found[2], found[0]);
    assert.equal(new Set(found[0]).size, personIds.length);
    const rows = await slotsOfPeople(app, personIds);
    assert.equal(rows.length, personIds.length);
    const { bearerOf } = finder();
    for (const [i, slot] of found[0]!.entries())
      assert.deepEqual(await bearerOf(slot), {
        slot,
        personId: personIds[i],
        kind: 'person',
        bearerId: null,
        addedAt: service.now,
      });
  });

  test('are looked up ahead, and none is made by that', async () => {
    const [known, unknown] = [randomUUID(), randomUUID()];
    const slot = await finder().personSlot(known);
    const { lookAhead, personSlot } = finder();
    await Promise.all([lookAhead(known), lookAhead(unknown)]);
    assert.deepEqual(
      (await slotsOfPeople(app, [known, unknown])).map(({ personId }) => personId),
      [known],
    );
    assert.equal(await personSlot(known), slot);
    assert.notEqual(await personSlot(unknown), slot);
  });

  test('of a phone and a card are their own, and each ends alone', async () => {
    const personId = randomUUID();
    const { personSlot, bearerOf } = finder();
    const own = await personSlot(personId);
    const [phoneId, cardId] = [randomUUID(), randomUUID()];
    const phone = await addSlot(app, { personId, kind: 'phone', bearerId: phoneId }, service.now);
    const card = await addSlot(app, { personId, kind: 'card', bearerId: cardId }, service.now);
    assert.ok(card >= FIRST_CARD_SLOT && phone < FIRST_CARD_SLOT && phone !== own);
    assert.equal((await bearerOf(phone))!.bearerId, phoneId);
    assert.equal((await bearerOf(card))!.kind, 'card');
    assert.equal(await endSlot(app, randomUUID(), phone, service.now), false, 'somebody else ends it');
    assert.equal((await bearerOf(phone))!.endedAt, undefined);
    assert.equal(await endSlot(app, personId, phone, service.now), true);
    assert.equal((await bearerOf(phone))!.endedAt, service.now);
    assert.equal((await bearerOf(own))!.endedAt, undefined);
    await endSlotsOf(app, [personId], service.now + 1);
    assert.equal((await bearerOf(phone))!.endedAt, service.now, 'the first end counts');
    assert.equal((await bearerOf(card))!.endedAt, service.now + 1);
    assert.equal(await bearerOf(own + 1_000_000), undefined);
  });

  test('have an index in each epoch, which differs from epoch to epoch and is the same in all processes', async () => {
    const [one, other] = [await open(), await open()];
    const epoch = epochAt(service.now, USUAL_PARAMETERS);
    const seen = new Set<number>();
    for (let ahead = 0; ahead <= USUAL_PARAMETERS.epochsAhead; ahead++) {
      for (let slot = 0; slot < 50; slot++) {
        const index = one.indexOf(epoch + ahead, slot)!;
        seen.add(index);
        assert.equal(other.indexOf(epoch + ahead, slot), index);
        assert.equal(one.slotOf(epoch + ahead, index), slot);
      }
    }
    assert.ok(seen.size > 200, 'of 250 chance indexes below a million hardly two are the same');
    assert.equal(one.indexOf(epoch + 100, 0), undefined);
    const { capacity } = one.find(epoch)!;
    assert.equal(one.indexOf(epoch, capacity), undefined, 'there is no room for it');
  });

  test('of cards have one index for ever', async () => {
    const { cardIndexOf, slotOfCard } = await open();
    for (const number of [0, 1, 65_535, 65_536, 1_000_000]) {
      const index = cardIndexOf(FIRST_CARD_SLOT + number);
      assert.equal(slotOfCard(index), FIRST_CARD_SLOT + number);
      assert.equal(Math.floor(index / 65_536), Math.floor(number / 65_536));
    }
    const before = cardIndexOf(FIRST_CARD_SLOT + 7);
    service.now += 48 * HOUR_MS;
    addVersion(service.keysFolder, 'code', { at: service.now });
    promote(service.keysFolder, 'code', { at: service.now + HOUR_MS });
    service.keys().refresh();
    assert.equal((await open()).cardIndexOf(FIRST_CARD_SLOT + 7), before);
    assert.equal((await open()).cardIndexOf(FIRST_CARD_SLOT + 7), before, 'sealed anew, it is the same key');
  });

  test('cannot be told from an index once the key of the epoch is destroyed', async () => {
    const epoch = epochAt(service.now, USUAL_PARAMETERS);
    assert.ok((await open()).find(epoch));
    await destroyEpochKeys(app, epoch + 1);
    const indexes = await open();
    assert.equal(indexes.find(epoch), undefined);
    assert.ok(indexes.find(epoch + 1));
  });
});
