import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { backupFolder, backupFor, keepNewest } from './find-backups.ts';
import { type Manifest, readManifest, writeManifest } from './manifest.ts';
import { firstGap, nameOf, numberBefore, segmentOf } from './wal-names.ts';

const MEGABYTES_16 = 2 ** 24;

describe('the names of the journal', () => {
  test('go from one span of four gigabytes to the next', () => {
    const last = segmentOf('0000000200000001000000FF', MEGABYTES_16)!;
    assert.deepEqual(last, { timeline: 2, number: 511 });
    assert.equal(nameOf({ ...last, number: 512 }, MEGABYTES_16), '000000020000000200000000');
    assert.equal(segmentOf('00000002.history', MEGABYTES_16), undefined);
  });

  test('hold the last byte before a place, also where a segment ends', () => {
    assert.equal(numberBefore('0/3000148', MEGABYTES_16), 3);
    assert.equal(numberBefore('0/3000000', MEGABYTES_16), 2);
    assert.equal(numberBefore('1/0', MEGABYTES_16), 255);
  });

  test('have no gap where another timeline has the segment, and else the first is found', () => {
    const on = (timeline: number, ...numbers: number[]) => numbers.map((number) => ({ timeline, number }));
    const from = { timeline: 1, number: 3 };
    assert.equal(firstGap(from, [...on(1, 3, 4), ...on(2, 4, 5)]), undefined);
    assert.deepEqual(firstGap(from, on(1, 1, 3, 5, 7)), { timeline: 1, number: 4 });
    assert.deepEqual(firstGap(from, on(1, 4)), { timeline: 1, number: 3 });
    assert.deepEqual(firstGap(from, []), { timeline: 1, number: 3 });
  });
});

describe('a folder of backups', () => {
  const folder = temporaryFolder();
  const wal = join(folder, 'wal');
  const segment = (number: number) => nameOf({ timeline: 1, number }, MEGABYTES_16);
  const DAY = 86_400_000;
  const manifest = (i: number): Manifest => ({
    ...{ format: 1, startedAt: i * DAY, endedAt: i * DAY + 1_000, postgres: 18, identifier: '1' },
    ...{ segmentBytes: MEGABYTES_16, firstSegment: segment(10 * i), lastSegment: segment(10 * i) },
    ...{ keyRing: 'ring', folders: [], files: [] },
  });
  mkdirSync(wal);
  for (let number = 5; number < 40; number++) writeFileSync(join(wal, `${segment(number)}.gz`), '');
  writeFileSync(join(wal, '00000002.history.gz'), '');
  for (const i of [1, 2, 3]) {
    const base = backupFolder(folder, i * DAY);
    mkdirSync(base);
    writeManifest(base, manifest(i));
    mkdirSync(`${base}.unfinished`);
  }

  test('gives the newest that ended before an instant', () => {
    assert.deepEqual(backupFor(folder, 2 * DAY + 1_000).manifest, manifest(2));
    assert.deepEqual(backupFor(folder, 2 * DAY + 999).manifest, manifest(1));
    assert.deepEqual(backupFor(folder, undefined).manifest, manifest(3));
    assert.throws(() => backupFor(folder, DAY), /no earlier time can be restored/);
    assert.throws(() => backupFor(wal, DAY), /holds no backup/);
  });

  test('keeps the newest, and the journal that they need', () => {
    assert.deepEqual(keepNewest(folder, 2), [backupFolder(folder, DAY)]);
    assert.deepEqual(backupFor(folder, 2 * DAY + 1_000).manifest, manifest(2));
    const left = readdirSync(wal).sort();
    assert.equal(left[0], `${segment(20)}.gz`);
    assert.equal(left.length, 21);
    assert.ok(left.includes('00000002.history.gz'));
  });

  test('refuses a manifest that somebody has changed', () => {
    const base = backupFolder(folder, 3 * DAY);
    writeManifest(base, { ...manifest(3), keyRing: 'other' });
    assert.equal(readManifest(base).keyRing, 'other');
    writeFileSync(join(base, 'manifest.json'), `{"sha256":"0"}\n${JSON.stringify(manifest(3))}\n`);
    assert.throws(() => readManifest(base), /the backup is damaged/);
  });
});
