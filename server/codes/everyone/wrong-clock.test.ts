import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { NEVER } from '../../../domain/time.ts';
import { rulesRun } from '../../../test/rules-run.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { SupersededRules, WrongClock } from '../buckets/newest-rules.ts';
import type { DecisionInForce } from '../decision.ts';
import { reassessDue } from '../reassess-due.ts';
import { countDue, dueBuckets } from '../store.ts';
import { turnCodes } from '../turn-codes.ts';
import { lastWholeRun, shares } from './store.ts';

const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };
const TABLES =
  'person, person_document, kin, record, evidence, due, assessment, facts, everyone_share, everyone_run';
const OFF_MS = 90_000;

/** Here the clock of the database is that of the machine. */
describe('while new rules begin, a process whose clock is a minute and a half', () => {
  const service = testService();
  const { app, owner } = service.database;
  const clock = () => service.now;
  beforeEach(async () => {
    await owner.change(
      script(`truncate ${TABLES}; update bucket_turn set rules_from = default, rules_number = default`),
    );
    service.now = Date.now();
    await service.deliver([recordOf('health', 'K-1', NUMBERS[0], 'contact', CONTACT)]);
  });

  const { rulesOf, begin, lookAtShare } = rulesRun(service);
  const turn = async (by: DecisionInForce) => {
    for (const bucket of await dueBuckets(app, service.now))
      await reassessDue(app, service.keys(), () => by, bucket, clock);
  };
  const concludedBy = async () =>
    (await owner.rows<{ rules: string }>(sql`select rules from assessment`)).map(({ rules }) => rules);

  test('late takes back nothing, though by its clock they are yet to come', async () => {
    const newer = rulesOf('newer', { from: Date.now() - 5_000, number: 2 });
    await begin(newer);
    while (await lookAtShare(newer));
    const begunAt = service.now;
    service.now -= OFF_MS;
    await assert.rejects(turn(service.decision()), SupersededRules);
    await assert.rejects(begin(service.decision()), SupersededRules);
    assert.deepEqual(await concludedBy(), []);
    assert.equal(await lastWholeRun(app, 2), begunAt);
  });

  test('late concludes about nobody by rules that decide no more, and begins nothing by them', async () => {
    const former = rulesOf('former', { from: -NEVER, number: 1, until: Date.now() - OFF_MS });
    service.now -= OFF_MS + 1_000;
    await assert.rejects(turn(former), WrongClock);
    await assert.rejects(begin(former), WrongClock);
    await begin(service.decision());
    await assert.rejects(lookAtShare(former), WrongClock);
    assert.deepEqual(await concludedBy(), []);
    assert.equal((await shares(app)).length, 64);
  });

  test('early does neither by rules that do not decide yet', async () => {
    const coming = rulesOf('coming', { from: Date.now() + OFF_MS, number: 2 });
    service.now += OFF_MS + 1_000;
    await assert.rejects(turn(coming), WrongClock);
    await assert.rejects(begin(coming), WrongClock);
    assert.deepEqual([await concludedBy(), await shares(app)], [[], []]);
    await begin(service.decision());
    await assert.rejects(lookAtShare(coming), WrongClock);
  });

  test('off leaves the work to others, and its worker says why', async () => {
    const former = rulesOf('former', { from: -NEVER, number: 1, until: Date.now() - OFF_MS });
    const failures: unknown[] = [];
    const worker = turnCodes({
      ...{ database: app, keys: service.keys(), clock, decision: () => former },
      onFailure: (error) => failures.push(error),
    });
    try {
      await until(() => failures.length > 0);
      assert.ok(failures[0] instanceof WrongClock);
      assert.equal(await countDue(app, service.now), 1);
    } finally {
      await worker.stop();
    }
    await turn(rulesOf('newer', { from: Date.now() - OFF_MS, number: 2 }));
    assert.deepEqual(await concludedBy(), ['newer']);
  });

  test('off by less than a minute only goes on', async () => {
    await turn(rulesOf('a little late', { from: -NEVER, number: 1, until: Date.now() - 30_000 }));
    await service.deliver([recordOf('health', 'K-2', NUMBERS[1], 'contact', CONTACT)]);
    await turn(rulesOf('a little early', { from: Date.now() + 30_000, number: 2 }));
    assert.deepEqual((await concludedBy()).sort(), ['a little early', 'a little late']);
  });
});
