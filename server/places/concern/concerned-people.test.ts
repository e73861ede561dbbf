import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { significantSteps } from '../../../domain/places/region.ts';
import { DAY_MS, type Instant, NEVER } from '../../../domain/time.ts';
import { type FreshDatabase, freshDatabase } from '../../../test/database.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { hour, importerOf, list, NONE } from '../../../test/imported-areas.ts';
import { FIRST_RULES, NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { addEvidence, type NewEvidence } from '../../evidence/store.ts';
import { sql } from '../../platform/db/sql.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { openAreaBook } from '../area-book.ts';
import { areaReach } from './area-reach.ts';
import { findConcerned } from './find-concerned.ts';

const { rules, compiled } = defaultRules();
const AREA_RULES = { ...rules.parameters, areaLevels: rules.areaLevels };
const REACH = { ...areaReach([compiled]), inForce: FIRST_RULES };
const REGIONS = ['330000', '330600', '330602', '330602001', '330602001002', '330603', '331000', '440000'];

/** 00:00 of the day so many days from that of the lists. */
const day = (count: number) => hour(24 * count);

interface Stay {
  readonly region: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Somebody of whom one stay is known, and perhaps a fever. */
async function settle(db: FreshDatabase, { region, from, to }: Stay, isFeverish = false): Promise<string> {
  const personId = timeUuid(from);
  const lineage = { batchId: timeUuid(from), clientId: 'test', receivedAt: from, recordedAt: from };
  const stated = { standing: 'stated', sealedData: null, version: 1, personId, ...lineage } as const;
  const rows: NewEvidence[] = [
    {
      ...{ source: 'telecom', recordId: 'S', kind: 'stay', ...stated },
      ...{ region: significantSteps(region), placeFrom: from, placeTo: to },
    },
  ];
  const nowhere = { region: null, placeFrom: null, placeTo: null };
  if (isFeverish) rows.push({ source: 'self', recordId: 'F', kind: 'symptom', ...stated, ...nowhere });
  await addEvidence(db.app, rows, NEVER);
  return personId;
}

async function takeDue(db: FreshDatabase): Promise<readonly string[]> {
  const rows = await db.owner.rows<{ personId: string }>(
    sql`delete from due where cause = 'areas' returning person_id as "personId"`,
  );
  return rows.map(({ personId }) => personId);
}

describe('an area that is listed', () => {
  const db = freshDatabase();

  test('concerns those who were in it, around it, or in a part of it; long ago only with a fever', async () => {
    const recent = { from: day(-5), to: day(-4) };
    const old = { from: day(-55), to: day(-54) };
    const people: { region: string; recent: string; old: string; feverish: string }[] = [];
    for (const region of REGIONS)
      people.push({
        region,
        recent: await settle(db, { region, ...recent }),
        old: await settle(db, { region, ...old }),
        feverish: await settle(db, { region, ...old }, true),
      });
    for (const [i, region] of REGIONS.entries()) {
      const importer = importerOf(db, { hour: 12 + i });
      await importer.take([{ level: 'high', region, from: '2022-02-01T00:00:00+08:00' }], NONE);
      const due = new Set<string>(
        (await findConcerned(db.app, REACH, hour(12 + i))) > 0 ? await takeDue(db) : [],
      );
      const own = significantSteps(region);
      for (const person of people) {
        const other = significantSteps(person.region);
        const isConcerned = own.startsWith(other) || other.startsWith(own);
        const about = `${region} ${person.region}`;
        assert.deepEqual(
          [person.recent, person.old, person.feverish].map((personId) => due.has(personId)),
          [isConcerned, false, isConcerned],
          about,
        );
      }
    }
  });

  test('concerns nobody at a level that no rule asks about', async () => {
    const area = { level: 'low', region: '330602', from: '2022-04-15T00:00:00+08:00' };
    await importerOf(db, { hour: 30 }).take([area], NONE);
    assert.equal(await findConcerned(db.app, REACH, hour(30)), 0);
  });
});

describe('whom a change concerns', () => {
  const db = freshDatabase();
  const region = '330602';
  const people = new Map<string, string>();
  const names = async () => {
    const due = new Set(await takeDue(db));
    return [...people].flatMap(([name, personId]) => (due.has(personId) ? [name] : []));
  };

  test('of an area that begins: all whose stay may have any ground left', async () => {
    const stays: readonly (readonly [name: string, from: Instant, to: Instant])[] = [
      ['left 15 days ago', day(-30), day(-15) + DAY_MS - 1],
      ['left 14 days ago', day(-30), day(-14)],
      ['is there', day(-30), NEVER],
      ['came and went today', hour(10), hour(11)],
      ['will come', day(1), day(3)],
    ];
    for (const [name, from, to] of stays) people.set(name, await settle(db, { region, from, to }));
    await importerOf(db, { hour: 12 }).take([list(12, '甲')], NONE);
    assert.equal(await findConcerned(db.app, REACH, hour(12)), 4);
    assert.deepEqual(await names(), ['left 14 days ago', 'is there', 'came and went today', 'will come']);
  });

  test('of an area that ends: those who were there at its end or later', async () => {
    await importerOf(db, { hour: 13 }).take([list(13, '乙')], NONE);
    await findConcerned(db.app, REACH, hour(13));
    await takeDue(db);
    people.set('came later', await settle(db, { region, from: hour(14), to: NEVER }));
    await importerOf(db, { hour: 15 }).take([list(14)], NONE);
    await findConcerned(db.app, REACH, hour(15));
    assert.deepEqual(await names(), ['is there', 'will come', 'came later']);
  });

  test('is found later when nobody could look at once, and by one of those who look at the same time', async () => {
    const importer = importerOf(db, { hour: 16 });
    await importer.take([list(16, '丙')], NONE);
    const counts = await Promise.all([1, 2, 3].map(() => findConcerned(db.app, REACH, hour(20))));
    assert.deepEqual(counts.sort(), [0, 0, 5]);
    assert.equal((await takeDue(db)).length, 5);
    assert.equal(await findConcerned(db.app, REACH, hour(21)), 0);
  });

  test('is looked for once over several changes, by what they come to together', async () => {
    const importer = importerOf(db, { hour: 17 });
    await importer.take([list(17)], NONE);
    await importer.take([list(17, '丙')], NONE);
    assert.equal(await findConcerned(db.app, REACH, hour(18)), 0);
  });

  test('is found again when a planned end comes', async () => {
    const area = { level: 'high', region, place: '丁', from: '2022-04-15T18:00:00+08:00' };
    await importerOf(db, { hour: 18 }).take([{ ...area, to: '2022-04-16T08:00:00+08:00' }], NONE);
    assert.equal(await findConcerned(db.app, REACH, hour(18)), 5);
    await takeDue(db);
    assert.equal(await findConcerned(db.app, REACH, hour(31)), 0);
    assert.equal(await findConcerned(db.app, REACH, hour(32)), 3);
    assert.deepEqual(await names(), ['is there', 'will come', 'came later']);
  });
});

describe('a colour', () => {
  const service = testService('2022-04-15T12:00:00+08:00');
  const [ANNA, BO] = NUMBERS;

  test('follows the list: yellow for whoever was there, and green again when the stay has run out', async () => {
    const { database } = service;
    const stay = { region: '330602001', from: '2022-04-14T08:00:00+08:00', to: '2022-04-15T08:00:00+08:00' };
    await service.deliver([
      recordOf('telecom', 'S-1', ANNA, 'stay', stay),
      recordOf('telecom', 'S-2', BO, 'stay', { ...stay, region: '440300' }),
    ]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
    const book = await openAreaBook(database.app);
    await importerOf(database, { hour: 12 }).take([list(12, '府山街道')], NONE);
    assert.equal(await findConcerned(database.app, REACH, service.now), 1);
    await book.refresh();
    service.areas = book.current(service.now, AREA_RULES).index;
    assert.equal(await service.turn(), 1);
    assert.equal((await service.current(ANNA))?.colour, 'yellow');
    assert.equal((await service.current(BO))?.colour, 'green');
    service.now = day(15);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });
});
