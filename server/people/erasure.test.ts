import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { evidenceContext } from '../evidence/write-evidence.ts';
import { sql } from '../platform/db/sql.ts';
import { type DataKey, open, openDataKey } from '../platform/keys/envelope.ts';
import { documentsOf } from './documents-of.ts';
import { documentContext, findPeople } from './find-or-add-people.ts';

const [ANNA, BO, CHEN] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const OVERSEAS = { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' };
const documentOf = (number: string): Document => ({ type: 'resident-id', number });

interface Sealed {
  readonly context: string;
  readonly bytes: Buffer;
}

/** As the table `evidence` has it. */
interface SealedRow {
  readonly source: string;
  readonly recordId: string;
  readonly version: number;
  readonly sealedData: Buffer | null;
}

describe('somebody whose wrapped key is erased', () => {
  const service = testService();
  const { app, eraser } = service.database;
  let anna: string;
  let sealed: Sealed[];

  const idOf = async (number: string) => {
    const document = documentOf(number);
    return (await findPeople(app, service.keys(), [document])).get(documentKey(document));
  };

  before(async () => {
    await service.deliver([
      recordOf('health', 'C-1', ANNA, 'case', CASE),
      recordOf('customs', 'O-1', BO, 'overseas', OVERSEAS),
      recordOf('public-security', 'I-1', CHEN, 'identity', {
        document: documentOf(CHEN),
        sameAs: documentOf(ANNA),
      }),
    ]);
    await service.turn();
    anna = (await idOf(ANNA))!;
    sealed = await sealedAbout(anna);
    const key = await keyOf(anna);
    for (const { bytes, context } of sealed) assert.ok(open(key, bytes, context).length > 0);
    await service.deliver([recordOf('health', 'C-2', ANNA, 'case', CASE)]);
    await eraser.transaction(async (db) => {
      await db.change(sql`delete from person where person_id = ${anna}`);
      await db.change(sql`delete from person_document where person_id = ${anna}`);
    });
  });

  async function keyOf(personId: string): Promise<DataKey> {
    const [row] = await app.rows<{ wrappedKey: Buffer }>(
      sql`select wrapped_key as "wrappedKey" from person where person_id = ${personId}`,
    );
    return openDataKey(service.keys(), personId, row!.wrappedKey);
  }

  /** All that is sealed about a person, as a backup has it. */
  async function sealedAbout(personId: string): Promise<Sealed[]> {
    const [person] = await app.rows<{ sealedDocument: Buffer }>(
      sql`select sealed_document as "sealedDocument" from person where person_id = ${personId}`,
    );
    const rows = await app.rows<SealedRow>(sql`
      select source, record_id as "recordId", version, sealed_data as "sealedData" from evidence where person_id = ${personId}
    `);
    return [
      { context: documentContext(personId), bytes: person!.sealedDocument },
      ...rows.map(({ source, recordId, version, sealedData }) => ({
        context: evidenceContext(personId, source, recordId, version),
        bytes: sealedData!,
      })),
    ];
  }

  test('is found under no document, and nothing of theirs opens with any key that is left', async () => {
    assert.equal(await idOf(ANNA), undefined);
    assert.equal((await documentsOf(app, service.keys(), [anna])).size, 0);
    const left = await app.rows<{ personId: string; wrappedKey: Buffer }>(
      sql`select person_id as "personId", wrapped_key as "wrappedKey" from person`,
    );
    assert.equal(left.length, 2);
    assert.equal(sealed.length, 2);
    for (const { personId, wrappedKey } of left)
      for (const { bytes, context } of sealed) {
        const key = openDataKey(service.keys(), personId, wrappedKey);
        assert.throws(() => open(key, bytes, context), { code: 'unreadable' });
        assert.throws(() => openDataKey(service.keys(), anna, wrappedKey), { code: 'unreadable' });
      }
  });

  test('holds up nobody else, not even whom a record joined to them', async () => {
    assert.equal((await service.current(BO))?.colour, 'red');
    await service.deliver([
      recordOf('customs', 'O-1', BO, 'overseas', OVERSEAS, { version: 2, retracted: true }),
      recordOf('customs', 'O-2', CHEN, 'overseas', OVERSEAS),
    ]);
    assert.equal(await service.turn(), 2);
    assert.equal((await service.current(BO))?.colour, 'green');
    const chen = await service.current(CHEN);
    assert.deepEqual(
      chen?.grounds.map(({ evidence }) => evidence),
      [[['customs', 'O-2']]],
    );
  });

  test('is due no more', async () => {
    assert.equal(
      (await app.rows(sql`select 1 from due where person_id = ${anna} and due_at <= now()`)).length,
      0,
    );
  });

  test('is somebody new when the document comes again', async () => {
    await service.deliver([recordOf('laboratory', 'N-1', ANNA, 'nat', NAT)]);
    await service.turn();
    assert.notEqual(await idOf(ANNA), anna);
    const shown = await service.current(ANNA);
    assert.deepEqual(
      shown?.grounds.map(({ evidence }) => evidence),
      [[['laboratory', 'N-1']]],
    );
  });
});

const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};
