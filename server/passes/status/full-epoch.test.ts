import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { epochAt, startOfEpoch } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { numbersApart } from '../../../test/resident-numbers.ts';
import { recordOf, testService } from '../../../test/service.ts';
import { statusService } from '../../../test/status-service.ts';
import { sealWithRing } from '../../platform/keys/ring-seal.ts';
import { addEpoch } from '../slots/store.ts';

const RED = 3;

describe('an epoch without room for everybody', () => {
  const record = testService();

  test('is followed by one that has room, in which whoever is red is red', async () => {
    const epoch = epochAt(record.now, USUAL_PARAMETERS);
    const sealedKey = sealWithRing(record.keys(), 'code', randomBytes(32), `epoch ${epoch}`);
    // Slots are numbered from 0 or 1 on.
    await addEpoch(record.database.app, { epoch, capacity: 2, cardCapacity: 1, sealedKey }, record.now);
    const lists = await statusService(record);
    const slots: number[] = [];
    const numbers = numbersApart(4);
    for (const number of numbers) slots.push(await lists.slots.personSlot(await lists.personOf(number)));
    const { personId } = (await lists.slots.bearerOf(slots.at(-1)!))!;
    const cards = [await lists.bearer(personId, 'card'), await lists.bearer(personId, 'card')];
    const confirmed = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
    await record.deliver([recordOf('health', 'R-1', numbers.at(-1)!, 'case', confirmed)]);
    await record.turn();
    await lists.publisher.tick();
    assert.equal(lists.indexes.indexOf(epoch, slots.at(-1)!), undefined);
    // So long after that nobody looks at what was concluded then.
    for (const before of [3_600_000, 60_000]) {
      record.now = startOfEpoch(epoch + 1, USUAL_PARAMETERS) - before;
      await lists.publisher.tick();
    }
    record.now += 61_000;
    await lists.indexes.refresh(record.now);
    for (const slot of [slots.at(-1)!, ...cards]) assert.equal(await lists.published(slot), RED);
  });
});
