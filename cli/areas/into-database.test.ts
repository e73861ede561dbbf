import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { NEVER, parseInstant } from '../../domain/time.ts';
import { addEvidence } from '../../server/evidence/store.ts';
import { timeUuid } from '../../server/platform/db/uuid.ts';
import { freshDatabase } from '../../test/database.ts';
import { countRows } from '../../test/imported-areas.ts';
import { type ListedPlaces, officialList } from '../../test/official-lists.ts';
import { runProgram } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const PLACES: readonly ListedPlaces[] = [
  ['浙江省', '绍兴市', '越城区', ['府山街道', '甲', '乙', '丙', '丁']],
];
const LISTS = [
  officialList({ time: '2022-04-15 8时', high: PLACES }),
  officialList({ time: '2022-04-15 9时' }),
  officialList({ time: '2022-04-15 10时', medium: PLACES }),
];
const HELD_AT = '2022-04-15T09:00:00+08:00';
const FROM = parseInstant('2022-04-14T00:00:00+08:00');

describe('areas import into the database', () => {
  const db = freshDatabase();
  const folder = temporaryFolder();
  const lists = join(folder, 'lists.ndjson');
  writeFileSync(lists, LISTS.map((list) => `${JSON.stringify(list)}\n`).join(''));

  before(() => {
    process.env.DATABASE_URL = db.url;
  });

  function importing(args: readonly string[], input = '') {
    const keys = ['--keys', join(folder, 'keys')];
    const { status, stdout, stderr } = runProgram(['areas', 'import', ...keys, ...args], input);
    return { status, stdout, stderr };
  }

  test('prints what a dry run prints, and tells how many people are concerned', async () => {
    const personId = timeUuid(FROM);
    const lineage = { batchId: timeUuid(FROM), clientId: 'test', receivedAt: FROM, recordedAt: FROM };
    const stay = { source: 'telecom', recordId: 'S', version: 1, kind: 'stay', standing: 'stated' } as const;
    const place = { region: '330602001', placeFrom: FROM, placeTo: NEVER };
    await addEvidence(db.app, [{ personId, sealedData: null, ...stay, ...place, ...lineage }], NEVER);
    const trial = importing(['--dry-run', lists]);
    const { status, stdout, stderr } = importing([lists]);
    assert.deepEqual([status, stdout], [1, trial.stdout]);
    assert.equal(stderr, `${trial.stderr}people to be assessed again: 1\n`);
  });

  test('says the same again and changes nothing', async () => {
    const counts = await countRows(db.reader);
    const trial = importing(['--dry-run', lists]);
    const { status, stdout, stderr } = importing([lists]);
    assert.deepEqual([status, stdout], [1, trial.stdout]);
    assert.equal(stderr, `${trial.stderr}people to be assessed again: 0\n`);
    assert.deepEqual(await countRows(db.reader), counts);
  });

  test('puts a held list in force without its file, once', () => {
    const { status, stdout, stderr } = importing(['--accept', HELD_AT]);
    // The area was off the list years ago: nothing follows from it any more.
    assert.deepEqual([status, stderr], [0, 'people to be assessed again: 0\n']);
    const { time, removed, rejected } = JSON.parse(stdout);
    assert.deepEqual([time, removed, rejected], [HELD_AT, 5, null]);
    const again = importing(['--accept', HELD_AT]);
    assert.deepEqual([again.status, again.stdout], [1, '']);
    assert.match(again.stderr, /^--accept: 2022-04-15T09:00:00\+08:00: no list of this time is held\n/);
  });

  test('goes on after a fault, and keeps nothing of what is faulty', async () => {
    const before = await countRows(db.reader);
    const area = { level: 'low', region: '330602', from: HELD_AT };
    const severe = { ...area, level: 'severe', to: '2022-05-15T08:00:00+08:00', approval: 'A-1' };
    const input = `oops\n${JSON.stringify(severe)}\n{"data":{}}\n${JSON.stringify(area)}\n`;
    const { status, stderr } = importing(['-'], input);
    assert.match(stderr, /^-:1: is not JSON\n-:2: level: must not be severe.*\n-:3: data\./);
    assert.equal(status, 1);
    const after = await countRows(db.reader);
    assert.deepEqual(
      after.map((count, i) => count - before[i]!),
      [1, 0, 1, 1, 1],
    );
  });
});
