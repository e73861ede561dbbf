import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Value } from 'typebox/value';
import { listAreasInForce } from '../../api/places/areas.ts';
import { HOUR_MS, parseInstant } from '../../domain/time.ts';
import { freshDatabase } from '../../test/database.ts';
import { listeningApp, testClock } from '../../test/http/http-app.ts';
import { DAY, importerOf, list, NONE } from '../../test/imported-areas.ts';
import { openAreaBook } from './area-book.ts';
import { areaRoutes } from './routes.ts';

describe('whoever picks a stay', () => {
  const db = freshDatabase();
  const clock = testClock(parseInstant(`${DAY}T12:00:00+08:00`));
  let book: Awaited<ReturnType<typeof openAreaBook>> | undefined;
  before(async () => {
    const planned = { level: 'medium', region: '330683', place: '', from: `${DAY}T08:00:00+08:00` };
    const ends = { ...planned, to: `${DAY}T20:00:00+08:00` };
    await importerOf(db, { hour: 12 }).take([list(9, '甲'), ends], NONE);
    book = await openAreaBook(db.app);
  });
  const names: Readonly<Record<string, string>> = { '330683': '浙江省绍兴市嵊州市' };
  const app = listeningApp(db.app, {
    deps: { clock: clock.now },
    routes: [
      async (scope) => {
        const later = { inForce: (now: number) => book!.inForce(now) };
        await areaRoutes(later, (region) => names[region], clock.now)(scope);
      },
    ],
  });
  const ask = async (query = '') => {
    const response = await fetch(`${app.url}/api/v1/areas${query}`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'public, max-age=60');
    const reply = await response.json();
    assert.ok(Value.Check(listAreasInForce.reply, reply));
    return reply.areas.map(({ level, region, place, name }) => `${level} ${region} ${place} ${name}`);
  };

  test('sees the areas that are listed, without signing in, by name where it is known', async () => {
    assert.deepEqual((await ask()).sort(), ['high 330602 甲 330602', 'medium 330683  浙江省绍兴市嵊州市']);
  });

  test('finds them by a part of the name', async () => {
    assert.deepEqual(await ask(`?search=${encodeURIComponent('嵊 州')}`), [
      'medium 330683  浙江省绍兴市嵊州市',
    ]);
    assert.deepEqual(await ask(`?search=${encodeURIComponent('甲')}`), ['high 330602 甲 330602']);
    assert.deepEqual(await ask('?search=nowhere'), []);
  });

  test('no longer sees those that have ended', async () => {
    clock.pass(9 * HOUR_MS);
    assert.deepEqual(await ask(), ['high 330602 甲 330602']);
  });
});
