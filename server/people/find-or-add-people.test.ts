import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { openDatabase } from '../platform/db/database.ts';
import { ROLES } from '../platform/db/roles.ts';
import { script, sql } from '../platform/db/sql.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { openKeyRing } from '../platform/keys/key-ring.ts';
import { addVersion } from '../platform/keys/rotation.ts';
import { findOrAddPeople, findPeople } from './find-or-add-people.ts';
import { addDocuments } from './store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const ENTRY = { country: 'SG', enteredAt: '2021-01-19T10:00:00+08:00' };
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};

const residentId = (number: string): Document => ({ type: 'resident-id', number });

describe('somebody who is known under a document', () => {
  const service = testService();
  const { app, owner } = service.database;

  const personOf = async (number: string) => {
    const found = await findPeople(app, service.keys(), [residentId(number)]);
    return found.get(documentKey(residentId(number)));
  };
  const countPeople = async () => (await app.rows(sql`select person_id from person`)).length;

  test('is found by every source of every city, whoever is first', async () => {
    // The check digit may be written small.
    const small = BO.toLowerCase();
    await Promise.all([
      service.deliver([recordOf('laboratory', 'N-1', BO, 'nat', NAT)], { clientId: 'hangzhou' }),
      service.deliver([recordOf('laboratory', 'N-2', small, 'nat', NAT)], { clientId: 'wenzhou' }),
      service.deliver([recordOf('customs', 'O-1', BO, 'overseas', ENTRY)], { clientId: 'ningbo' }),
    ]);
    await service.turn();
    assert.ok(await personOf(BO));
    assert.equal(await countPeople(), 1);
    const shown = await service.current(BO);
    const ids = shown?.grounds.flatMap(({ evidence }) => evidence.map(([, id]) => id));
    assert.deepEqual(ids?.sort(), ['N-1', 'N-2', 'O-1']);
  });

  test('is one person for processes in different steps of a rotation, at the same moment', async () => {
    const behind = openKeyRing(service.keysFolder);
    addVersion(service.keysFolder, 'document');
    service.keys().refresh();
    const before = await countPeople();
    let other: ReturnType<typeof service.deliver> | undefined;
    await app.transaction(async (db) => {
      await findOrAddPeople(db, behind, [residentId(CHEN)], service.now);
      other = service.deliver([recordOf('laboratory', 'N-3', CHEN, 'nat', NAT)]);
      await sleep(50);
    });
    assert.equal((await other!).accepted, 1);
    assert.equal(await countPeople(), before + 1);
    const owners = await app.rows(sql`
      select person_id from person_document where person_id not in (select person_id from person)`);
    assert.deepEqual(owners, []);
    await service.deliver([recordOf('laboratory', 'N-4', CHEN, 'nat', NAT)], {}, behind);
    await service.turn();
    assert.equal((await service.current(CHEN))?.grounds.length, 2);
  });

  test('is added by one of many who add the same people at the same moment, and none is tried again', async () => {
    const database = openDatabase({ url: service.database.url, role: ROLES.app, connections: 6 });
    const indexes = Array.from({ length: 3_000 }, (_, i) => Buffer.from(`made up ${(i * 7_919) % 3_000}`));
    let tries = 0;
    const added = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        database.transaction((db) => {
          tries++;
          const personId = timeUuid(service.now);
          const turned = [...indexes.slice(i * 500), ...indexes.slice(0, i * 500)];
          const rows = turned.map((index) => ({ index, personId }));
          return addDocuments(db, rows, service.now, service.now);
        }),
      ),
    ).finally(database.close);
    assert.equal(added.flat().length, indexes.length);
    assert.equal(tries, 6);
    await owner.change(script("delete from person_document where document_index::text like '%6d61646520%'"));
  });

  const BROKEN: readonly (readonly [what: string, change: string])[] = [
    ['is destroyed', 'wrapped_key = null'],
    ['is damaged', 'wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)'],
  ];
  for (const [what, change] of BROKEN)
    test(`holds up nobody else when the key ${what}: what comes about them waits in quarantine`, async () => {
      await service.deliver([recordOf('laboratory', `N-${what}`, ANNA, 'nat', NAT)]);
      const [saved] = await app.rows<{ key: Buffer }>(
        sql`select wrapped_key as key from person where person_id = ${await personOf(ANNA)}`,
      );
      await owner.change(script(`update person set ${change} where person_id = '${await personOf(ANNA)}'`));
      const joining = { document: residentId(DING), sameAs: residentId(ANNA) };
      const receipt = await service.deliver([
        recordOf('laboratory', `N-5 ${what}`, ANNA, 'nat', NAT),
        recordOf('border', `S-1 ${what}`, DING, 'identity', joining),
        recordOf('laboratory', `N-6 ${what}`, DING, 'nat', NAT),
      ]);
      assert.deepEqual(
        receipt.outcomes.map(({ outcome }) => outcome),
        ['quarantined', 'quarantined', 'accepted'],
      );
      await service.turn();
      assert.equal((await service.current(DING))?.colour, 'red');
      await owner.change(
        sql`update person set wrapped_key = ${saved!.key} where person_id = ${await personOf(ANNA)}`,
      );
    });
});
