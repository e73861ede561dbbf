import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { getQuarantined, listQuarantine, replayQuarantinedRecord } from '../../api/evidence/quarantine.ts';
import { printInstant } from '../../domain/time.ts';
import { script } from '../../server/platform/db/sql.ts';
import { freshDatabase } from '../database.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { look } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords, type Stated } from './made-up-evidence.ts';
import { newClient, newLedger, send, sendAll, statedKey } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite, type Site } from './site.ts';

const PATIENCE_MS = 120_000;

describe('whatever is in a batch,', () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const ledger = newLedger();
  let service: ServiceProcess;
  let api: ApiClient;

  before(async () => {
    service = await startServing(site, 0);
    [api] = (await newClient(site, [service.url])) as [ApiClient];
  });

  const toldOf = (batch: readonly Stated[]) => batch.map((record) => ledger.told.get(statedKey(record)));

  describe('a batch that is sent three times at once', () => {
    const recordsOf = (name: string, firstPerson: number) =>
      madeUpRecords({ name, records: 60, people: 20, firstPerson, now: Date.now() });

    test('is accepted once and unchanged twice', async () => {
      const batch = recordsOf('thrice', 0);
      await Promise.all([1, 2, 3].map(() => sendAll([api], ledger, [batch])));
      for (const told of toldOf(batch))
        assert.deepEqual(told?.sort(), ['accepted', 'unchanged', 'unchanged']);
      await account({ site, ledger, api });
    });

    test('under three keys is so too', async () => {
      const batch = recordsOf('three-keys', 1_000);
      await Promise.all(['a', 'b', 'c'].map((keys) => sendAll([api], ledger, [batch], { keys })));
      for (const told of toldOf(batch))
        assert.deepEqual(told?.sort(), ['accepted', 'unchanged', 'unchanged']);
      await account({ site, ledger, api });
    });

    test('under one key gives one reply three times', async () => {
      const batch = recordsOf('one-key', 2_000);
      await Promise.all([1, 2, 3].map(() => sendAll([api], ledger, [batch], { keys: 'one' })));
      for (const told of toldOf(batch)) assert.deepEqual(told, ['accepted', 'accepted', 'accepted']);
      await account({ site, ledger, api, isRepeated: true });
    });
  });

  describe('a record that the database refuses', () => {
    const POISON = 'poison-1-7';
    const batch = madeUpRecords({
      name: 'poison-1',
      records: 40,
      people: 20,
      firstPerson: 3_000,
      now: Date.now(),
    });
    const poisoned = batch.filter(({ id }) => id === POISON);

    test('is quarantined, and all others go on', async () => {
      await site.onDatabase((db) =>
        db.change(script(`alter table evidence add constraint poison check (record_id <> '${POISON}')`)),
      );
      const others = madeUpRecords({
        name: 'beside',
        records: 40,
        people: 20,
        firstPerson: 3_010,
        now: Date.now(),
      });
      await Promise.all([send(api, ledger, batch), sendAll([api], ledger, batchesOf(others, 10))]);
      for (const record of [...batch, ...others]) {
        const expected = poisoned.includes(record) ? 'quarantined' : 'accepted';
        assert.deepEqual(ledger.told.get(statedKey(record)), [expected]);
      }
      await account({ site, ledger, api, isRepeated: true });
    });

    test('waits there, and is accepted when nothing speaks against it any more', async () => {
      const { items } = await api.call(listQuarantine, { query: {} });
      assert.deepEqual(
        items.map(({ faults, state }) => [faults, state]),
        poisoned.map(() => [[{ field: '', message: 'cannot be stored' }], 'waiting']),
      );
      await site.onDatabase((db) => db.change(script('alter table evidence drop constraint poison')));
      for (const { itemId } of items) {
        const { record } = await api.call(getQuarantined, { params: { itemId } });
        const key = statedKey(JSON.parse(record));
        assert.equal((await api.call(replayQuarantinedRecord, { params: { itemId } })).step, 'accepted');
        ledger.told.set(key, ['accepted']);
      }
      await account({ site, ledger, api, isRepeated: true });
    });
  });

  describe('a person', () => {
    const KEY = madeUpDocument(4_000);
    const EVIDENCE = madeUpDocument(4_001);
    const about = (person: number, id: string): Stated => ({
      source: 'laboratory',
      id,
      version: 1,
      person: { document: madeUpDocument(person) },
      kind: 'nat',
      data: { result: 'positive', sampledAt: printInstant(Date.now()), reportedAt: printInstant(Date.now()) },
    });
    const others = [4_002, 4_003, 4_004, 4_005];

    test('whose key does not open is quarantined, and all others go on', async () => {
      const known = [4_000, ...others].map((person) => about(person, `known-${person}`));
      await send(api, ledger, known);
      await account({ site, ledger, api, isRepeated: true });
      const spoilt = about(4_000, 'about-a-key');
      await whileSpoilt(site, `known-4000`, 'person', 'wrapped_key', async () => {
        const sound = others.map((person) => about(person, `beside-a-key-${person}`));
        const beside = about(4_006, 'in-another-batch');
        await Promise.all([send(api, ledger, [...sound, spoilt]), send(api, ledger, [beside])]);
        for (const told of toldOf([...sound, beside])) assert.deepEqual(told, ['accepted']);
        assert.deepEqual(toldOf([spoilt]), [['quarantined']]);
      });
      assert.equal((await look(api, KEY)).colour, 'red');
      await account({ site, ledger, api, isRepeated: true });
    });

    test('whose evidence does not open has no colour, and all others go on', async () => {
      await send(api, ledger, [
        { ...about(4_001, 'spoilt'), kind: 'overseas', source: 'customs', data: OLD },
      ]);
      await until(
        () =>
          look(api, EVIDENCE).then(
            ({ colour }) => colour === 'green',
            () => false,
          ),
        PATIENCE_MS,
      );
      await whileSpoilt(site, 'spoilt', 'evidence', 'sealed_data', async () => {
        const news = [4_001, ...others].map((person) => about(person, `news-${person}`));
        await send(api, ledger, news);
        for (const told of toldOf(news)) assert.deepEqual(told, ['accepted']);
        await until(
          () =>
            look(api, EVIDENCE).then(
              () => false,
              () => true,
            ),
          PATIENCE_MS,
        );
        await assert.rejects(look(api, EVIDENCE), { code: 'unavailable', retryAfterSeconds: 60 });
        for (const person of others) assert.equal((await look(api, madeUpDocument(person))).colour, 'red');
        await until(() => /evidence about somebody cannot be read/.test(site.heard()), PATIENCE_MS);
      });
      // Nobody waits here for the minute after which it is tried again.
      await site.onDatabase((db) =>
        db.change(script(`update due set due_at = now() where cause = 'evidence'`)),
      );
      assert.equal((await look(api, EVIDENCE)).colour, 'red');
      await account({ site, ledger, api, isRepeated: true });
    });
  });
});

const OLD = { country: 'SG', enteredAt: '2021-01-01T00:00:00+08:00' };

/** Does something while one bit of a column is another, in the rows of the person about whom a record is stated. */
async function whileSpoilt(
  site: Site,
  recordId: string,
  table: 'person' | 'evidence',
  column: string,
  work: () => Promise<void>,
): Promise<void> {
  const flip = script(`
    update ${table} set ${column} = set_byte(${column}, 20, get_byte(${column}, 20) # 1)
     where person_id = (select person_id from evidence where record_id = '${recordId}')
       ${table === 'evidence' ? `and record_id = '${recordId}'` : ''}
  `);
  assert.equal(await site.onDatabase((db) => db.change(flip)), 1);
  await work();
  assert.equal(await site.onDatabase((db) => db.change(flip)), 1);
}
