import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { DAY_MS, HOUR_MS, type Instant, parseInstant } from '../../../domain/time.ts';
import type { StatusService } from '../../../test/status-service.ts';
import { statusSuite } from '../../../test/status-suite.ts';

const [GREEN, NONE, RED] = [0, 1, 3];
const MINUTE_MS = 60_000;

describe('what a transaction has dated long before it commits', () => {
  const suite = statusSuite();
  const { record, somebody, isolate, redden } = suite;
  let lists: StatusService;
  let midnight: Instant = parseInstant('2021-01-24T00:00:00+08:00');
  before(async () => {
    lists = await suite.open();
  });
  beforeEach(async () => {
    midnight += 3 * DAY_MS;
    record.now = midnight - HOUR_MS;
    await record.turn();
  });
  const tickAt = (at: Instant) => {
    record.now = at;
    return lists.publisher.tick();
  };

  test('tells nobody green at a midnight who has given the code up', async () => {
    const [gone, stays] = [await somebody(), await somebody()];
    for (const one of [gone, stays]) await isolate(one, midnight);
    await record.turn();
    await tickAt(midnight - 4 * MINUTE_MS);
    await tickAt(midnight - 20_000);
    record.now = midnight - 100_000;
    await lists.endHold(gone.personId);
    await tickAt(midnight - 5_000);
    record.now = midnight;
    assert.equal(await lists.statusOf(stays.slot), GREEN);
    assert.equal(await lists.statusOf(gone.slot), NONE);
  });

  test('misses nothing that is dated like what was seen before', async () => {
    const one = await somebody();
    await redden(one);
    await record.turn();
    const phones: number[] = [];
    const datedAt = record.now;
    for (let i = 0; i < 2; i++) {
      record.now = datedAt;
      phones.push(await lists.bearer(one.personId, 'phone'));
      await tickAt(datedAt + (i + 1) * 10_000);
      assert.equal(await lists.statusOf(phones[i]!), RED);
    }
    record.now = datedAt;
    await lists.endHold(one.personId);
    await tickAt(datedAt + 30_000);
    for (const slot of [one.slot, ...phones]) assert.equal(await lists.statusOf(slot), NONE);
  });

  test('tells no phone green that somebody red has bound', async () => {
    const one = await somebody();
    await redden(one);
    await record.turn();
    await tickAt(record.now);
    record.now += 100_000;
    await tickAt(record.now);
    record.now -= 90_000;
    const phone = await lists.bearer(one.personId, 'phone');
    await tickAt(record.now + 100_000);
    assert.equal(await lists.statusOf(phone), RED);
  });
});
