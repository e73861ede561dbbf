import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDigit } from '../../../domain/people/document.ts';
import { recordOf, testService } from '../../../test/service.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { openKeyRing } from '../../platform/keys/key-ring.ts';
import { addVersion, promote } from '../../platform/keys/rotation.ts';
import { type Renewed, renewKeys } from './renew-keys.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });
const OVERSEAS = { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' };
const PEOPLE = 600;

const NUMBERS = Array.from({ length: PEOPLE }, (_, i) => {
  const digits = `339900${1900 + Math.floor(i / 900)}0102${String(i % 900).padStart(3, '0')}`;
  return `${digits}${checkDigit(digits)}`;
});

describe('renewing the keys of everybody', () => {
  const service = testService();
  const { app, eraser, owner } = service.database;
  const renew = (database: Database = app, onPeople?: (people: number) => void): Promise<Renewed> =>
    renewKeys(database, service.keys(), () => service.now, onPeople);

  before(async () => {
    const records = NUMBERS.map((number, i) => recordOf('customs', `O-${i}`, number, 'overseas', OVERSEAS));
    await service.deliver(records);
  });

  /** Adds a version of both keys, and makes it the current one. */
  function rotate(): void {
    for (const purpose of ['document', 'envelope'] as const) {
      addVersion(service.keysFolder, purpose, later(0));
      promote(service.keysFolder, purpose, later(60));
    }
    service.keys().refresh();
  }

  test('writes nothing while there is one version', async () => {
    assert.deepEqual(await renew(), { people: PEOPLE, indexes: 0, rewrapped: 0, unreadable: 0 });
  });

  test('can be broken off and begun again, and tells how far it is', async () => {
    service.now += 86_400_000;
    rotate();
    const told: number[] = [];
    const broken = renew(app, (people) => {
      told.push(people);
      if (people === 500) throw new Error('broken off');
    });
    await assert.rejects(broken, { message: 'broken off' });
    assert.deepEqual(told, [500]);
    const rest = PEOPLE - 500;
    assert.deepEqual(await renew(), { people: PEOPLE, indexes: rest, rewrapped: rest, unreadable: 0 });
    assert.deepEqual(await renew(), { people: PEOPLE, indexes: 0, rewrapped: 0, unreadable: 0 });
  });

  test('keeps a further index no longer than the person', async () => {
    const rows = await app.rows(sql`
      select 1 from person_document d join person p using (person_id) where d.erase_after <> p.erase_after
    `);
    assert.equal(rows.length, 0);
  });

  test('reads a promotion before it writes, though nobody refreshed its ring', async () => {
    const behind = openKeyRing(service.keysFolder);
    for (const purpose of ['document', 'envelope'] as const) {
      addVersion(service.keysFolder, purpose, later(120));
      promote(service.keysFolder, purpose, later(180));
    }
    const { rewrapped, indexes } = await renewKeys(app, behind, () => service.now);
    assert.deepEqual([rewrapped, indexes], [PEOPLE, PEOPLE]);
    service.keys().refresh();
  });

  test('of a process that takes the newest version for a coming one undoes nothing', async () => {
    addVersion(service.keysFolder, 'envelope', later(240));
    service.keys().refresh();
    const coming = openKeyRing(service.keysFolder);
    promote(service.keysFolder, 'envelope', later(300));
    assert.equal((await renew()).rewrapped, PEOPLE);
    const stuck = { ...coming, refresh: () => false };
    const { rewrapped, unreadable } = await renewKeys(app, stuck, () => service.now);
    assert.deepEqual([rewrapped, unreadable], [0, 0]);
  });

  test('by two at once does everything once', async () => {
    rotateEnvelope(360);
    const both = await Promise.all([renew(), renew()]);
    assert.equal(both[0].rewrapped + both[1].rewrapped, PEOPLE);
  });

  function rotateEnvelope(seconds: number): void {
    addVersion(service.keysFolder, 'envelope', later(seconds));
    promote(service.keysFolder, 'envelope', later(seconds + 60));
  }

  /** The database, with something that happens before the statement that begins with these words. */
  function interrupted(words: string, happen: () => Promise<unknown>): Database {
    let happened = false;
    const wait = async (text: string) => {
      if (happened || !text.trimStart().startsWith(words)) return;
      happened = true;
      await happen();
    };
    const watched = (db: Transaction): Transaction => ({
      ...db,
      rows: (statement) => wait(statement.text).then(() => db.rows(statement)),
      change: (statement) => wait(statement.text).then(() => db.change(statement)),
    });
    return { ...app, transaction: (work) => app.transaction((db) => work(watched(db))) };
  }

  /** Destroys the key of somebody, and the indexes by which they are found. */
  const erase = (personId: string) =>
    eraser.transaction(async (db) => {
      await db.change(sql`delete from person where person_id = ${personId}`);
      await db.change(sql`delete from person_document where person_id = ${personId}`);
    });

  async function somebody(): Promise<string> {
    const [row] = await app.rows<{ personId: string }>(
      sql`select person_id as "personId" from person order by person_id limit 1`,
    );
    return row!.personId;
  }

  async function tracesOf(personId: string): Promise<number> {
    const rows = await app.rows(sql`
      select 1 from person where person_id = ${personId} and wrapped_key is not null
      union all
      select 1 from person_document where person_id = ${personId}
    `);
    return rows.length;
  }

  test('brings nobody back who is erased in the meantime', async () => {
    rotateEnvelope(480);
    addVersion(service.keysFolder, 'document', later(480));
    service.keys().refresh();
    const personId = await somebody();
    const { rewrapped, indexes } = await renew(interrupted('update person', () => erase(personId)));
    assert.deepEqual([rewrapped, indexes], [PEOPLE - 1, PEOPLE - 1]);
    assert.equal(await tracesOf(personId), 0);
  });

  test('brings nobody back whose key is destroyed in the meantime', async () => {
    rotateEnvelope(600);
    const personId = await somebody();
    const destroy = () =>
      owner.change(sql`update person set wrapped_key = null where person_id = ${personId}`);
    await renew(interrupted('update person', destroy));
    const rows = await app.rows(sql`
      select 1 from person where person_id = ${personId} and wrapped_key is null
    `);
    assert.equal(rows.length, 1);
    await erase(personId);
  });

  test('leaves no index behind of somebody whom the eraser is waiting for', async () => {
    promote(service.keysFolder, 'document', later(600));
    addVersion(service.keysFolder, 'document', later(600));
    const personId = await somebody();
    let erasing: Promise<unknown> | undefined;
    const begin = async () => {
      erasing = erase(personId);
      await sleep(50);
    };
    const { indexes } = await renew(interrupted('insert into person_document', begin));
    assert.equal(indexes, PEOPLE - 2);
    await erasing;
    assert.equal(await tracesOf(personId), 0);
  });

  test('goes on when something about somebody does not open, and tells of it', async () => {
    rotateEnvelope(720);
    const personId = await somebody();
    await owner.change(sql`
      update person set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1) where person_id = ${personId}
    `);
    const { people, rewrapped, unreadable } = await renew();
    assert.deepEqual([people, rewrapped, unreadable], [PEOPLE - 3, PEOPLE - 4, 1]);
  });

  test('writes nothing with old keys when a key file is wrong', async () => {
    const broken = {
      ...service.keys(),
      refresh: () => {
        throw new Error('the key file is wrong');
      },
    };
    await assert.rejects(
      renewKeys(app, broken, () => service.now),
      { message: 'the key file is wrong' },
    );
  });
});
