import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR_MS, parseInstant } from '../../../domain/time.ts';
import { rulesRun } from '../../../test/rules-run.ts';
import { FIRST_RULES, NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { bucketOf, timeUuid } from '../../platform/db/uuid.ts';
import { SupersededRules } from '../buckets/newest-rules.ts';
import { setTurns } from '../buckets/store.ts';
import type { DecisionInForce } from '../decision.ts';
import { reassessDue } from '../reassess-due.ts';
import { countDue, dueBuckets } from '../store.ts';
import { turnCodes } from '../turn-codes.ts';
import { NO_MARKS } from './marks.ts';
import { addRun, lastWholeRun, removeShares, shares } from './store.ts';
import { writeChanged } from './write-changed.ts';

const [ANNA, BO, CHEN] = NUMBERS;
const NOON = parseInstant('2021-01-20T12:00:00+08:00');
const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };
const TABLES =
  'person, person_document, kin, record, evidence, due, assessment, facts, everyone_share, everyone_run';

describe('while everybody is looked at by new rules, and after that,', () => {
  const service = testService();
  const { app, owner } = service.database;
  const clock = () => service.now;
  const { rulesOf, begin, lookAtShare } = rulesRun(service);
  const laterRules = (id: string, number: number, from: number) => rulesOf(id, { from, number });
  const newer = laterRules('newer', 2, NOON - HOUR_MS);
  beforeEach(async () => {
    await owner.change(
      script(`truncate ${TABLES}; update bucket_turn set rules_from = default, rules_number = default`),
    );
    service.now = NOON;
  });

  const state = (...numbers: readonly string[]) =>
    service.deliver(
      numbers.map((number) =>
        recordOf('health', `K-${NUMBERS.indexOf(number as typeof ANNA)}`, number, 'contact', CONTACT),
      ),
    );
  const lookAtEverybody = async (by: DecisionInForce) => {
    await begin(by);
    while (await lookAtShare(by));
  };
  const concludedBy = async () =>
    (await owner.rows<{ rules: string }>(sql`select rules from assessment order by person_id, number`)).map(
      ({ rules }) => rules,
    );

  test('a process that knows only the old ones concludes about nobody, and leaves them to others', async () => {
    await lookAtEverybody(newer);
    await state(ANNA);
    await assert.rejects(service.turn(), SupersededRules);
    assert.deepEqual(await concludedBy(), []);
    assert.equal(await countDue(app, service.now), 1);
    await service.turn(newer);
    assert.deepEqual(await concludedBy(), ['newer']);
  });

  test('nor about whoever is joined to somebody of another part of the people', async () => {
    await state(ANNA, BO, CHEN);
    await service.turn();
    await lookAtEverybody(newer);
    const [document, sameAs] = [ANNA, BO].map((number) => ({ type: 'resident-id', number }));
    await service.deliver([
      recordOf('public-security', 'P-1', ANNA, 'identity', { document, sameAs }),
      recordOf('health', 'K-9', CHEN, 'contact', CONTACT),
    ]);
    for (const bucket of await dueBuckets(app, service.now))
      await assert.rejects(
        reassessDue(app, service.keys(), service.decision, bucket, clock),
        SupersededRules,
      );
    assert.ok((await concludedBy()).every((rules) => rules !== 'newer'));
    await service.turn(newer);
    assert.equal((await concludedBy()).filter((rules) => rules === 'newer').length, 3);
  });

  test('such a process looks at no share either, which stays to be looked at', async () => {
    await state(ANNA);
    await service.turn();
    await begin(newer);
    await assert.rejects(lookAtShare(service.decision()), SupersededRules);
    assert.equal((await shares(app)).length, 64);
  });

  test('nor does one write any more that has looked at somebody before', async () => {
    await lookAtEverybody(newer);
    const sharing = {
      database: app,
      keys: service.keys(),
      clock,
      onLooked: () => {},
      decision: service.decision,
    };
    const personId = timeUuid(service.now);
    const share = { runId: timeUuid(service.now), bucket: bucketOf(personId), number: FIRST_RULES.number };
    const candidate = { personId, seal: '', row: new Uint8Array(), marks: NO_MARKS, at: service.now };
    await assert.rejects(writeChanged(sharing, service.decision(), [{ share, candidate }]), SupersededRules);
  });

  test('its worker says so once each time, and goes on when it has read them', async () => {
    await lookAtEverybody(newer);
    await state(ANNA, BO, CHEN);
    const failures: unknown[] = [];
    let decides = service.decision();
    const worker = turnCodes({
      ...{ database: app, keys: service.keys(), clock, decision: () => decides },
      onFailure: (error) => failures.push(error),
    });
    try {
      await until(() => failures.length > 0);
      assert.ok(failures.length < 3 && failures[0] instanceof SupersededRules);
      decides = newer;
      worker.wake();
      await until(async () => (await countDue(app, service.now)) === 0);
      assert.deepEqual(await concludedBy(), ['newer', 'newer', 'newer']);
    } finally {
      await worker.stop();
    }
  });

  test('whoever concludes by the old ones is waited for, however long it takes, and is looked at', async () => {
    await state(ANNA);
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const [bucket] = await dueBuckets(app, service.now);
    let isOpen = false;
    const concluding = reassessDue(
      app,
      service.keys(),
      async () => {
        isOpen = true;
        await held;
        return service.decision();
      },
      bucket!,
      clock,
    );
    await until(() => isOpen);
    service.now += 5 * 60_000;
    let isBegun = false;
    const beginning = begin(newer).then(() => {
      isBegun = true;
    });
    await until(async () => (await waitingForLocks()) > 0);
    await sleep(50);
    assert.equal(isBegun, false);
    assert.deepEqual(await shares(app), []);
    commit();
    await concluding;
    await beginning;
    // The row of their facts is there, and is read: it is spoilt, so that only evidence can tell about them.
    await owner.change(script('update facts set content = null'));
    while (await lookAtShare(newer));
    assert.equal(await countDue(app, service.now), 1);
  });

  test('nobody begins again by the old ones', async () => {
    await lookAtEverybody(newer);
    await assert.rejects(begin(service.decision()), SupersededRules);
    assert.equal(await lastWholeRun(app, 2), service.now);
    await begin(laterRules('newest', 3, NOON));
    assert.equal((await shares(app)).length, 64);
  });

  test('of two for one instant the higher number is later, and else the instant counts', async () => {
    await lookAtEverybody(newer);
    await state(ANNA);
    for (const earlier of [laterRules('a', 1, NOON - HOUR_MS), laterRules('b', 9, NOON - 2 * HOUR_MS)])
      await assert.rejects(service.turn(earlier), SupersededRules);
    await service.turn(laterRules('c', 1, NOON));
    assert.deepEqual(await concludedBy(), ['c']);
  });

  test('what the clock of the database had let begin too early keeps nobody from concluding, and confirms nothing', async () => {
    const tomorrow = { rules: 'tomorrow', number: 2, from: Date.now() + HOUR_MS };
    await addRun(app, timeUuid(NOON), tomorrow, NOON);
    await setTurns(
      app,
      (await shares(app)).map(({ bucket }) => bucket),
      tomorrow,
    );
    await removeShares(app, await shares(app));
    assert.equal(await lastWholeRun(app, 2), NOON);
    await state(ANNA);
    await service.turn();
    assert.deepEqual(await concludedBy(), [service.decision().rules.id]);
    assert.equal(await lastWholeRun(app, 2), undefined);
    const [row] = await owner.rows<{ number: number }>(
      sql`select min(rules_number) as number from bucket_turn`,
    );
    assert.equal(row?.number, FIRST_RULES.number);
    await begin(service.decision());
    assert.equal((await shares(app)).length, 64);
  });

  async function waitingForLocks(): Promise<number> {
    const [row] = await owner.rows<{ count: number }>(sql`
      select count(*) as count from pg_locks where not granted and database is not distinct from (
        select oid from pg_database where datname = current_database()) or (not granted and locktype = 'transactionid')
    `);
    return row!.count;
  }
});
