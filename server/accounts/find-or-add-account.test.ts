import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { freshDatabase } from '../../test/database.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { keyNeeds } from '../key-needs.ts';
import { blindIndexes } from '../platform/keys/blind-index.ts';
import { createKeyRing, type KeyRing, openKeyRing } from '../platform/keys/key-ring.ts';
import { addVersion, keyStates, promote } from '../platform/keys/rotation.ts';
import { retireKey } from '../retire-key.ts';
import { findOrAddAccount } from './find-or-add-account.ts';
import { accountsBySubject, lockAccount } from './store.ts';

const START = Date.UTC(2021, 0, 1);
const later = (seconds: number) => ({ at: START + seconds * 1_000 });
const ISSUER = 'https://id.example';

describe('the account of a subject', () => {
  const { app, reader } = freshDatabase();
  const folder = join(temporaryFolder(), 'keys');
  let keys: KeyRing;
  before(() => {
    keys = createKeyRing(folder);
  });
  const of = async (subject: string, issuer = ISSUER, ring = keys) =>
    (await app.transaction((db) => findOrAddAccount(db, ring, { issuer, subject }, START))).accountId;
  const needs = async () => Object.fromEntries(await keyNeeds(reader, 'subject', keyStates(folder)));

  test('is the same each time, and another one for another issuer', async () => {
    assert.equal(await of('a'), await of('a'));
    assert.notEqual(await of('a'), await of('a', 'https://other.example'));
    assert.notEqual(await of('b", "x', 'y'), await of('x', 'y", "b'));
  });

  test('is one when it is added many times at once', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => of('crowd')));
    assert.equal(new Set(ids).size, 1);
  });

  test('lives for as long as somebody signs in with it', async () => {
    const accountId = await of('kept');
    const day = 86_400_000;
    await app.transaction((db) =>
      findOrAddAccount(db, keys, { issuer: ISSUER, subject: 'kept' }, START + day),
    );
    const [row] = await accountsBySubject(
      app,
      blindIndexes(keys, 'subject', JSON.stringify([ISSUER, 'kept'])),
    );
    assert.equal(row!.accountId, accountId);
    assert.ok(await app.transaction((db) => lockAccount(db, accountId)));
  });

  test('is found through a rotation, also by a process that is a step behind, and needs the old key until then', async () => {
    const behind = openKeyRing(folder);
    const [early, late] = [await of('early'), await of('late')];
    addVersion(folder, 'subject', later(0));
    keys.refresh();
    const between = await of('between');
    assert.equal(await of('between', ISSUER, behind), between);
    promote(folder, 'subject', later(60));
    behind.refresh();
    keys.refresh();
    assert.equal(await of('early'), early);
    assert.ok((await needs())[1]! > 0);
    await assert.rejects(retireKey(reader, folder, 'subject', 1, later(120)), { code: 'refused' });
    for (const subject of ['a', 'crowd', 'kept', 'late']) await of(subject);
    await of('a', 'https://other.example');
    await of('b", "x', 'y');
    await of('x', 'y", "b');
    assert.equal((await needs())[1], 0);
    await retireKey(reader, folder, 'subject', 1, later(120));
    keys.refresh();
    assert.deepEqual([await of('early'), await of('late'), await of('between')], [early, late, between]);
  });

  test('is one when two processes in neighbouring states of a rotation add it at once', async () => {
    const behind = openKeyRing(folder);
    addVersion(folder, 'subject', later(200));
    keys.refresh();
    for (let i = 0; i < 10; i++) {
      const rings = [keys, behind, keys, behind];
      const ids = await Promise.all(rings.map((ring) => of(`new-${i}`, ISSUER, ring)));
      assert.equal(new Set(ids).size, 1, `new-${i}`);
    }
  });
});
