import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { parseInstant } from '../../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { script, sql } from '../../platform/db/sql.ts';
import type { Receipt } from '../accept-deliveries.ts';
import { type Deliverer, deliver } from '../deliver.ts';
import { partsOf } from '../deliver-lines.ts';
import { NEEDS_TWO } from '../settle-versions.ts';
import {
  approveQuarantined,
  correctQuarantined,
  discardQuarantined,
  type Resolution,
  type Resolving,
  replayQuarantined,
} from './resolve-quarantined.ts';
import { listQuarantined, stepsOf } from './store.ts';

const [ANNA, BO, CHEN] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const ENTRY = { country: 'SG', enteredAt: '2021-01-19T10:00:00+08:00' };
const FIRST = { receivedAt: 0, itemId: '00000000-0000-0000-0000-000000000000' };

const BORDER: Deliverer = { clientId: 'border-post', sources: ['border'] };
const CLIENTS = new Map([[BORDER.clientId, BORDER]]);

type Rest = Parameters<typeof recordOf>[5];

function residentId(number: string): object {
  return { type: 'resident-id', number };
}

/** A record of the border that a document of Anna and one of somebody else are one person's. */
function joining(id: string, other: string, rest?: Rest): object {
  return recordOf(
    'border',
    id,
    ANNA,
    'identity',
    { document: residentId(ANNA), sameAs: residentId(other) },
    rest,
  );
}

const RETRACTION = { version: 2, retracted: true };

describe('two documents that are joined', () => {
  const service = testService();
  let resolving: Resolving;

  beforeEach(async () => {
    const tables =
      'person, person_document, kin, record, former_version, evidence, due, assessment, quarantine';
    await service.database.owner.change(script(`truncate ${tables}, quarantine_step, batch`));
    await service.database.owner.change(sql`delete from source_contract where number > 1`);
    service.now = parseInstant('2021-01-20T12:00:00+08:00');
    resolving = await service.resolving();
    await say(BORDER, joining('S-1', BO));
    await service.deliver([
      recordOf('health', 'C-1', ANNA, 'case', CASE),
      recordOf('customs', 'O-1', BO, 'overseas', ENTRY),
    ]);
    await service.turn();
  });

  async function say(deliverer: Deliverer, ...records: readonly object[]): Promise<Receipt> {
    let receipt: Receipt | undefined;
    for await (const one of deliver(resolving, deliverer, partsOf(records))) receipt = one;
    return receipt!;
  }

  /** The id of the item for a record that is refused until two have approved it. */
  async function waits(deliverer: Deliverer, record: object): Promise<string> {
    const [outcome] = (await say(deliverer, record)).outcomes;
    assert.equal(outcome?.outcome, 'quarantined');
    assert.deepEqual(
      outcome.faults.map(({ message }) => message),
      [NEEDS_TWO.message],
    );
    return outcome.itemId;
  }

  function approve(itemId: string, actor: string): Promise<Resolution> {
    return approveQuarantined(resolving, itemId, actor, (clientId) => CLIENTS.get(clientId));
  }

  /** What counts about the holder of a number, by the ids of the records. */
  async function counts(number: string): Promise<string[]> {
    await service.turn();
    const shown = await service.current(number);
    return [...new Set(shown?.grounds.flatMap(({ evidence }) => evidence.map(([, id]) => id!)))].sort();
  }

  async function areJoined(): Promise<boolean> {
    const [anna, bo] = [await counts(ANNA), await counts(BO)];
    const joined = anna.length === 2;
    assert.deepEqual([anna, bo], joined ? [anna, anna] : [['C-1'], ['O-1']]);
    return joined;
  }

  test('are one person: the records of each count for both', async () => {
    assert.deepEqual(
      [await counts(ANNA), await counts(BO)],
      [
        ['C-1', 'O-1'],
        ['C-1', 'O-1'],
      ],
    );
  });

  test('stay one person for a third document, and for what comes later', async () => {
    await say(
      BORDER,
      recordOf('border', 'S-2', CHEN, 'identity', { document: residentId(CHEN), sameAs: residentId(BO) }),
    );
    await service.deliver([recordOf('customs', 'O-2', CHEN, 'overseas', ENTRY)]);
    assert.deepEqual(await counts(ANNA), ['C-1', 'O-1', 'O-2']);
  });

  test('are parted when two have approved it, neither of whom stated it', async () => {
    const itemId = await waits(BORDER, joining('S-1', BO, RETRACTION));
    assert.deepEqual(await approve(itemId, 'border-post'), { refused: 'own-record' });
    assert.deepEqual(await approve(itemId, 'li'), { step: 'approved' });
    assert.deepEqual(await approve(itemId, 'li'), { refused: 'approved-already' });
    assert.equal(await areJoined(), true);
    assert.equal((await approve(itemId, 'wang')).refused, undefined);
    assert.equal(await areJoined(), false);
    assert.deepEqual(await approve(itemId, 'zhao'), { refused: 'closed' });
    const steps = await stepsOf(service.database.app, itemId);
    assert.deepEqual(steps.map(({ actor, step }) => `${actor} ${step}`).sort(), [
      'li approved',
      'wang accepted',
      'wang approved',
    ]);
  });

  const EVASIONS: readonly (readonly [how: string, record: object])[] = [
    ['by a retraction', joining('S-1', BO, RETRACTION)],
    ['by a retraction without data', recordOf('border', 'S-1', ANNA, 'identity', undefined, RETRACTION)],
    ['by joining somebody else instead', joining('S-1', CHEN, { version: 2 })],
    ['by another kind', recordOf('border', 'S-1', ANNA, 'overseas', ENTRY, { version: 2 })],
    [
      'by another person',
      recordOf(
        'border',
        'S-1',
        CHEN,
        'identity',
        { document: residentId(CHEN), sameAs: residentId(CHEN) },
        { version: 7 },
      ),
    ],
    [
      'by another kind about another person',
      recordOf('border', 'S-1', CHEN, 'overseas', ENTRY, { version: 9 }),
    ],
    [
      'by a retraction about another person',
      recordOf('border', 'S-1', CHEN, 'identity', undefined, { version: 3, retracted: true }),
    ],
  ];
  for (const [how, record] of EVASIONS)
    test(`are not parted by one authority alone, ${how}`, async () => {
      await waits(BORDER, record);
      assert.equal(await areJoined(), true);
      // Not in the same batch either, nor when it is said again.
      await waits(BORDER, record);
      assert.equal(await areJoined(), true);
    });

  test('are not parted by the batch that joins them', async () => {
    const receipt = await say(
      BORDER,
      joining('S-9', CHEN, RETRACTION),
      joining('S-9', CHEN),
      joining('S-9', CHEN, { version: 3, retracted: true }),
    );
    assert.deepEqual(
      receipt.outcomes.map(({ outcome }) => outcome),
      ['quarantined', 'accepted', 'quarantined'],
    );
  });

  test('are not parted by a lower version that comes late', async () => {
    await say(BORDER, joining('S-5', CHEN, { version: 5 }));
    const receipt = await say(BORDER, joining('S-5', CHEN, { version: 4, retracted: true }));
    assert.equal(receipt.accepted, 1);
    await service.deliver([recordOf('customs', 'O-2', CHEN, 'overseas', ENTRY)]);
    assert.ok((await counts(ANNA)).includes('O-2'));
  });

  test('are not parted by one who approves twice, not even at the same moment', async () => {
    const itemId = await waits(BORDER, joining('S-1', BO, RETRACTION));
    await Promise.all([1, 2, 3].map(() => approve(itemId, 'li')));
    assert.equal(await areJoined(), true);
    assert.equal((await approve(itemId, 'wang')).refused, undefined);
    assert.equal(await areJoined(), false);
  });

  test('are parted once when all approve at the same moment', async () => {
    const itemId = await waits(BORDER, joining('S-1', BO, RETRACTION));
    await Promise.all(['li', 'wang', 'zhao', 'border-post'].map((actor) => approve(itemId, actor)));
    assert.equal(await areJoined(), false);
    const rows = await service.database.app.rows(
      sql`select 1 from evidence where record_id = 'S-1' and version = 2`,
    );
    assert.equal(rows.length, 1);
  });

  test('are not parted by replaying, correcting or discarding what waits', async () => {
    const record = joining('S-1', BO, RETRACTION);
    const itemId = await waits(BORDER, record);
    assert.equal((await replayQuarantined(resolving, itemId, BORDER)).refused, undefined);
    const again = { ...record, version: 3 };
    assert.deepEqual((await correctQuarantined(resolving, itemId, BORDER, again)).refused, undefined);
    const [left] = (await listQuarantined(service.database.app, BORDER.clientId, FIRST, 9)).filter(
      ({ isOpen }) => isOpen,
    );
    assert.notEqual(left!.itemId, itemId);
    await discardQuarantined(resolving, left!.itemId, 'li', 'a mistake');
    assert.deepEqual(await approve(left!.itemId, 'wang'), { refused: 'closed' });
    assert.equal(await areJoined(), true);
  });

  test('are joined or never were when joining and parting arrive at once', async () => {
    for (let i = 0; i < 10; i++) {
      const [, parting] = await Promise.all([
        say(BORDER, joining(`S-r${i}`, CHEN)),
        say(BORDER, joining(`S-r${i}`, CHEN, RETRACTION)),
      ]);
      const [row] = await service.database.app.rows<{ version: number; links: boolean }>(
        sql`select version, links from record where record_id = ${`S-r${i}`}`,
      );
      assert.deepEqual(
        row,
        parting.accepted === 1 ? { version: 2, links: false } : { version: 1, links: true },
      );
    }
  });

  test('need two again to be joined again', async () => {
    const itemId = await waits(BORDER, joining('S-1', BO, RETRACTION));
    for (const actor of ['li', 'wang']) await approve(itemId, actor);
    const again = await waits(BORDER, joining('S-1', BO, { version: 3 }));
    for (const actor of ['li', 'wang']) await approve(again, actor);
    assert.equal(await areJoined(), true);
  });

  test('need nobody where a record never joined them', async () => {
    await say(BORDER, joining('S-7', CHEN, { retracted: true }));
    assert.equal((await say(BORDER, joining('S-7', CHEN, { version: 2 }))).accepted, 1);
    await waits(BORDER, joining('S-7', CHEN, { version: 3, retracted: true }));
  });

  test('are parted by asking again when something failed after the second approval', async () => {
    const itemId = await waits(BORDER, joining('S-1', BO, RETRACTION));
    await approve(itemId, 'li');
    await approveQuarantined(resolving, itemId, 'wang', () => undefined);
    assert.equal(await areJoined(), true);
    await approve(itemId, 'wang');
    assert.equal(await areJoined(), false);
  });

  test('can be parted when the contract allowed the record only later', async () => {
    const { app } = service.database;
    const setKinds = async (number: number, kinds: readonly string[]) => {
      await app.change(sql`
        insert into source_contract (source, number, kinds, recorded_at, recorded_by)
        values ('border', ${number}, ${kinds}, '2021-01-20', 'test')`);
      await resolving.contracts.refresh();
    };
    await setKinds(2, ['overseas']);
    const [outcome] = (await say(BORDER, joining('S-1', BO, RETRACTION))).outcomes;
    assert.ok(outcome?.outcome === 'quarantined' && outcome.faults[0]!.field === 'kind');
    assert.deepEqual(await approve(outcome.itemId, 'li'), { refused: 'needs-no-approval' });
    await setKinds(3, ['overseas', 'identity']);
    const replayed = await replayQuarantined(resolving, outcome.itemId, BORDER);
    assert.ok(replayed.refused === undefined && replayed.outcome?.outcome === 'quarantined');
    assert.equal(replayed.step, 'superseded');
    for (const actor of ['li', 'wang']) await approve(replayed.outcome.itemId, actor);
    assert.equal(await areJoined(), false);
  });

  test('cannot be approved where nothing waits for it', async () => {
    assert.deepEqual(await approve('018f0000-0000-7000-8000-000000000000', 'li'), { refused: 'unknown' });
  });
});
