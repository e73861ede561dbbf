import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { createHistory, createPlaceRegister } from '../../domain/places/history.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import { createPlaceResolver } from '../../domain/places/resolve-place.ts';
import { readSnapshot } from '../../domain/places/snapshot.ts';
import { HOUR_MS, type Instant, NEVER } from '../../domain/time.ts';
import { openAreaBook } from '../../server/places/area-book.ts';
import { createListImporter } from '../../server/places/import-list.ts';
import { areasAfter, changesAt } from '../../server/places/store.ts';
import { freshDatabase } from '../../test/database.ts';
import { describePublic } from '../../test/public-data.ts';
import { readGazetteer } from './gazetteer.ts';
import { createListIntake } from './intake.ts';
import { readJsonDocuments } from './json-documents.ts';

const ARRIVAL: Instant = Date.UTC(2022, 9, 1);
const TOGETHER = 90;

async function readValues(files: readonly string[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const file of files)
    for await (const document of readJsonDocuments(file)) if (!document.fault) values.push(document.value);
  return values;
}

function printed(areas: readonly (Omit<ListedArea, 'recordedAt'> & { to?: Instant })[]): readonly string[] {
  return areas
    .filter(({ from, to = NEVER }) => from < to)
    .map(({ level, region, place, from, to = NEVER }) => `${level} ${region} ${place} ${from} ${to}`)
    .sort();
}

describePublic('the official lists of 2021 and 2022 in the database', 'risk-areas', (folder) => {
  const db = freshDatabase();
  let values: readonly unknown[] = [];
  /** What the domain says of the same lists, after each delivery. */
  const expected: { lines: unknown[]; areas: readonly string[] }[] = [];
  const arrivalOf = (delivery: number) => ARRIVAL + delivery * HOUR_MS;
  const resolve = createPlaceResolver(readGazetteer());

  before(async () => {
    const names = readdirSync(join(folder, '2021-08')).filter((name) => name.endsWith('.json'));
    const lists2021 = await readValues(names.sort().map((name) => join(folder, '2021-08', name)));
    const lists2022 = await readValues([join(folder, 'open-2022-04-15_2022-09-30.ndjson.br')]);
    // The older series arrives in the middle of the newer one, and some of that out of order.
    const late = lists2022.splice(300, 20);
    values = [...lists2022.slice(0, 400), ...lists2021, ...lists2022.slice(400), ...late];
  });

  test('say what they say to a dry run, delivery by delivery', async () => {
    const history = createHistory(resolve);
    const judge = createListIntake({ receivedAt: ARRIVAL, accepted: new Set() }, () => history);
    const register = createPlaceRegister(resolve);
    for (let start = 0; start < values.length; start += TOGETHER) {
      const delivery = values.slice(start, start + TOGETHER);
      const lines = delivery.map((value) => judge(readSnapshot(value).snapshot!).line);
      expected.push({ lines, areas: printed(history.areas()) });
      // Each by an importer that has to find out everything by itself.
      const importer = createListImporter({
        database: db.app,
        register: () => register,
        clientId: 'operator',
        clock: () => arrivalOf(expected.length),
      });
      const outcomes = await importer.take(delivery, new Set());
      assert.deepEqual(
        outcomes.map((outcome) => 'line' in outcome && outcome.line),
        lines,
      );
    }
    assert.equal(values.length, 718);
  });

  test('are known at each instant as a history of what had arrived by then', async () => {
    for (const delivery of [1, 4, 5, 7, expected.length]) {
      const known = await areasAfter(db.reader, await changesAt(db.reader, arrivalOf(delivery)));
      assert.deepEqual(printed(known), expected[delivery - 1]!.areas, `after delivery ${delivery}`);
    }
  });

  test('answer about a place from the book as from a file', async () => {
    const book = await openAreaBook(db.reader);
    const rules = { stayMatch: 'inside', wholeRegionTexts: [], areaLevels: ['medium', 'high'] } as const;
    const { index } = book.current(arrivalOf(expected.length), rules);
    // Street 330782002 in Yiwu, medium to 09:00 on 20 August (docs/real-lists.md).
    const medium = index('330782002', undefined).inside.filter(({ level }) => level === 'medium');
    assert.ok(medium.some(({ to }) => to === Date.UTC(2022, 7, 20, 1)));
  });
});
