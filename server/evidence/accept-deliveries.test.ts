import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInstant } from '../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const ENTRY = { country: 'SG', enteredAt: '2021-01-19T10:00:00+08:00' };
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};

describe('evidence that is delivered', () => {
  const service = testService();

  test('colours the person whom it is about, with the reason', async () => {
    const receipt = await service.deliver([recordOf('health', 'C-1', ANNA, 'case', CASE)]);
    assert.deepEqual([receipt.accepted, receipt.unchanged, receipt.quarantined], [1, 0, 0]);
    assert.equal(await service.turn(), 1);
    const shown = await service.current(ANNA);
    assert.equal(shown?.colour, 'red');
    assert.deepEqual(shown?.grounds[0]?.evidence, [['health', 'C-1']]);
  });

  test('is the same when it comes again, and changes nothing', async () => {
    const receipt = await service.deliver([recordOf('health', 'C-1', ANNA, 'case', CASE)]);
    assert.deepEqual([receipt.accepted, receipt.unchanged], [0, 1]);
    assert.equal(await service.turn(), 0);
  });

  test('is quarantined when a version comes with other content', async () => {
    const other = { ...CASE, classification: 'suspected' };
    const receipt = await service.deliver([recordOf('health', 'C-1', ANNA, 'case', other)]);
    assert.deepEqual(
      receipt.outcomes.map(({ outcome }) => outcome),
      ['quarantined'],
    );
    assert.equal((await service.current(ANNA))?.colour, 'red');
  });

  test('leaves the person whom a higher version does not name any more', async () => {
    await service.deliver([recordOf('health', 'C-1', BO, 'case', CASE, { version: 2 })]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
    assert.equal((await service.current(BO))?.colour, 'red');
  });

  test('comes back to the first person with a higher version still', async () => {
    await service.deliver([recordOf('health', 'C-1', ANNA, 'case', CASE, { version: 5 })]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'red');
    assert.equal((await service.current(BO))?.colour, 'green');
  });

  test('of a lower version that comes late colours nobody', async () => {
    const receipt = await service.deliver([recordOf('health', 'C-1', CHEN, 'case', CASE, { version: 3 })]);
    assert.equal(receipt.accepted, 1);
    await service.turn();
    assert.equal((await service.current(CHEN))?.colour, 'green');
    assert.equal((await service.current(ANNA))?.colour, 'red');
  });

  test('goes with a retraction that leaves out the data', async () => {
    await service.deliver([
      recordOf('health', 'C-1', ANNA, 'case', undefined, { version: 6, retracted: true }),
    ]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });

  test('counts once when all its versions come in one batch', async () => {
    const receipt = await service.deliver([
      recordOf('laboratory', 'N-1', DING, 'nat', NAT, { version: 2 }),
      recordOf('laboratory', 'N-1', BO, 'nat', NAT),
      recordOf('laboratory', 'N-1', DING, 'nat', NAT, { version: 2 }),
    ]);
    assert.deepEqual([receipt.accepted, receipt.unchanged], [2, 1]);
    await service.turn();
    assert.equal((await service.current(DING))?.colour, 'red');
    assert.equal((await service.current(BO))?.colour, 'green');
  });

  test('may hold any text, and have a key and a version as large as may be', async () => {
    const place = `a\u0000b\ud800'; drop table evidence; -- \u202e\uffff${'𠮷'.repeat(5_000)}`;
    const stay = { region: '330683', place, from: '2021-01-18T08:00:00+08:00' };
    const version = Number.MAX_SAFE_INTEGER;
    const receipt = await service.deliver([
      recordOf('telecom', '𠮷'.repeat(100), CHEN, 'stay', { ...stay, ['__proto__']: 1 }, { version }),
      recordOf('customs', 'O-9', CHEN, 'overseas', ENTRY, { version }),
    ]);
    assert.equal(receipt.accepted, 2);
    await service.turn();
    assert.equal((await service.current(CHEN))?.colour, 'red');
    const again = await service.deliver([recordOf('customs', 'O-9', CHEN, 'overseas', ENTRY, { version })]);
    assert.equal(again.unchanged, 1);
    await service.deliver([recordOf('customs', 'O-9', BO, 'overseas', ENTRY, { version: version - 1 })]);
    await service.turn();
    assert.equal((await service.current(CHEN))?.colour, 'red');
  });

  test('that is delivered five times at once is there once', async () => {
    const records = NUMBERS.map((number, i) => recordOf('laboratory', `M-${i}`, number, 'nat', NAT));
    const receipts = await Promise.all([1, 2, 3, 4, 5].map(() => service.deliver(records)));
    assert.equal(
      receipts.reduce((sum, { accepted }) => sum + accepted, 0),
      4,
    );
    assert.equal(
      receipts.reduce((sum, { unchanged }) => sum + unchanged, 0),
      16,
    );
  });

  test('never leaves two people with one record, however its versions race', async () => {
    const versions = [1, 2, 3, 4, 5, 6, 7, 8];
    await Promise.all(
      versions.map((version) =>
        service.deliver([recordOf('health', 'R-1', NUMBERS[version % 4]!, 'case', CASE, { version })]),
      ),
    );
    await service.turn();
    const holding: number[] = [];
    for (const number of NUMBERS) {
      const shown = await service.current(number);
      holding.push(shown!.grounds.filter(({ clause }) => clause === 'R2a').length);
    }
    assert.deepEqual(holding, [1, 0, 0, 0]);
  });
});

describe('a colour', () => {
  const service = testService('2021-01-20T12:00:00+08:00');

  test('turns at its instant for everyone who looks, though nobody has turned it', async () => {
    await service.deliver([
      recordOf('customs', 'O-1', ANNA, 'overseas', { country: 'SG', enteredAt: '2021-01-01T10:00:00+08:00' }),
    ]);
    await service.turn();
    const before = await service.current(ANNA);
    assert.deepEqual([before?.colour, before?.nextChangeAt], ['red', '2021-01-23T00:00:00+08:00']);
    service.now = parseInstant('2021-01-22T23:59:59.999+08:00');
    assert.equal((await service.current(ANNA))?.colour, 'red');
    service.now = parseInstant('2021-01-23T00:00:00+08:00');
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });

  test('is written down when its instant has come, once', async () => {
    assert.equal(await service.turn(), 1);
    assert.equal(await service.turn(), 0);
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });
});
