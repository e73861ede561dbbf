import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { script, sql } from '../platform/db/sql.ts';
import type { Receipt } from './accept-deliveries.ts';
import { type Deliverer, deliver } from './deliver.ts';
import { partsOf } from './deliver-lines.ts';
import { createIntakeQueue, QueueFull } from './intake-queue.ts';
import type { Resolving } from './quarantine/resolve-quarantined.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};

describe('deliveries of several clients in one transaction', () => {
  const service = testService();
  const { app, owner } = service.database;
  let resolving: Resolving;
  let transactions = 0;

  before(async () => {
    await owner.change(
      script("alter table evidence add constraint sound check (record_id not like 'poison%')"),
    );
    resolving = await service.resolving();
    const database = {
      ...app,
      transaction: <T>(work: Parameters<typeof app.transaction<T>>[0]) => {
        transactions++;
        return app.transaction(work);
      },
    };
    const queue = createIntakeQueue({
      database,
      keys: service.keys(),
      clock: () => service.now,
      onAccepted: () => {},
    });
    resolving = { ...resolving, queue };
  });

  async function say(clientId: string, ...ids: readonly string[]): Promise<Receipt> {
    const deliverer: Deliverer = { clientId, sources: ['laboratory'] };
    const records = ids.map((id, i) => recordOf('laboratory', id, NUMBERS[i % 4]!, 'nat', NAT));
    let receipt: Receipt | undefined;
    for await (const one of deliver(resolving, deliverer, partsOf(records))) receipt = one;
    return receipt!;
  }

  const outcomes = (receipt: Receipt) => receipt.outcomes.map(({ outcome }) => outcome);

  test('are accepted together', async () => {
    transactions = 0;
    const receipts = await Promise.all(
      ['a', 'b', 'c'].map((client) => say(client, `${client}-1`, `${client}-2`)),
    );
    for (const receipt of receipts) assert.deepEqual(outcomes(receipt), ['accepted', 'accepted']);
    assert.equal(transactions, 1);
    const batches = await app.rows(
      sql`select 1 from batch where client_id in ('a', 'b', 'c') and accepted = 2`,
    );
    assert.equal(batches.length, 3);
  });

  test('leave out what the database refuses, and nothing else', async () => {
    const receipts = await Promise.all([
      say('a', 'a-3', 'poison-1', 'a-4', 'a-5'),
      say('b', 'b-3', 'b-4'),
      say('c', 'poison-2'),
      say('d', 'poison-3', 'd-1', 'poison-4', 'poison-1'),
    ]);
    assert.deepEqual(receipts.map(outcomes), [
      ['accepted', 'quarantined', 'accepted', 'accepted'],
      ['accepted', 'accepted'],
      ['quarantined'],
      ['quarantined', 'accepted', 'quarantined', 'quarantined'],
    ]);
    const waiting = await app.rows<{ faults: { message: string }[] }>(sql`select faults from quarantine`);
    assert.equal(waiting.length, 5);
    for (const { faults } of waiting) assert.equal(faults[0]!.message, 'cannot be stored');
    const stored = await app.rows(
      sql`select 1 from evidence where record_id in ('a-3', 'a-4', 'a-5', 'b-3', 'b-4', 'd-1')`,
    );
    assert.equal(stored.length, 6);
    assert.equal(resolving.queue.waiting(), 0);
  });

  test('leave out what cannot be compared any more, and nothing else', async () => {
    // As if the key that made it were retired.
    await owner.change(script("update record set digest = set_byte(digest, 0, 9) where record_id = 'a-1'"));
    const receipts = await Promise.all([say('a', 'a-1', 'a-6'), say('b', 'b-6')]);
    assert.deepEqual(receipts.map(outcomes), [['quarantined', 'accepted'], ['accepted']]);
  });

  test('fail alone for a mistake of ours that one of them brings out', async () => {
    const deliverer: Deliverer = { clientId: 'e', sources: ['laboratory'] };
    const spoilt = { ...resolving.queue };
    const submit = spoilt.submit;
    spoilt.submit = (delivery) =>
      submit({ ...delivery, candidates: delivery.candidates.map((one) => ({ ...one, data: 1n as never })) });
    const part = partsOf([recordOf('laboratory', 'e-1', ANNA, 'nat', NAT)]);
    const settled = await Promise.allSettled([
      say('a', 'a-10'),
      deliver({ ...resolving, queue: spoilt }, deliverer, part).next(),
      say('b', 'b-10'),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(!((settled[1] as PromiseRejectedResult).reason instanceof DatabaseError));
  });

  test('are all known when they come again', async () => {
    const receipts = await Promise.all([say('a', 'a-3', 'poison-1', 'a-4', 'a-5'), say('b', 'b-3', 'b-4')]);
    assert.deepEqual(receipts.map(outcomes), [
      ['unchanged', 'quarantined', 'unchanged', 'unchanged'],
      ['unchanged', 'unchanged'],
    ]);
    await service.turn();
    for (const number of [ANNA, BO, CHEN, DING]) assert.equal((await service.current(number))?.colour, 'red');
  });

  test('are refused, not kept waiting for ever, when too much waits', async () => {
    const options = { database: app, keys: service.keys(), clock: () => service.now, onAccepted: () => {} };
    const queue = createIntakeQueue({ ...options, mostWaiting: 3 });
    resolving = { ...resolving, queue };
    const settled = await Promise.allSettled([
      say('a', 'a-7', 'a-8'),
      say('b', 'b-7', 'b-8'),
      say('c', 'c-7'),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok((settled[1] as PromiseRejectedResult).reason instanceof QueueFull);
    await queue.drained();
    assert.deepEqual(outcomes(await say('b', 'b-7', 'b-8')), ['accepted', 'accepted']);
  });

  test('fail together when the database does, and leave nothing waiting', async () => {
    await owner.change(script('revoke insert on batch from healthcode_app'));
    const settled = await Promise.allSettled([say('a', 'a-9'), say('b', 'b-9')]);
    await owner.change(script('grant insert on batch to healthcode_app'));
    for (const one of settled) assert.equal(one.status, 'rejected');
    assert.equal(resolving.queue.waiting(), 0);
    assert.deepEqual(await app.rows(sql`select 1 from evidence where record_id in ('a-9', 'b-9')`), []);
    assert.deepEqual(outcomes(await say('a', 'a-9')), ['accepted']);
  });
});
