import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { HOUR_MS } from '../../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { ROLES } from '../../platform/db/roles.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { turnsOf } from '../buckets/store.ts';
import type { DecisionInForce } from '../decision.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares, type Sharing } from './reassess-shares.ts';
import { lastWholeRun, shares } from './store.ts';

const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };

describe('beginning with everybody', () => {
  const service = testService();
  const { app, owner } = service.database;
  const clock = () => service.now;
  const [second, third] = [2, 3].map((number) => laterRules(number)) as [DecisionInForce, DecisionInForce];
  beforeEach(() =>
    owner.change(
      script(`truncate person, person_document, kin, record, evidence, due, assessment, facts, everyone_share,
                       everyone_run;
              update bucket_turn set rules_from = default, rules_number = default`),
    ),
  );

  function laterRules(number: number): DecisionInForce {
    const { rules, ...rest } = service.decision();
    const from = service.now - HOUR_MS + number;
    return { ...rest, rules: { ...rules, id: `rules ${number}` }, inForce: { from, number } };
  }
  const begin = ({ rules, inForce }: DecisionInForce, database = app) =>
    beginRun(database, { rules: rules.id, ...inForce }, service.now);
  const look = (by: DecisionInForce, pause: Sharing['pause'] = async () => {}) =>
    reassessShares({
      ...{ database: app, keys: service.keys(), clock, pause, onLooked: () => {} },
      decision: () => by,
    });
  const lookAtEverybody = async (by: DecisionInForce) => {
    while (await look(by));
  };
  const numbersLeft = async () => (await shares(app)).map(({ number }) => number).sort();

  test('once they were all looked at, keeps that they were, and that facts are kept about everybody', async () => {
    await begin(second);
    await lookAtEverybody(second);
    await begin(third);
    assert.ok((await turnsOf(app, [0, 63])).every(({ hasAllFacts }) => hasAllFacts));
    assert.equal(await lastWholeRun(app, 2), service.now);
    assert.equal(await lastWholeRun(app, 3), undefined);
  });

  test('before they were, takes back that they are to be by others', async () => {
    await begin(second);
    await look(second);
    await begin(third);
    assert.deepEqual(await numbersLeft(), Array(64).fill(3));
    assert.equal(await lastWholeRun(app, 2), undefined);
  });

  test('is done once by those who begin at the same moment, and by the later rules of two', async () => {
    await Promise.all([begin(second), begin(second), begin(second)]);
    assert.deepEqual(await numbersLeft(), Array(64).fill(2));
    await Promise.allSettled([begin(second), begin(third), begin(second), begin(third)]);
    assert.deepEqual(await numbersLeft(), Array(64).fill(3));
  });

  test('goes on with what was broken off by the same rules', async () => {
    await begin(second);
    await look(second);
    const left = await numbersLeft();
    await begin(second);
    assert.deepEqual(await numbersLeft(), left);
  });

  test('waits for nobody who looks at a share at whatever pace, and is not undone by them', async () => {
    await service.deliver([recordOf('health', 'K-1', NUMBERS[0], 'contact', CONTACT)]);
    await service.turn();
    await begin(second);
    await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
    let goOn = () => {};
    let isHeld = false;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const looking = look(second, () => {
      isHeld = true;
      return held;
    });
    await until(() => isHeld);
    await begin(third);
    goOn();
    await looking;
    assert.deepEqual(await numbersLeft(), Array(64).fill(3));
    await lookAtEverybody(third);
    assert.equal(await lastWholeRun(app, 3), service.now);
    assert.equal(await lastWholeRun(app, 2), undefined);
  });

  test('is not undone when a share of earlier rules is broken off meanwhile and looked at by later ones', async () => {
    await begin(second);
    let isBegun = false;
    await assert.rejects(
      look(second, async () => {
        if (isBegun) return;
        isBegun = true;
        await begin(third);
        throw new Error('broken off');
      }),
      /broken off/,
    );
    assert.ok((await numbersLeft()).includes(2));
    await begin(third);
    await lookAtEverybody(third);
    assert.deepEqual(await numbersLeft(), []);
    assert.equal(await lastWholeRun(app, 3), service.now);
  });

  test('has time for each who concludes, however many there are', async () => {
    const { url } = service.database;
    const hasty = openDatabase({ url, role: ROLES.app, patienceMs: 300 });
    const other = openDatabase({ url, role: ROLES.app });
    try {
      const concluding = [3, 20, 50].map((bucket, i) =>
        other.transaction(async (db) => {
          await db.rows(sql`select bucket from bucket_turn where bucket = ${bucket} for update`);
          await db.rows(sql`select pg_sleep(${(i + 1) * 0.2}::double precision)`);
        }),
      );
      await until(async () => (await locked()) >= 3);
      await begin(second, hasty);
      await Promise.all(concluding);
    } finally {
      await Promise.all([hasty.close(), other.close()]);
    }
    assert.equal((await shares(app)).length, 64);
  });

  async function locked(): Promise<number> {
    const free = await owner.rows(sql`select bucket from bucket_turn for update skip locked`);
    return 64 - free.length;
  }
});
