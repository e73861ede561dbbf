import { createPlaceRegister } from '../domain/places/history.ts';
import type { PlaceResolver } from '../domain/places/resolve-place.ts';
import { type Instant, NEVER, parseInstant, printInstant } from '../domain/time.ts';
import { createListImporter, type ListImporter } from '../server/places/import-list.ts';
import { areasAfter, changesAt } from '../server/places/store.ts';
import type { Db } from '../server/platform/db/database.ts';
import { script } from '../server/platform/db/sql.ts';
import type { FreshDatabase } from './database.ts';
import { type ListedPlaces, officialList } from './official-lists.ts';

/** No list is accepted whatever speaks against it. */
export const NONE: ReadonlySet<Instant> = new Set();
/** The day of the made-up lists. */
export const DAY = '2022-04-15';

/** An hour of that day, or of the days after it. */
export function hour(count: number): Instant {
  return parseInstant(`${DAY}T00:00:00+08:00`) + count * 3_600_000;
}

const resolve: PlaceResolver = (_, text) =>
  text.endsWith('街道')
    ? { depth: 'street', region: '330602001', place: '', unknown: '' }
    : { depth: 'county', region: '330602', place: text.trim(), unknown: '' };

/** A list of an hour with places of high risk, all in county 330602. */
export function list(at: number, ...high: readonly string[]) {
  const places: readonly ListedPlaces[] = [['浙江省', '绍兴市', '越城区', high]];
  return officialList({ time: `${DAY} ${at}时`, high: high.length > 0 ? places : [] });
}

/** An importer that shares nothing with others but the database, at an hour that a test sets. */
export function importerOf(
  db: FreshDatabase,
  clock: { readonly hour: number },
  clientId = 'operator',
): ListImporter {
  const register = createPlaceRegister(resolve);
  return createListImporter({
    database: db.app,
    register: () => register,
    clientId,
    clock: () => hour(clock.hour),
  });
}

/** The areas known at an hour, as `level region place from–to`. */
export async function knownAreas(db: Db, at: number): Promise<readonly string[]> {
  const areas = await areasAfter(db, await changesAt(db, hour(at)));
  const print = (instant: Instant) => printInstant(instant).slice(11, 13);
  return areas
    .filter(({ from, to }) => from < to)
    .map(({ level, region, place, from, to }) =>
      [level, region, place, `${print(from)}–${to === NEVER ? '' : print(to)}`].filter(Boolean).join(' '),
    )
    .sort();
}

/** How many rows each table of areas has. */
export async function countRows(db: Db): Promise<readonly number[]> {
  const tables = ['area_document', 'list_judgement', 'area_change', 'listed_area', 'area_end'];
  const counts = tables.map((table) =>
    db.rows<{ rows: number }>(script(`select count(*) as rows from ${table}`)),
  );
  return (await Promise.all(counts)).map(([row]) => row!.rows);
}
