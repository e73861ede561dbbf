import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Receipt } from '../accept-deliveries.ts';
import { type Deliverer, deliver } from '../deliver.ts';
import { incomingOf } from '../deliver-lines.ts';
import type { Outcome } from '../intake.ts';
import {
  correctQuarantined,
  discardQuarantined,
  type Resolving,
  recordInQuarantine,
  replayQuarantined,
} from './resolve-quarantined.ts';
import { listQuarantined, stepsOf } from './store.ts';

const [ANNA, BO, CHEN] = NUMBERS;
const LABORATORY: Deliverer = { clientId: 'lab-7', sources: ['laboratory'] };
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};
const ENTRY = { country: 'SG', enteredAt: '2021-01-19T10:00:00+08:00' };
const FIRST = { receivedAt: 0, itemId: '00000000-0000-0000-0000-000000000000' };

describe('a record in quarantine', () => {
  const service = testService();
  const { app } = service.database;
  let resolving: Resolving;

  before(async () => {
    resolving = await service.resolving();
  });

  async function say(...lines: readonly string[]): Promise<Receipt> {
    const part = lines.map((text, i) => incomingOf({ number: i + 1, text }));
    let receipt: Receipt | undefined;
    for await (const one of deliver(resolving, LABORATORY, [part])) receipt = one;
    return receipt!;
  }

  async function quarantined(record: object): Promise<string> {
    const [outcome] = (await say(JSON.stringify(record))).outcomes;
    return itemOf(outcome);
  }

  function itemOf(outcome: Outcome | undefined): string {
    assert.ok(outcome?.outcome === 'quarantined');
    return outcome.itemId;
  }

  const isOpen = async (itemId: string) =>
    (await listQuarantined(app, LABORATORY.clientId, FIRST, 99)).find((item) => item.itemId === itemId)!
      .isOpen;

  test('is there once, with its place, its source and its faults, however often its batch comes', async () => {
    const lines = [
      JSON.stringify(recordOf('laboratory', 'N-0', ANNA, 'nat', { ...NAT, result: 'x' })),
      '{"source":"laboratory","id":',
      '',
      JSON.stringify(recordOf('laboratory', 'N-0', ANNA, 'nat', NAT)),
      JSON.stringify(recordOf('customs', 'O-0', ANNA, 'overseas', ENTRY)),
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      JSON.stringify(recordOf('laboratory', 'N-0', ANNA, 'nat', { ...NAT, result: 'negative' })),
    ].filter((line) => line !== '');
    const receipts = [await say(...lines), await say(...lines), await say(...lines)];
    assert.deepEqual(
      receipts.map(({ accepted, unchanged, quarantined: count }) => [accepted, unchanged, count]),
      [
        [1, 0, 5],
        [0, 1, 5],
        [0, 1, 5],
      ],
    );
    const items = await listQuarantined(app, 'lab-7', FIRST, 99);
    const told = items.map(({ position, source, faults }) => [position, source, faults[0]!.field]);
    assert.deepEqual(
      told.sort(),
      [
        [1, 'laboratory', 'data.result'],
        [2, null, ''],
        [4, 'customs', 'source'],
        [5, null, ''],
        [6, 'laboratory', 'version'],
      ].sort(),
    );
    for (const { itemId, position } of items)
      assert.equal(await recordInQuarantine(resolving, itemId), lines[position - 1]);
  });

  test('is accepted when it is corrected', async () => {
    const wrong = recordOf('laboratory', 'N-1', BO, 'nat', { ...NAT, result: 'yes' });
    const itemId = await quarantined(wrong);
    const right = recordOf('laboratory', 'N-1', BO, 'nat', NAT);
    const done = await correctQuarantined(resolving, itemId, LABORATORY, right);
    assert.deepEqual(done, { step: 'corrected', outcome: { position: 1, outcome: 'accepted' } });
    await service.turn();
    assert.equal((await service.current(BO))?.colour, 'red');
    const again = await correctQuarantined(resolving, itemId, LABORATORY, right);
    assert.deepEqual(again, { refused: 'closed' });
  });

  test('waits as an item of its own when the correction is faulty too, and for itself when it is none', async () => {
    const wrong = recordOf('laboratory', 'N-2', BO, 'nat', { ...NAT, result: 'yes' });
    const itemId = await quarantined(wrong);
    const none = await correctQuarantined(resolving, itemId, LABORATORY, wrong);
    assert.ok(none.refused === undefined && none.step === 'still-faulty');
    assert.equal(await isOpen(itemId), true);
    const other = recordOf('laboratory', 'N-2', BO, 'nat', { ...NAT, result: 'no' });
    const done = await correctQuarantined(resolving, itemId, LABORATORY, other);
    assert.ok(done.refused === undefined && done.step === 'corrected');
    assert.equal(await isOpen(itemId), false);
    assert.equal(await isOpen(itemOf(done.outcome)), true);
  });

  test('is accepted as it is when the contract has changed, and the person turns', async () => {
    const itemId = await quarantined(recordOf('laboratory', 'O-3', CHEN, 'overseas', ENTRY));
    const still = await replayQuarantined(resolving, itemId, LABORATORY);
    assert.ok(still.refused === undefined && still.step === 'still-faulty');
    await app.change(sql`
      insert into source_contract (source, number, kinds, recorded_at, recorded_by)
      values ('laboratory', 2, '{nat,overseas}', '2021-01-20', 'test')`);
    await resolving.contracts.refresh();
    const done = await replayQuarantined(resolving, itemId, LABORATORY);
    assert.ok(done.refused === undefined && done.step === 'accepted');
    await service.turn();
    assert.equal((await service.current(CHEN))?.colour, 'red');
    assert.equal(await isOpen(itemId), false);
  });

  test('is put aside with a reason, and stays listed', async () => {
    const itemId = await quarantined(recordOf('laboratory', 'N-4', CHEN, 'nat', { ...NAT, result: 'x' }));
    await discardQuarantined(resolving, itemId, 'li', 'sent by mistake');
    assert.deepEqual(await discardQuarantined(resolving, itemId, 'li', 'again'), { refused: 'closed' });
    assert.deepEqual(await replayQuarantined(resolving, itemId, LABORATORY), { refused: 'closed' });
    const [step] = await stepsOf(app, itemId);
    assert.deepEqual([step?.step, step?.actor, step?.reason], ['discarded', 'li', 'sent by mistake']);
    assert.equal(await isOpen(itemId), false);
  });

  test('that nobody knows can be asked for', async () => {
    const unknown = '018f0000-0000-7000-8000-000000000000';
    assert.equal(await recordInQuarantine(resolving, unknown), undefined);
    assert.deepEqual(await discardQuarantined(resolving, unknown, 'li', 'x'), { refused: 'unknown' });
  });

  test('can be no designation: no contract holds one, and none can be made to', async () => {
    const contracts = await app.rows<{ kinds: string[] }>(sql`select kinds from source_contract`);
    assert.ok(contracts.every(({ kinds }) => !kinds.includes('designation')));
    await assert.rejects(
      app.change(sql`
        insert into source_contract (source, number, kinds, recorded_at, recorded_by)
        values ('health', 2, '{case,designation}', '2021-01-20', 'test')`),
      { kind: 'invalid' },
    );
  });
});
