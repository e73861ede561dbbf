import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { defaultRules } from '../../test/default-rules.ts';
import { testService } from '../../test/service.ts';
import { type Database, openDatabase } from '../platform/db/database.ts';
import { ROLES } from '../platform/db/roles.ts';
import { sql } from '../platform/db/sql.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { acceptDeliveries, type Receipt } from './accept-deliveries.ts';
import { readDelivery } from './read-delivery.ts';

const BATCHES = 8;
const RECORDS = 60;
const PEOPLE = 12;
const STRANGERS = 150;

/** A generator of its own, so that every run has the same orders. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], roll: () => number): T[] {
  return items
    .map((item) => [roll(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

const permit = (person: number) => ({ type: 'tw-permit', number: String(99_000_000 + person) });

/** A version of each record, about somebody else in each; some join people. */
function records(prefix: string, version: number, roll: () => number): object[] {
  const all = Array.from({ length: RECORDS }, (_, i) => {
    const person = { document: permit((i * 7 + version * 5) % PEOPLE) };
    const record = { source: 'health', id: `${prefix}-${i}`, version, person };
    if (i % 10 > 0) return { ...record, kind: 'case', data: CASE };
    const data = { document: permit(i % PEOPLE), sameAs: permit(version % PEOPLE) };
    return { ...record, kind: 'identity', data };
  });
  return shuffled([...all, { source: 'health', id: 'faulty' }], roll);
}

/** A record about each of many people whom nobody knows. */
function strangers(version: number, roll: () => number): object[] {
  const all = Array.from({ length: STRANGERS }, (_, i) => {
    const record = { source: 'health', id: `X-${i}`, version, person: { document: permit(1_000 + i) } };
    return { ...record, kind: 'case', data: CASE };
  });
  return shuffled(all, roll);
}

const CASE = { classification: 'confirmed', from: '2021-01-10T08:00:00+08:00' };

describe('eight batches at once over the same people and records, each in its own order,', () => {
  const service = testService();
  const { rules } = defaultRules();
  let database: Database;
  let tries = 0;
  before(async () => {
    database = openDatabase({ url: service.database.url, role: ROLES.app, connections: BATCHES });
    await Promise.all(Array.from({ length: BATCHES }, () => database.rows(sql`select pg_sleep(0.1)`)));
  });
  after(() => database.close());

  function deliver(values: readonly object[]): Promise<Receipt> {
    const keys = service.keys();
    const batch = { batchId: timeUuid(service.now), clientId: 'test', receivedAt: service.now };
    const contracts = new Map([['health', ['case', 'identity']]]);
    const terms = { ...batch, sources: ['health'], contracts, lists: listsOf(rules), keepsTimes: false };
    const incoming = values.map((value, i) => ({ position: i + 1, value }));
    const delivery = readDelivery(keys, { ...terms, approved: true }, incoming);
    return database.transaction(async (db) => {
      tries++;
      return (await acceptDeliveries(db, keys, [delivery], service.now))[0]!;
    });
  }

  const round = (batchOf: (batch: number) => readonly object[]) => {
    tries = 0;
    return Promise.all(Array.from({ length: BATCHES }, (_, batch) => deliver(batchOf(batch))));
  };

  test('are accepted about people whom nobody knows, and none is tried again', async () => {
    const receipts = await round((batch) => strangers(batch, dice(batch)));
    for (const { accepted } of receipts) assert.equal(accepted, STRANGERS);
    assert.equal(tries, BATCHES);
    const people = await database.rows(sql`select person_id from person`);
    assert.equal(people.length, STRANGERS);
  });

  test('are accepted in the same way when the people are known', async () => {
    await deliver(records('P', 1, dice(1)));
    for (const [prefix, first] of [
      ['R', 11],
      ['R', 21],
      ['R', 1],
      ['S', 1],
      ['T', 1],
    ] as const) {
      const receipts = await round((batch) => records(prefix, first + batch, dice(batch)));
      for (const { accepted, quarantined } of receipts)
        assert.deepEqual([accepted, quarantined], [RECORDS, 1]);
      assert.equal(tries, BATCHES, 'no transaction had to be tried again');
    }
  });

  test('leave every record with one highest version and all others below it', async () => {
    const [count] = await database.rows<{ records: number; former: number; stated: number }>(sql`
      select (select count(*) from record where record_id like 'R-%' and version = 28) as records,
             (select count(*) from former_version where record_id like 'R-%') as former,
             (select count(*) from evidence where record_id like 'R-%' and standing = 'stated') as stated`);
    assert.deepEqual(count, { records: RECORDS, former: RECORDS * 23, stated: RECORDS * 24 });
    const holders = await database.rows<{ holds: number }>(sql`
      select count(*) as holds
        from (select distinct on (person_id, record_id) record_id, standing
                from evidence order by person_id, record_id, version desc) as newest
       where standing = 'stated' and record_id like 'R-%'
       group by record_id`);
    assert.deepEqual(
      holders.filter(({ holds }) => holds !== 1),
      [],
    );
    assert.equal(holders.length, RECORDS);
  });
});
