import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { blindIndexes } from './blind-index.ts';
import { contentDigest, isDigestOf, isTokenMac, tokenMac } from './digest.ts';
import { createDataKey, open, openDataKey, rewrap, seal } from './envelope.ts';
import type { Purpose } from './key-file.ts';
import { createKeyRing, type KeyRing, openKeyRing } from './key-ring.ts';
import { openQuarantined, sealQuarantined } from './quarantine.ts';
import { addVersion, promote, retire } from './rotation.ts';
import { versionOf } from './version-number.ts';

const root = temporaryFolder();
const AT = Date.UTC(2021, 0, 1);
const later = (seconds: number) => AT + seconds * 1_000;
const freshFolder = () => join(mkdtempSync(join(root, 'ring-')), 'keys');

/** A new ring at AT, its folder, and a second process that read it then and reads nothing unless it is told. */
function freshRing(): { readonly folder: string; readonly ring: KeyRing; readonly behind: KeyRing } {
  const folder = freshFolder();
  const ring = createKeyRing(folder, { at: AT });
  return { folder, ring, behind: openKeyRing(folder) };
}

describe('a ring that is refreshed', () => {
  test('follows a rotation, and says whether anything changed', () => {
    const { folder, ring } = freshRing();
    assert.equal(ring.refresh(), false);
    addVersion(folder, 'phone', { at: AT });
    assert.deepEqual(
      ring.live('phone').map(({ version }) => version),
      [1],
    );
    assert.equal(ring.refresh(), true);
    assert.equal(ring.refresh(), false);
    assert.deepEqual(
      ring.live('phone').map(({ version, state }) => `${version} ${state}`),
      ['1 current', '2 coming'],
    );
    promote(folder, 'phone', { at: later(60) });
    addVersion(folder, 'phone', { at: later(60) });
    ring.refresh();
    assert.deepEqual(
      ring.live('phone').map(({ version }) => version),
      [2, 3, 1],
    );
    retire(folder, 'phone', 1, { at: later(120) });
    ring.refresh();
    assert.equal(ring.find('phone', 1), undefined);
  });

  test('stays as it was while a file is wrong, and goes on when it is right again', () => {
    const { folder, ring } = freshRing();
    const path = join(folder, 'phone.json');
    const text = readFileSync(path, 'utf8');
    const index = blindIndexes(ring, 'phone', 'x');
    const other = readFileSync(join(createdElsewhere(), 'phone.json'), 'utf8');
    const spoilings: readonly (readonly [text: string | undefined, code: string])[] = [
      ['{', 'malformed'],
      [undefined, 'missing'],
      [other, 'malformed'],
      [text.replace('"version": 1', '"version": 2'), 'malformed'],
    ];
    for (const [spoilt, code] of spoilings) {
      rmSync(path, { force: true });
      if (spoilt !== undefined) writeFileSync(path, spoilt, { mode: 0o600 });
      assert.throws(() => ring.refresh(), { code });
      assert.throws(() => ring.refresh(), { code }, 'it forgot that something is wrong');
      assert.deepEqual(blindIndexes(ring, 'phone', 'x'), index);
    }
    writeFileSync(path, text);
    chmodSync(path, 0o640);
    assert.throws(() => ring.refresh(), { code: 'exposed' });
    chmodSync(path, 0o600);
    ring.refresh();
    assert.deepEqual(blindIndexes(ring, 'phone', 'x'), index);
  });
});

function createdElsewhere(): string {
  const folder = freshFolder();
  createKeyRing(folder);
  return folder;
}

describe('a file that is wrong', () => {
  test('does not keep the ring from following the rotation of another purpose', () => {
    const { folder, ring } = freshRing();
    writeFileSync(join(folder, 'phone.json'), '{', { mode: 0o600 });
    addVersion(folder, 'envelope', { at: AT });
    assert.throws(() => ring.refresh(), { code: 'malformed' });
    assert.equal(ring.live('envelope').length, 2);
  });
});

describe('without downtime: two processes, one of which is a step behind,', () => {
  /** Every pair of steps of a rotation that two processes may be in at one time. */
  function atEveryStep(purpose: Purpose, look: (ring: KeyRing, behind: KeyRing) => void): void {
    const { folder, ring, behind } = freshRing();
    const steps = [
      () => addVersion(folder, purpose, { at: later(0), suite: 'sm4-sm3' }),
      () => promote(folder, purpose, { at: later(60) }),
      () => retire(folder, purpose, 1, { at: later(120) }),
    ];
    for (const step of steps) {
      step();
      assert.equal(ring.refresh(), true);
      look(ring, behind);
      behind.refresh();
    }
  }

  test('find each other\u2019s rows by their blind indexes', () => {
    for (const purpose of ['document', 'phone', 'carrier'] as const) {
      atEveryStep(purpose, (ring, behind) => {
        const indexes = (of: KeyRing) => blindIndexes(of, purpose, 'x').map((index) => index.toString('hex'));
        const common = indexes(ring).filter((index) => indexes(behind).includes(index));
        assert.ok(common.length > 0);
      });
    }
  });

  test('open each other\u2019s data keys and records', () => {
    atEveryStep('envelope', (ring, behind) => {
      for (const [writer, reader] of [
        [ring, behind],
        [behind, ring],
      ] as const) {
        const { wrapped, key } = createDataKey(writer, 'p');
        const sealed = seal(key, '张三', 'c');
        assert.equal(open(openDataKey(reader, 'p', wrapped), sealed, 'c').toString(), '张三');
      }
    });
    atEveryStep('quarantine', (ring, behind) => {
      for (const [writer, reader] of [
        [ring, behind],
        [behind, ring],
      ] as const)
        assert.equal(openQuarantined(reader, sealQuarantined(writer, 'x', 'c'), 'c').toString(), 'x');
    });
  });

  test('know each other\u2019s digests and tokens', () => {
    atEveryStep('digest', (ring, behind) => {
      assert.ok(isDigestOf(ring, contentDigest(behind, 'x'), 'x'));
      assert.ok(isDigestOf(behind, contentDigest(ring, 'x'), 'x'));
    });
    atEveryStep('token', (ring, behind) => {
      assert.ok(isTokenMac(ring, tokenMac(behind, 'x'), 'x'));
      assert.ok(isTokenMac(behind, tokenMac(ring, 'x'), 'x'));
    });
  });
});

describe('the story of an envelope key', () => {
  test('old texts open after the rotation to the national suite, and the old key can go once everything is wrapped anew', () => {
    const { folder, ring } = freshRing();
    const { wrapped, key } = createDataKey(ring, 'p');
    const old = seal(key, '张三', 'name');
    assert.equal(old[0], 1);
    addVersion(folder, 'envelope', { at: AT, suite: 'sm4-sm3' });
    ring.refresh();
    assert.equal(versionOf(createDataKey(ring, 'q').wrapped), 1, 'nobody writes with a coming version');
    assert.equal(rewrap(ring, 'p', wrapped), undefined);

    promote(folder, 'envelope', { at: later(60) });
    ring.refresh();
    assert.equal(open(openDataKey(ring, 'p', wrapped), old, 'name').toString(), '张三');
    const again = rewrap(ring, 'p', wrapped)!;
    assert.equal(versionOf(again), 2);
    assert.equal(rewrap(ring, 'p', again), undefined);
    assert.throws(() => rewrap(ring, 'q', wrapped), { code: 'unreadable' });

    retire(folder, 'envelope', 1, { at: later(120) });
    const fresh = openKeyRing(folder);
    const reopened = openDataKey(fresh, 'p', again);
    assert.equal(open(reopened, old, 'name').toString(), '张三');
    const sealedNow = seal(reopened, '李四', 'name');
    assert.equal(sealedNow[0], 2, 'a key that is wrapped anew seals with the suite of its wrap');
    assert.equal(open(openDataKey(fresh, 'p', again), sealedNow, 'name').toString(), '李四');
    assert.throws(() => openDataKey(fresh, 'p', wrapped), { code: 'unreadable' });
  });

  test('whoever was erased stays erased: a wrapped key from an old backup opens nothing once its version is retired', () => {
    const { folder, ring } = freshRing();
    const { wrapped: inBackup } = createDataKey(ring, 'erased');
    addVersion(folder, 'envelope', { at: AT });
    promote(folder, 'envelope', { at: later(60) });
    retire(folder, 'envelope', 1, { at: later(120) });
    ring.refresh();
    assert.throws(() => openDataKey(ring, 'erased', inBackup), { code: 'unreadable' });
    assert.throws(() => rewrap(ring, 'erased', inBackup), { code: 'unreadable' });
  });

  test('a digest of a retired version is not called another content', () => {
    const { folder, ring } = freshRing();
    const digest = contentDigest(ring, 'x');
    addVersion(folder, 'digest', { at: AT });
    promote(folder, 'digest', { at: later(60) });
    retire(folder, 'digest', 1, { at: later(120) });
    ring.refresh();
    assert.throws(() => isDigestOf(ring, digest, 'x'), { code: 'unreadable' });
  });
});
