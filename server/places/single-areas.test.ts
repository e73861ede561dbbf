import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeFault } from '../../domain/fault.ts';
import { freshDatabase } from '../../test/database.ts';
import { countRows, DAY, importerOf, knownAreas, list, NONE } from '../../test/imported-areas.ts';

describe('areas that are given one by one', () => {
  const db = freshDatabase();
  const area = { level: 'medium', region: '330683', place: '鹿山街道', from: `${DAY}T08:00:00+08:00` };

  test('are listed until a later line ends them, beside the lists', async () => {
    const importer = importerOf(db, { hour: 12 });
    const [first] = await importer.take([area, list(9, '甲')], NONE);
    assert.ok(first && 'area' in first);
    assert.deepEqual(await knownAreas(db.reader, 12), ['high 330602 甲 09–', 'medium 330683 鹿山街道 08–']);
    const ended = { ...area, to: `${DAY}T13:00:00+08:00` };
    await importerOf(db, { hour: 14 }).take([ended], NONE);
    assert.deepEqual(await knownAreas(db.reader, 14), ['high 330602 甲 09–', 'medium 330683 鹿山街道 08–13']);
    const before = await countRows(db.reader);
    await importerOf(db, { hour: 15 }).take([area, ended, area], NONE);
    assert.deepEqual(await countRows(db.reader), before);
  });

  test('end when a planned end has come, and not before', async () => {
    const planned = { ...area, place: '', from: `${DAY}T10:00:00+08:00`, to: `${DAY}T20:00:00+08:00` };
    await importerOf(db, { hour: 16 }).take([planned], NONE);
    assert.ok((await knownAreas(db.reader, 19)).includes('medium 330683 10–'));
    assert.ok((await knownAreas(db.reader, 20)).includes('medium 330683 10–20'));
    await importerOf(db, { hour: 17 }).take([{ ...planned, to: `${DAY}T18:00:00+08:00` }], NONE);
    assert.ok((await knownAreas(db.reader, 16)).includes('medium 330683 10–'));
    assert.ok((await knownAreas(db.reader, 17)).includes('medium 330683 10–'));
    for (const at of [18, 19, 20, 21])
      assert.ok((await knownAreas(db.reader, at)).includes('medium 330683 10–18'));
  });

  test('may name what a database cannot keep', async () => {
    await importerOf(db, { hour: 21 }).take([{ ...area, place: 'x\0\ud800' }, list(21, 'y\0')], NONE);
    assert.ok((await knownAreas(db.reader, 21)).includes('medium 330683 x\uFFFD\uFFFD 08–'));
    await importerOf(db, { hour: 22 }).take([list(22, 'y\0', '甲')], NONE);
    assert.ok((await knownAreas(db.reader, 22)).includes('high 330602 y\uFFFD 21–'));
  });

  // biome-ignore format: a table reads better as a table
  const refused: readonly [what: string, value: unknown, faults: readonly string[]][] = [
    ['severe',                 { ...area, level: 'severe', to: area.from, approval: 'A-1' }, ['level: must not be severe: only the two bodies of R6 may state that']],
    ['of a level that is none', { ...area, level: 'grave' },    ['level: must be one of high, medium, low']],
    ['learned at another time', { ...area, recordedAt: area.from }, ['recordedAt: must be missing: it is the time of arrival']],
    ['nowhere',                { ...area, region: '3306' },     ['region: must be a region code of 6, 9 or 12 digits, not of province 00']],
    ['no list',                { data: {} },                    ['data.end_update_time: is missing', 'data.highlist: is missing', 'data.middlelist: is missing']],
    ['nothing known',          null,                            ['must be a JSON object']],
  ];
  for (const [what, value, faults] of refused)
    test(`are refused when they are ${what}`, async () => {
      const before = await countRows(db.reader);
      const [outcome] = await importerOf(db, { hour: 23 }).take([value], NONE);
      assert.ok(outcome && 'faults' in outcome);
      assert.deepEqual(outcome.faults.map(describeFault), faults);
      assert.deepEqual(await countRows(db.reader), before);
    });
});
