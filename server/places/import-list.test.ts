import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSnapshot } from '../../domain/places/snapshot.ts';
import { freshDatabase } from '../../test/database.ts';
import { countRows, DAY, hour, importerOf, knownAreas, list, NONE } from '../../test/imported-areas.ts';
import { openDatabase } from '../platform/db/database.ts';
import { script, sql } from '../platform/db/sql.ts';
import type { Outcome } from './import-list.ts';
import { unpackList } from './read-document.ts';

const FIVE = ['甲', '乙', '丙', '丁', '戊'];

function rejections(outcomes: readonly Outcome[]): readonly (string | null | undefined)[] {
  return outcomes.map((outcome) => ('line' in outcome ? outcome.line.rejected : undefined));
}

describe('official lists in the database', () => {
  const db = freshDatabase();
  const clock = { hour: 12 };

  test('are known from their arrival, and hold from their own time to the next one', async () => {
    const importer = importerOf(db, clock);
    await importer.take([list(8, '甲', '府山街道'), list(9, '甲')], NONE);
    clock.hour = 13;
    await importer.take([list(13, '乙')], NONE);
    assert.deepEqual(await knownAreas(db.reader, 11), []);
    assert.deepEqual(await knownAreas(db.reader, 12), ['high 330602 甲 08–', 'high 330602001 08–09']);
    assert.deepEqual(await knownAreas(db.reader, 13), [
      'high 330602 乙 13–',
      'high 330602 甲 08–13',
      'high 330602001 08–09',
    ]);
  });

  test('go where their time belongs when they arrive late; what was known before stays known', async () => {
    clock.hour = 14;
    await importerOf(db, clock).take([list(10, '乙'), list(7, '丙')], NONE);
    assert.deepEqual(await knownAreas(db.reader, 13), [
      'high 330602 乙 13–',
      'high 330602 甲 08–13',
      'high 330602001 08–09',
    ]);
    assert.deepEqual(await knownAreas(db.reader, 14), [
      'high 330602 丙 07–08',
      'high 330602 乙 10–',
      'high 330602 甲 08–10',
      'high 330602001 08–09',
    ]);
  });

  test('replace the one with the same time', async () => {
    clock.hour = 15;
    await importerOf(db, clock).take([list(13, '丁')], NONE);
    assert.deepEqual(await knownAreas(db.reader, 15), [
      'high 330602 丁 13–',
      'high 330602 丙 07–08',
      'high 330602 乙 10–13',
      'high 330602 甲 08–10',
      'high 330602001 08–09',
    ]);
  });

  test('change nothing when they come again, and say what they said', async () => {
    const before = await countRows(db.reader);
    const lists = [list(8, '甲', '府山街道'), list(9, '甲'), list(13, '乙'), list(13, '丁'), list(7, '丙')];
    const outcomes = await importerOf(db, { hour: 20 }).take([...lists, ...lists], NONE);
    assert.deepEqual(await countRows(db.reader), before);
    const first = { ...{ high: 2, medium: 0, low: 0 }, added: 0, removed: 0, raised: 0, lowered: 0 };
    const line = { time: `${DAY}T08:00:00+08:00`, ...first, rejected: null };
    assert.deepEqual(outcomes[0], { line, held: undefined });
    assert.deepEqual(outcomes[5], outcomes[0]);
  });

  test('are never known before what is known already, whatever the clock says', async () => {
    await importerOf(db, { hour: 1 }).take([list(14, '戊')], NONE);
    assert.ok(!(await knownAreas(db.reader, 14)).some((area) => area.includes('戊')));
    assert.ok((await knownAreas(db.reader, 15)).includes('high 330602 戊 14–'));
  });

  test('end areas only when their own time has come, if they arrive before it', async () => {
    const importer = importerOf(db, { hour: 16 });
    await importer.take([list(18, '庚')], NONE);
    assert.deepEqual(
      (await knownAreas(db.reader, 17)).filter((area) => area.endsWith('–')),
      ['high 330602 庚 18–', 'high 330602 戊 14–'],
    );
    assert.ok((await knownAreas(db.reader, 18)).includes('high 330602 戊 14–18'));
    // The next one says that the area did not end then.
    await importerOf(db, { hour: 17 }).take([list(18, '庚', '戊'), list(19, '庚', '戊')], NONE);
    assert.ok((await knownAreas(db.reader, 17)).includes('high 330602 戊 14–'));
    assert.ok((await knownAreas(db.reader, 23)).includes('high 330602 戊 14–'));
  });

  test('are kept with every name as it was published, and with who gave them', async () => {
    const published = list(20, ' 甲 ', '甲', '');
    await importerOf(db, { hour: 20 }, 'desk-3').take([published], NONE);
    const given = await db.reader.rows<{ content: Buffer; clientId: string }>(
      sql`select content, client_id as "clientId" from area_document order by document_id`,
    );
    assert.equal(given[0]?.clientId, 'operator');
    assert.equal(given.at(-1)?.clientId, 'desk-3');
    const { snapshot } = readSnapshot(published);
    assert.equal(JSON.stringify(unpackList(given.at(-1)!.content)), JSON.stringify(snapshot));
  });
});

describe('a list that cannot be true', () => {
  const db = freshDatabase();
  const clock = { hour: 12 };
  const reason = 'has no area at all, after 5 in the last good list';

  test('is held with its reason, and the last good one stays in force', async () => {
    const outcomes = await importerOf(db, clock).take([list(8, ...FIVE), list(9), list(10, ...FIVE)], NONE);
    assert.deepEqual(rejections(outcomes), [null, reason, null]);
    const [, held] = outcomes;
    assert.deepEqual(held && 'held' in held && held.held, { field: 'data', message: reason });
    assert.equal((await knownAreas(db.reader, 12)).filter((area) => area.endsWith('08–')).length, 5);
  });

  test('is held when it comes again, also a long time later', async () => {
    const before = await countRows(db.reader);
    const [outcome] = await importerOf(db, { hour: 400 }).take([list(9)], NONE);
    assert.deepEqual(rejections([outcome!]), [reason]);
    assert.deepEqual(await countRows(db.reader), before);
  });

  test('is in force once a person accepts it, from then on', async () => {
    clock.hour = 13;
    const importer = importerOf(db, clock);
    assert.equal(await importer.accept(hour(8)), undefined);
    assert.equal(await importer.accept(hour(11)), undefined);
    const outcome = await importer.accept(hour(9));
    assert.deepEqual(rejections([outcome!]), [null]);
    assert.equal(await importer.accept(hour(9)), undefined);
    assert.equal((await knownAreas(db.reader, 12)).length, 5);
    assert.equal((await knownAreas(db.reader, 13)).filter((area) => area.endsWith('08–09')).length, 5);
    assert.equal((await knownAreas(db.reader, 13)).filter((area) => area.endsWith('10–')).length, 5);
  });

  test('is in force at once when it is given together with its acceptance', async () => {
    clock.hour = 14;
    const accepted = new Set([hour(13)]);
    const importer = importerOf(db, clock);
    assert.deepEqual(rejections(await importer.take([list(12, ...FIVE), list(13)], NONE)), [null, reason]);
    assert.deepEqual(rejections(await importer.take([list(13)], accepted)), [null]);
    const before = await countRows(db.reader);
    assert.deepEqual(rejections(await importer.take([list(13), list(13)], accepted)), [null, null]);
    assert.deepEqual(await countRows(db.reader), before);
    assert.ok(!(await knownAreas(db.reader, 14)).some((area) => area.endsWith('–')));
  });
});

describe('importers', () => {
  const db = freshDatabase();
  const lists = Array.from({ length: 12 }, (_, i) => list(i, ...FIVE.slice(i % 3)));

  test('that work at once do what one alone does', async () => {
    const importers = ['one', 'other'].map((name) => importerOf(db, { hour: 12 }, name));
    await Promise.all(
      importers.map(async (importer) => {
        for (let i = 0; i < lists.length; i += 2) await importer.take(lists.slice(i, i + 2), NONE);
      }),
    );
    const alone = await knownAreas(db.reader, 12);
    assert.equal((await countRows(db.reader))[0], lists.length);
    assert.equal((await countRows(db.reader))[1], lists.length);
    await db.owner.change(
      script(`truncate area_document, list_judgement, area_change, listed_area, area_end, area_concern`),
    );
    await importerOf(db, { hour: 12 }).take(lists, NONE);
    assert.deepEqual(await knownAreas(db.reader, 12), alone);
  });

  test('go on after a transaction that failed, with nothing of it left', async () => {
    const importer = importerOf(db, { hour: 13 });
    await importer.take([list(13, ...FIVE)], NONE);
    const before = await countRows(db.reader);
    await db.owner.change(script('revoke insert on area_end from healthcode_app'));
    await assert.rejects(importer.take([list(14, '甲', '乙', '丙')], NONE), /permission denied/);
    await db.owner.change(script('grant insert on area_end to healthcode_app'));
    assert.deepEqual(await countRows(db.reader), before);
    await importer.take([list(14, '甲', '乙', '丙')], NONE);
    assert.equal((await knownAreas(db.reader, 13)).filter((area) => area.endsWith('–14')).length, 0);
    assert.equal((await knownAreas(db.reader, 14)).filter((area) => area.endsWith('–14')).length, 2);
  });

  test('can add and look, and can neither change nor remove what is written', async () => {
    const app = openDatabase({ url: db.url, role: 'healthcode_app', connections: 1 });
    for (const statement of [
      `update listed_area set level = 'low'`,
      'delete from area_end',
      `update area_change set known_at = received_at`,
      'delete from list_judgement',
      'truncate area_document',
    ])
      await assert.rejects(app.change(script(statement)), /permission denied/, statement);
    await app.close();
  });
});
