import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assess } from '../../../domain/codes/assess.ts';
import type { Fact } from '../../../domain/evidence/fact.ts';
import { readRecord } from '../../../domain/evidence/record.ts';
import type { AreaIndex } from '../../../domain/places/area-index.ts';
import { createPlaceRegister } from '../../../domain/places/history.ts';
import { significantSteps } from '../../../domain/places/region.ts';
import type { PlaceResolver } from '../../../domain/places/resolve-place.ts';
import { listsOf } from '../../../domain/rules/own-tests.ts';
import { DAY_MS, HOUR_MS, type Instant, NEVER, parseInstant, printInstant } from '../../../domain/time.ts';
import { type FreshDatabase, freshDatabase } from '../../../test/database.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { officialList } from '../../../test/official-lists.ts';
import { FIRST_RULES } from '../../../test/service.ts';
import { addEvidence, type NewEvidence } from '../../evidence/store.ts';
import { addKin } from '../../people/store.ts';
import { sql } from '../../platform/db/sql.ts';
import { bucketOf, timeUuid } from '../../platform/db/uuid.ts';
import { openAreaBook } from '../area-book.ts';
import { createListImporter } from '../import-list.ts';
import { areasAfter, changesAt } from '../store.ts';
import { areaReach } from './area-reach.ts';
import { findConcerned } from './find-concerned.ts';

const { rules, compiled } = defaultRules();
const AREA_RULES = { ...rules.parameters, areaLevels: rules.areaLevels };
const REACH = { ...areaReach([compiled]), inForce: FIRST_RULES };
const START = parseInstant('2022-04-15T00:00:00+08:00');

const REGIONS = ['330000', '330600', '330602', '330602001', '330602001002', '330602002', '330603', '440300'];
const PLACES = ['', '甲', '甲1幢', '乙'];

/** A text of a list is its region and its place. */
const resolve: PlaceResolver = (_, text) => {
  const [region = '', place = ''] = text.split('/');
  return { depth: 'county', region, place, unknown: '' };
};

const day = (least: number, most: number) => fc.integer({ min: least * 4, max: most * 4 }).map((n) => n / 4);
const where = fc.record({ region: fc.constantFrom(...REGIONS), place: fc.constantFrom(...PLACES) });
type Where = typeof where extends fc.Arbitrary<infer T> ? T : never;
const stay = fc.record({
  where,
  from: day(-70, 25),
  days: fc.option(day(0, 20), { nil: undefined, freq: 3 }),
  isContact: fc.boolean(),
  /** What an earlier version of the record says, which counts no more. */
  formerly: fc.option(where, { nil: undefined, freq: 4 }),
});
const fever = fc.record({ from: day(-60, 10), days: fc.option(day(0, 40), { nil: undefined }) });
const negative = fc.record({ sampled: day(-50, 25), hours: fc.integer({ min: 1, max: 48 }) });
const someone = fc.record({
  stays: fc.array(stay, { maxLength: 3 }),
  fevers: fc.array(fever, { maxLength: 1 }),
  negatives: fc.array(negative, { maxLength: 2 }),
  /** Whether the fever and the tests are known under another document of the same person. */
  isJoined: fc.boolean(),
});
type Someone = typeof someone extends fc.Arbitrary<infer T> ? T : never;

const at = (days: number) => printInstant(START + days * DAY_MS);
const NUMBER = '339900199001010011';

function factOf(kind: string, id: string, data: object): Fact {
  const person = { document: { type: 'resident-id', number: NUMBER } };
  const value = { source: 'health', id, version: 1, recordedAt: at(-100), person, kind, data };
  const { record } = readRecord(value, listsOf(rules));
  assert.ok(record?.fact, JSON.stringify(value));
  return record.fact;
}

/** A place is missing where there is no text. */
function located({ region, place }: Where): object {
  return place === '' ? { region } : { region, place };
}

function factsOf({ stays, fevers, negatives }: Someone) {
  const placed = stays.map(({ where, from, days, isContact }, i) =>
    isContact && days === undefined
      ? factOf('contact', `S${i}`, { level: 'general', lastExposure: at(from), area: located(where) })
      : factOf('stay', `S${i}`, { ...located(where), from: at(from), ...to(from, days) }),
  );
  const others = [
    ...fevers.map(({ from, days }) =>
      factOf('symptom', 'F', { fever: true, from: at(from), ...to(from, days) }),
    ),
    ...negatives.map(({ sampled, hours }, i) =>
      factOf('nat', `N${i}`, {
        ...{ sampledAt: at(sampled), reportedAt: at(sampled + hours / 24) },
        result: 'negative',
      }),
    ),
  ];
  return { placed, others };
}

function to(from: number, days: number | undefined): object {
  return days === undefined ? {} : { to: at(from + days) };
}

/** A person as the assessment sees them, and under which ids. */
interface Known {
  readonly personIds: readonly string[];
  readonly facts: readonly Fact[];
}

function rowOf(personId: string, fact: Fact, version: number, region: string | null): NewEvidence {
  const [placeFrom, placeTo] =
    fact.kind === 'stay'
      ? [fact.data.from, fact.data.to]
      : fact.kind === 'contact'
        ? [fact.data.lastExposure, fact.data.lastExposure]
        : [null, null];
  const { source, id: recordId, kind } = fact;
  const lineage = { batchId: timeUuid(START), clientId: 'test', receivedAt: START, recordedAt: START };
  const placed = { region: region && significantSteps(region), placeFrom, placeTo };
  return {
    personId,
    source,
    recordId,
    version,
    kind,
    standing: 'stated',
    sealedData: null,
    ...placed,
    ...lineage,
  };
}

/** Writes down some people, each with what is known about them. */
async function settle(db: FreshDatabase, people: readonly Someone[]): Promise<readonly Known[]> {
  const rows: NewEvidence[] = [];
  const known: Known[] = [];
  for (const each of people) {
    const { placed, others } = factsOf(each);
    const own = timeUuid(START);
    const other = each.isJoined ? timeUuid(START) : own;
    for (const [i, fact] of placed.entries()) {
      const { where, formerly } = each.stays[i]!;
      if (formerly) rows.push(rowOf(own, fact, 1, formerly.region));
      rows.push(rowOf(own, fact, 2, where.region));
    }
    for (const fact of others) rows.push(rowOf(other, fact, 1, null));
    known.push({ personIds: [own, other], facts: [...placed, ...others] });
    if (own !== other) {
      const pairs = [
        { personId: own, kinId: other },
        { personId: other, kinId: own },
      ];
      await addKin(db.app, pairs, START, NEVER);
    }
  }
  await addEvidence(db.app, rows, NEVER);
  return known;
}

/** A round: time passes, and perhaps a list or an area arrives. */
const round = fc.record({
  days: day(0, 3),
  list: fc.option(
    fc.record({
      /** How long ago it is dated; ahead when it is negative. */
      hoursAgo: fc.integer({ min: -20, max: 24 * 25 }),
      high: fc.array(where, { maxLength: 3 }),
      medium: fc.array(where, { maxLength: 3 }),
    }),
    { nil: undefined, freq: 4 },
  ),
  area: fc.option(
    fc.record({ where, from: day(-40, 4), days: day(0, 30), level: fc.constantFrom('low', 'high') }),
    { nil: undefined, freq: 1 },
  ),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

function documentsOf({ list, area }: Round, now: Instant): unknown[] {
  const documents: unknown[] = [];
  const text = ({ region, place }: Where) => `${region}/${place}`;
  if (list) {
    const time = printInstant(now - list.hoursAgo * HOUR_MS);
    const entry = (places: readonly Where[]) =>
      places.length === 0 ? [] : [['某省', '某市', '某县', places.map(text)] as const];
    const lists = { high: entry(list.high), medium: entry(list.medium) };
    documents.push(officialList({ time: `${time.slice(0, 10)} ${Number(time.slice(11, 13))}时`, ...lists }));
  }
  if (area) {
    const { level, where, days } = area;
    const from = now + area.from * DAY_MS;
    documents.push({ level, ...where, from: printInstant(from), to: printInstant(from + days * DAY_MS) });
  }
  return documents;
}

/** What is concluded about someone from an instant on. */
function conclusions(facts: readonly Fact[], index: AreaIndex, now: Instant): string {
  const instants = [0, 3, 9, 30].map((days) => now + days * DAY_MS);
  return JSON.stringify(
    instants.map((instant) => {
      const { nextChangeAt, ...rest } = assess(facts, compiled, index, instant);
      return { ...rest, nextChangeAt: String(nextChangeAt) };
    }),
  );
}

async function takeDue(db: FreshDatabase): Promise<ReadonlySet<string>> {
  const rows = await db.owner.rows<{ personId: string; bucket: number }>(
    sql`delete from due where cause = 'areas' returning person_id as "personId", bucket`,
  );
  for (const { personId, bucket } of rows) assert.equal(bucket, bucketOf(personId));
  return new Set(rows.map(({ personId }) => personId));
}

/** The regions of areas of which something else is known at the second of two instants. */
async function changedRegions(db: FreshDatabase, before: Instant, now: Instant): Promise<readonly string[]> {
  const read = async (instant: Instant) =>
    (await areasAfter(db.reader, await changesAt(db.reader, instant)))
      .filter(({ from, to, level }) => from < to && level !== 'low')
      .map(({ region, level, areaId, to }) => `${significantSteps(region)} ${level} ${areaId} ${to}`);
  const [then, since] = [await read(before), await read(now)];
  const changed = [
    ...then.filter((area) => !since.includes(area)),
    ...since.filter((area) => !then.includes(area)),
  ];
  return changed.map((area) => area.split(' ')[0]!);
}

function isAround(fact: Fact, regions: readonly string[]): boolean {
  const region =
    fact.kind === 'stay' ? fact.data.region : fact.kind === 'contact' ? fact.data.area?.region : undefined;
  if (region === undefined) return false;
  const own = significantSteps(region);
  return regions.some((other) => own.startsWith(other) || other.startsWith(own));
}

describe('a changed list of areas', () => {
  const db = freshDatabase();

  test('makes due everyone about whom something else follows, and nobody who was elsewhere', async () => {
    const people = await settle(db, fc.sample(someone, { numRuns: 250, seed: 2022 }));
    const clock = { now: START - 10 * DAY_MS };
    const register = createPlaceRegister(resolve);
    const importer = createListImporter({
      database: db.app,
      register: () => register,
      clientId: 'test',
      clock: () => clock.now,
    });
    const book = await openAreaBook(db.app);
    const seen = { differing: 0, due: 0, free: 0, planned: 0 };
    for (const each of fc.sample(round, { numRuns: 50, seed: 5 })) {
      const { index: before } = book.current(clock.now, AREA_RULES);
      const then = clock.now;
      clock.now += Math.max(1, each.days * DAY_MS);
      const documents = documentsOf(each, clock.now);
      if (documents.length > 0) await importer.take(documents, new Set());
      await findConcerned(db.app, REACH, clock.now);
      await book.refresh();
      const { index } = book.current(clock.now, AREA_RULES);
      const due = await takeDue(db);
      const regions = await changedRegions(db, then, clock.now);
      for (const { personIds, facts } of people) {
        const isDue = personIds.some((personId) => due.has(personId));
        const differs = conclusions(facts, before, clock.now) !== conclusions(facts, index, clock.now);
        assert.ok(isDue || !differs, `missed: ${JSON.stringify([each, facts])}`);
        assert.ok(!isDue || facts.some((fact) => isAround(fact, regions)), 'due without a reason');
        if (differs) seen.differing++;
        if (isDue) seen.due++;
        else seen.free++;
        if (differs && documents.length === 0) seen.planned++;
      }
    }
    assert.ok(seen.differing > 500 && seen.planned > 5, JSON.stringify(seen));
    assert.ok(seen.free > seen.due, JSON.stringify(seen));
    assert.equal(await findConcerned(db.app, REACH, clock.now), 0);
  });
});
