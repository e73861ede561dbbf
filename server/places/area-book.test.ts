import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { levelAt } from '../../domain/places/history.ts';
import { freshDatabase } from '../../test/database.ts';
import { DAY, hour, importerOf, list, NONE } from '../../test/imported-areas.ts';
import { type AreaRules, type KnownAreas, openAreaBook } from './area-book.ts';

const RULES: AreaRules = {
  stayMatch: 'inside',
  wholeRegionTexts: ['全域'],
  areaLevels: ['medium', 'high'],
};

/** Which of some places were listed at an hour. */
function listed({ index }: KnownAreas, at: number): string {
  return ['甲', '乙', '丙'].filter((place) => levelAt(index, '330602', place, hour(at))).join('');
}

describe('the book of areas', () => {
  const db = freshDatabase();
  const clock = { hour: 12 };

  test('is empty before the first list', async () => {
    const book = await openAreaBook(db.reader);
    assert.equal(book.current(hour(12), RULES).version, 'none');
    assert.equal((await book.knownAt(hour(12), RULES)).version, 'none');
    assert.deepEqual((await book.knownAt(hour(12), RULES)).index('330602', '甲').inside, []);
    assert.equal(await book.refresh(), false);
  });

  test('knows what was imported after the next refresh, and every state before', async () => {
    const book = await openAreaBook(db.reader);
    const importer = importerOf(db, clock);
    await importer.take([list(8, '甲')], NONE);
    assert.equal(book.current(hour(12), RULES).version, 'none');
    assert.equal(await book.refresh(), true);
    const first = book.current(hour(12), RULES);
    assert.equal(listed(first, 9), '甲');
    clock.hour = 13;
    await importer.take([list(9, '乙')], NONE);
    await book.refresh();
    const second = book.current(hour(13), RULES);
    assert.equal(listed(second, 8), '甲');
    assert.equal(listed(second, 9), '乙');
    assert.notEqual(first.version, second.version);
    const replayed = await book.knownAt(hour(12), RULES);
    assert.equal(replayed.version, first.version);
    assert.equal(listed(replayed, 9), '甲');
    assert.equal(listed(await book.ofVersion(first.version, RULES), 9), '甲');
    assert.equal(listed(await book.ofVersion('none', RULES), 9), '');
  });

  test('is the same however it was read', async () => {
    const book = await openAreaBook(db.reader);
    const current = book.current(hour(13), RULES);
    assert.equal(current.version, (await book.knownAt(hour(13), RULES)).version);
    assert.equal(listed(current, 9), '乙');
    assert.equal(book.current(hour(13), RULES), current);
  });

  test('knows what was received, also by a clock that runs ahead of its own', async () => {
    const book = await openAreaBook(db.reader);
    assert.equal(listed(book.current(hour(5), RULES), 9), '乙');
  });

  test('has the levels that a rule package knows, and matches as it says', async () => {
    const book = await openAreaBook(db.reader);
    const without = book.current(hour(13), { ...RULES, areaLevels: ['medium'] });
    assert.equal(listed(without, 9), '');
    const possibly = book.current(hour(13), { ...RULES, stayMatch: 'possible' });
    assert.equal(possibly.index('330602', undefined).inside.length, 2);
    assert.equal(book.current(hour(13), RULES).index('330602', undefined).inside.length, 0);
  });

  test('turns to a planned end when it comes, without an import', async () => {
    clock.hour = 14;
    const area = { level: 'high', region: '330602', place: '丙', from: `${DAY}T10:00:00+08:00` };
    await importerOf(db, clock).take([{ ...area, to: `${DAY}T20:00:00+08:00` }], NONE);
    const book = await openAreaBook(db.reader);
    const before = book.current(hour(19), RULES);
    assert.equal(listed(before, 21), '乙丙');
    const after = book.current(hour(20), RULES);
    assert.equal(listed(after, 19), '乙丙');
    assert.equal(listed(after, 20), '乙');
    assert.notEqual(before.version, after.version);
    for (const [known, at] of [
      [before, 19],
      [after, 20],
    ] as const) {
      const replayed = await book.knownAt(hour(at), RULES);
      assert.equal(replayed.version, known.version);
      assert.equal(listed(replayed, 21), listed(known, 21));
    }
    assert.equal(listed(await book.ofVersion(before.version, RULES), 21), '乙丙');
  });

  test('is not led back by a planned end that was overtaken', async () => {
    clock.hour = 15;
    const area = { level: 'high', region: '330602', place: '丙', from: `${DAY}T10:00:00+08:00` };
    const book = await openAreaBook(db.reader);
    await importerOf(db, clock).take([{ ...area, to: `${DAY}T22:00:00+08:00` }], NONE);
    await book.refresh();
    const again = await openAreaBook(db.reader);
    for (const [at, expected] of [
      [21, '乙丙'],
      [22, '乙'],
    ] as const) {
      assert.equal(listed(book.current(hour(at), RULES), 30), expected);
      assert.equal(listed(again.current(hour(at), RULES), 30), expected);
      assert.equal(listed(await book.knownAt(hour(at), RULES), 30), expected);
    }
  });

  test('reads everything once, however many ask at the same time', async () => {
    const book = await openAreaBook(db.reader);
    clock.hour = 30;
    await importerOf(db, clock).take([list(23, '甲')], NONE);
    const fresh = await Promise.all([book.refresh(), book.refresh(), book.refresh()]);
    assert.deepEqual(fresh, [true, false, false]);
    assert.equal(listed(book.current(hour(30), RULES), 25), '甲');
  });
});
