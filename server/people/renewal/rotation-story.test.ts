import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { checkDigit, type Document, documentKey } from '../../../domain/people/document.ts';
import { NEVER } from '../../../domain/time.ts';
import { recordOf, testService } from '../../../test/service.ts';
import { readDossiers, withKin } from '../../codes/dossiers.ts';
import { sql } from '../../platform/db/sql.ts';
import { type KeyRing, openKeyRing } from '../../platform/keys/key-ring.ts';
import { addVersion, promote } from '../../platform/keys/rotation.ts';
import { versionOf } from '../../platform/keys/version-number.ts';
import { retireKey } from '../../retire-key.ts';
import { documentsOf } from '../documents-of.ts';
import { findPeople } from '../find-or-add-people.ts';
import { renewKeys } from './renew-keys.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};

/** A resident number of nobody: the county was never assigned. */
function numberOf(i: number): string {
  const digits = `33990019900102${String(i).padStart(3, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

describe('a rotation to the national suite, beside intake and a process that is a step behind,', () => {
  const service = testService();
  const { app, reader } = service.database;
  let behind: KeyRing;
  const everyone: string[] = [];
  let delivered = 0;
  before(() => {
    behind = openKeyRing(service.keysFolder);
  });

  const state = (ring: KeyRing, number: string) =>
    service.deliver([recordOf('laboratory', `R-${delivered++}`, number, 'nat', NAT)], {}, ring);
  const renew = () => renewKeys(app, service.keys(), () => service.now);
  const retireBoth = async (seconds: number) => {
    await retireKey(reader, service.keysFolder, 'envelope', 1, later(seconds));
    await retireKey(reader, service.keysFolder, 'document', 1, later(seconds));
  };

  /** Both processes state something about the same people at once, new ones and old ones, while keys are renewed. */
  async function allAtWork(): Promise<void> {
    const fresh = Array.from({ length: 25 }, (_, i) => numberOf(everyone.length + i));
    const about = [...fresh, ...everyone.slice(0, 10)];
    everyone.push(...fresh);
    await Promise.all([
      ...about.map((number) => state(service.keys(), number)),
      ...about.toReversed().map((number) => state(behind, number)),
      renew(),
    ]);
  }

  async function personIds(): Promise<string[]> {
    const rows = await app.rows<{ personId: string }>(sql`select person_id as "personId" from person`);
    return rows.map(({ personId }) => personId);
  }

  /** Each number is one person, whom both processes find and read. */
  async function assertSound(): Promise<void> {
    const ids = await personIds();
    assert.equal(ids.length, everyone.length, 'a number became two persons, or none');
    for (const ring of [service.keys(), behind]) {
      const documents = await documentsOf(app, ring, ids);
      assert.deepEqual([...documents.values()].map(({ number }) => number).sort(), [...everyone].sort());
      const found = await findAll(ring);
      assert.deepEqual(
        everyone.map((number) => documents.get(found.get(number) ?? '')?.number),
        everyone,
      );
      const kin = await withKin(app, ids);
      const { dossiers, unreadable } = await readDossiers(app, ring, service.decision().lists, kin, NEVER);
      assert.equal(unreadable.size, 0);
      assert.ok(dossiers.every(({ facts }) => facts.length > 0));
    }
  }

  async function findAll(ring: KeyRing): Promise<ReadonlyMap<string, string>> {
    const documents = everyone.map((number): Document => ({ type: 'resident-id', number }));
    const found = await findPeople(app, ring, documents);
    return new Map(documents.map((document) => [document.number, found.get(documentKey(document))!]));
  }

  test('people are stored under the first version', async () => {
    await allAtWork();
    await assertSound();
  });

  test('a version is added, which only one of them knows', async () => {
    addVersion(service.keysFolder, 'document', { ...later(0), suite: 'sm4-sm3' });
    addVersion(service.keysFolder, 'envelope', { ...later(0), suite: 'sm4-sm3' });
    service.keys().refresh();
    await allAtWork();
    await assertSound();
    behind.refresh();
  });

  test('it is promoted, and one of them goes on writing with the former one', async () => {
    promote(service.keysFolder, 'document', later(60));
    promote(service.keysFolder, 'envelope', later(60));
    service.keys().refresh();
    await allAtWork();
    everyone.push(numberOf(everyone.length));
    await state(behind, everyone.at(-1)!);
    await assertSound();
  });

  test('the former version stays while a data key is wrapped by it', async () => {
    await assert.rejects(retireBoth(120), {
      code: 'refused',
      message: /envelope has a version 1 that \d+ rows need/,
    });
    assert.equal(openKeyRing(service.keysFolder).find('envelope', 1)?.state, 'former');
    behind.refresh();
    const { people, rewrapped, unreadable } = await renew();
    assert.equal(people, everyone.length);
    assert.ok(rewrapped > 0);
    assert.equal(unreadable, 0);
    assert.deepEqual(await renew(), { people, indexes: 0, rewrapped: 0, unreadable: 0 });
  });

  test('the former version goes, and everybody is found and read', async () => {
    await retireBoth(120);
    service.keys().refresh();
    await allAtWork();
    await assertSound();
    behind.refresh();
    assert.equal(behind.find('document', 1), undefined);
    for (const number of everyone) await state(behind, number);
    await assertSound();
  });

  test('what is written from now on is sealed with the national suite', async () => {
    const rows = await app.rows<{ wrappedKey: Buffer; sealed: Buffer }>(sql`
      select distinct on (person_id) wrapped_key as "wrappedKey", sealed_data as sealed
        from evidence join person using (person_id)
       order by person_id, record_id desc
    `);
    assert.deepEqual(new Set(rows.map(({ wrappedKey }) => versionOf(wrappedKey))), new Set([2]));
    assert.ok(rows.some(({ sealed }) => sealed[0] === 2));
  });
});
