import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { regionOfEntry } from '../../domain/places/entry-region.ts';
import { openGazetteer } from '../../domain/places/gazetteer.ts';
import { createHistory, type History } from '../../domain/places/history.ts';
import { type Taken, takeList } from '../../domain/places/in-force.ts';
import { provinceOf, publishedAreas } from '../../domain/places/ledger.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import type { Standing } from '../../domain/places/plausibility.ts';
import { significantSteps } from '../../domain/places/region.ts';
import { createPlaceResolver } from '../../domain/places/resolve-place.ts';
import { LISTED_LEVELS, readSnapshot, type Snapshot } from '../../domain/places/snapshot.ts';
import { HOUR_MS, printInstant } from '../../domain/time.ts';
import { describePublic } from '../../test/public-data.ts';
import { readDivisionTable, readGazetteer } from './gazetteer.ts';
import { readJsonDocuments } from './json-documents.ts';
import { resolutionReport } from './report.ts';

const LISTS_OF_2022 = 'open-2022-04-15_2022-09-30.ndjson.br';
const RECEIVED = Date.UTC(2022, 9, 1);

async function readLists(files: readonly string[]): Promise<Snapshot[]> {
  const lists: Snapshot[] = [];
  for (const file of files)
    for await (const document of readJsonDocuments(file)) {
      assert.equal(document.fault, undefined);
      const { snapshot, faults } = readSnapshot('value' in document ? document.value : undefined);
      assert.deepEqual(faults, undefined);
      if (snapshot) lists.push(snapshot);
    }
  return lists;
}

function take(standing: Standing | undefined, list: Snapshot): Taken {
  return takeList(standing, list, { receivedAt: RECEIVED, accepted: new Set() });
}

function takeAll(lists: readonly Snapshot[]): Taken[] {
  let standing: Standing | undefined;
  return lists.map((list) => {
    const taken = take(standing, list);
    standing = taken.standing;
    return taken;
  });
}

/** The fields of a table, one array a row, without its heading. */
function table(file: string): string[][] {
  const [, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return rows.map((row) => row.split(','));
}

describePublic('the official lists of 2021 and 2022', 'risk-areas', (folder) => {
  let lists2021: Snapshot[] = [];
  let lists2022: Snapshot[] = [];
  let taken2022: Taken[] = [];
  let history: History;
  let areas: readonly ListedArea[] = [];

  before(async () => {
    const names = readdirSync(join(folder, '2021-08')).filter((name) => name.endsWith('.json'));
    lists2021 = await readLists(names.sort().map((name) => join(folder, '2021-08', name)));
    lists2022 = await readLists([join(folder, LISTS_OF_2022)]);
    taken2022 = takeAll(lists2022);
    history = createHistory(createPlaceResolver(readGazetteer()));
    for (const list of [...lists2021, ...lists2022]) history.add(list);
    areas = history.areas();
  });

  test('are 718, each read without a fault', () => {
    assert.equal(lists2021.length + lists2022.length, 718);
  });

  test('give the ledger that was derived from them, row by row', () => {
    const rows = table(join(folder, 'derived-ledger.csv'));
    const columns = ['high', 'medium', 'low', 'added', 'removed', 'raised', 'lowered'] as const;
    assert.equal(rows.length, taken2022.length);
    for (const [i, row] of rows.entries()) {
      const { line } = taken2022[i]!;
      assert.deepEqual(
        [row[0], ...columns.map((column) => line[column])],
        [row[0], ...row.slice(6).map(Number)],
      );
    }
  });

  test('are all in force, in the order of time and in the other order of the two series', () => {
    const held = (lists: readonly Snapshot[]) =>
      takeAll(lists).flatMap(({ line }) => (line.rejected ? [line] : []));
    assert.deepEqual(held([...lists2021, ...lists2022]), []);
    assert.deepEqual(held([...lists2022, ...lists2021]), []);
  });

  test('are held when a province with 95 areas or more is missing, and mostly when one with 20 is', () => {
    const found = new Map([
      ['95 or more', { cut: 0, held: 0 }],
      ['20 to 94', { cut: 0, held: 0 }],
    ]);
    for (let i = 20; i < lists2022.length; i += 30) {
      const { standing } = taken2022[i]!;
      for (const [province, count] of provincesOf(lists2022[i]!)) {
        if (count < 20) continue;
        const size = found.get(count >= 95 ? '95 or more' : '20 to 94')!;
        size.cut++;
        if (take(standing, without(lists2022[i]!, province)).held) size.held++;
      }
    }
    const [many, some] = [...found.values()];
    assert.ok(many!.cut > 50 && many!.held >= 0.95 * many!.cut, `${many!.held} of ${many!.cut}`);
    assert.ok(some!.cut > 50 && some!.held >= 0.75 * some!.cut, `${some!.held} of ${some!.cut}`);
  });

  test('are held when they are all that is known and such a province is missing from the second', () => {
    for (let i = 0; i < lists2022.length; i += 40) {
      const { standing } = take(undefined, lists2022[i]!);
      for (const [province, count] of provincesOf(lists2022[i]!))
        if (count >= 20)
          assert.ok(take(standing, without(lists2022[i]!, province)).held, `${i} ${province} ${count}`);
    }
  });

  test('are held when half of them is cut off', () => {
    for (let i = 0; i < lists2022.length; i += 40) {
      const list = lists2022[i]!;
      if (publishedAreas(list).size < 50) continue;
      const half = withEntries(list, (entries) => entries.slice(0, Math.floor(entries.length / 3)));
      assert.ok(take(taken2022[i]!.standing, half).held, `${i}`);
    }
  });

  test('give the intervals of Zhejiang that were derived from them', () => {
    const resolve = createPlaceResolver(readGazetteer());
    const fileTimes = new Map(
      table(join(folder, 'derived-ledger.csv')).map(([file], i) => [file, lists2022[i]!.time]),
    );
    const levels: Readonly<Record<string, string>> = { high: 'high', middle: 'medium', low: 'low' };
    const derived = table(join(folder, 'derived-zhejiang-intervals.csv')).map(
      ([province = '', city = '', county = '', text = '', level = '', first, , gone]) => {
        const { region, place } = resolve({ province, city, county }, text);
        return [levels[level], region, place, fileTimes.get(first!), fileTimes.get(gone!)].join(' ');
      },
    );
    const own = areas
      .filter(({ region, from }) => region.startsWith('33') && from >= lists2022[0]!.time)
      .map(({ level, region, place, from, to }) => [level, region, place, from, to].join(' '));
    assert.equal(derived.length, 87);
    assert.deepEqual(own.sort(), derived.sort());
  });

  test('have at each of their times the areas in force that they name', () => {
    for (const list of lists2022.filter((_, i) => i % 100 === 99)) {
      const open = areas.filter(({ from, to = Infinity }) => from <= list.time && list.time < to);
      const spots = new Set(open.map(({ region, place }) => `${region} ${place}`));
      const resolve = createPlaceResolver(readGazetteer());
      const named = new Set<string>();
      for (const level of LISTED_LEVELS)
        for (const entry of list.lists[level].entries)
          for (const text of entry.places) {
            const { region, place } = resolve(entry, text);
            named.add(`${region} ${place.normalize('NFKC').replace(/\s/gu, '')}`);
          }
      assert.equal(open.length, spots.size, printInstant(list.time));
      assert.equal(spots.size, named.size, printInstant(list.time));
    }
  });

  test('resolve to codes: how many to which is told here', (context) => {
    const places = history.places();
    for (const line of resolutionReport(places).split('\n')) context.diagnostic(line);
    const count = (depth: string) => places.filter(({ resolved }) => resolved.depth === depth).length;
    assert.equal(places.length, 22_799);
    assert.equal(count('nothing'), 0);
    assert.ok(count('community') >= 1_800 && count('street') >= 370, resolutionReport(places));
    assert.ok(count('city') <= 510 && count('province') <= 50, resolutionReport(places));
  });

  test('never make a whole city of a zone that is not known', () => {
    for (const { resolved, names, text } of history.places()) {
      if (significantSteps(resolved.region).length > 4 || names.city === '儋州市') continue;
      const place = resolved.place.normalize('NFKC');
      assert.ok(place !== '' && !/^全[域区市县]$/.test(place), `${names.city} ${names.county} ${text}`);
    }
  });

  test('go through the command in one go', () => {
    const files = [join(folder, '2021-08', '2021-08-19T12.json'), join(folder, LISTS_OF_2022)];
    const { status, stdout } = spawnSync(
      process.execPath,
      ['cli/bin.js', 'areas', 'import', '--dry-run', ...files],
      {
        encoding: 'utf8',
      },
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(status, 0);
    assert.deepEqual(
      lines.slice(2),
      taken2022.slice(1).map(({ line }) => line),
    );
  });
});

/** The number of areas of each province. */
function provincesOf(list: Snapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of publishedAreas(list).keys())
    counts.set(provinceOf(key), (counts.get(provinceOf(key)) ?? 0) + 1);
  return counts;
}

/** The list an hour later, without a province, and with a header that says so. */
function without(list: Snapshot, province: string): Snapshot {
  return withEntries(list, (entries) => entries.filter((entry) => entry.province !== province));
}

function withEntries(
  { time, lists }: Snapshot,
  change: (entries: Snapshot['lists']['high']['entries']) => Snapshot['lists']['high']['entries'],
): Snapshot {
  const changed = LISTED_LEVELS.map((level) => {
    const entries = change(lists[level].entries);
    return [
      level,
      { entries, announced: entries.reduce((count, { places }) => count + places.length, 0) },
    ] as const;
  });
  return { time: time + HOUR_MS, lists: Object.fromEntries(changed) as unknown as Snapshot['lists'] };
}

describePublic('the names of the official lists', 'admin-divisions', (folder) => {
  const gazetteer = readGazetteer();
  const rows = table(join(folder, 'derived-risk-area-name-resolution.csv'));

  test('resolve exactly where the baseline is exact', () => {
    const exact = rows.filter((row) => row[5] === 'exact');
    assert.equal(exact.length, 590);
    for (const [province = '', city = '', county = '', , code] of exact)
      assert.deepEqual(regionOfEntry(gazetteer, { province, city, county }), { code, unknown: '' });
  });

  test('resolve as far as the baseline everywhere, and further in places', (context) => {
    let further = 0;
    for (const [province = '', city = '', county = '', , code = ''] of rows) {
      const found = regionOfEntry(gazetteer, { province, city, county });
      assert.ok(found.code.startsWith(code), `${province} ${city} ${county}: ${found.code}, not ${code}`);
      if (found.code.length > code.length) further++;
    }
    context.diagnostic(`${further} of ${rows.length} names resolve further than the baseline`);
    assert.ok(further >= 38);
  });

  test('that were valid once are in our table, and no others', () => {
    const divisions = readDivisionTable();
    const today = openGazetteer({ ...divisions, former: [] });
    const parent = (code: string) => code.slice(0, /^(?:11|12|31|50)/.test(code) ? 2 : 4);
    const isCurrent = (code: string, name: string) =>
      code.endsWith('00')
        ? today.city(code.slice(0, 2), name) !== undefined
        : (today.county(parent(code), name) ?? today.county(`${code.slice(0, 2)}90`, name)) !== undefined;
    const revisions = readdirSync(join(folder, 'gb2260')).filter((name) => /^mca-.*\.gz$/.test(name));
    const uses = new Map<string, number>();
    for (const revision of revisions)
      for (const row of gunzipSync(readFileSync(join(folder, 'gb2260', revision)))
        .toString('utf8')
        .trim()
        .split('\n')
        .slice(1)) {
        const [, , code = '', name = ''] = row.split('\t');
        if (/^(?:71|81|82)|0000$/.test(code) || isCurrent(code, name)) continue;
        uses.set(`${code} ${name}`, (uses.get(`${code} ${name}`) ?? 0) + 1);
      }
    const longest = new Map<string, string>();
    for (const [former] of [...uses].sort((a, b) => b[1] - a[1])) {
      const [code = '', name = ''] = former.split(' ');
      const key = `${parent(code)} ${name}`;
      if (!longest.has(key)) longest.set(key, former);
    }
    const own = divisions.former.map(({ code, name }) => `${code} ${name}`);
    assert.deepEqual(own.sort(), [...longest.values()].sort());
  });
});
