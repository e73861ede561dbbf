import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { freshDatabase } from '../../../test/database.ts';
import { until } from '../../../test/until.ts';
import { type Database, openDatabase } from './database.ts';
import { DatabaseError } from './failure.ts';
import { microBatch } from './micro-batch.ts';
import { script, sql } from './sql.ts';

describe('what is asked for at the same time', () => {
  test('is loaded together, and everybody gets their own', async () => {
    const loaded: number[][] = [];
    const ask = microBatch(async (keys: readonly number[]) => {
      loaded.push([...keys]);
      return keys.map((key) => key * 2);
    });
    assert.deepEqual(await Promise.all([1, 2, 3, 2].map(ask)), [2, 4, 6, 4]);
    assert.deepEqual(loaded, [[1, 2, 3, 2]]);
  });

  test('is loaded in parts that are no larger than allowed, so many at a time', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const ask = microBatch(
      async (keys: readonly number[]) => {
        most = Math.max(most, ++running);
        sizes.push(keys.length);
        await sleep(5);
        running--;
        return keys;
      },
      { keys: 4, inFlight: 2 },
    );
    const keys = Array.from({ length: 21 }, (_, i) => i);
    assert.deepEqual(await Promise.all(keys.map(ask)), keys);
    assert.equal(most, 2);
    assert.deepEqual(sizes, [4, 4, 4, 4, 4, 1]);
  });

  test('is gathered while something is loaded, until that is there', async () => {
    const loaded: number[][] = [];
    const letGo: (() => void)[] = [];
    const ask = microBatch(
      async (keys: readonly number[]) => {
        loaded.push([...keys]);
        await new Promise<void>((done) => letGo.push(done));
        return keys;
      },
      { gatherMs: 60_000 },
    );
    const asked: Promise<number>[] = [];
    for (const key of [1, 2, 3]) {
      asked.push(ask(key));
      await until(() => loaded.length === 1);
      await setImmediate();
    }
    assert.deepEqual(loaded, [[1]]);
    letGo[0]!();
    await until(() => loaded.length === 2);
    letGo[1]!();
    assert.deepEqual(await Promise.all(asked), [1, 2, 3]);
    assert.deepEqual(loaded, [[1], [2, 3]]);
  });

  test('is gathered for a moment while many ask at a time, and at once as soon as as many have come', async () => {
    const loaded: number[] = [];
    const ask = microBatch(async (keys: readonly number[]) => {
      loaded.push(keys.length);
      return keys;
    });
    const askTogether = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => ask(i)));
    await askTogether(5);
    const one = ask(1);
    await setImmediate();
    assert.deepEqual(loaded, [5], 'one of five is not asked for alone');
    await Promise.all([one, askTogether(2)]);
    await ask(1);
    assert.deepEqual(loaded, [5, 3, 1], 'and waits for nobody who does not come');
    const alone = ask(1);
    await setImmediate();
    await setImmediate();
    assert.deepEqual(loaded, [5, 3, 1, 1], 'whoever asks after one alone is alone too');
    await alone;
  });

  test('is not loaded any more for whoever has waited too long, nor for more than may wait', async () => {
    const loaded: number[] = [];
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const ask = microBatch(
      async (keys: readonly number[]) => {
        loaded.push(...keys);
        await answered;
        return keys;
      },
      { inFlight: 1, patienceMs: 50, mostWaiting: 2 },
    );
    const first = ask(1);
    await until(() => loaded.length === 1);
    let outcomes: PromiseSettledResult<number>[] = [];
    void Promise.allSettled([2, 3, 4].map(ask)).then((settled) => {
      outcomes = settled;
    });
    await until(() => outcomes.length === 3);
    for (const late of outcomes) {
      assert.ok(late.status === 'rejected' && late.reason instanceof DatabaseError);
      assert.equal(late.reason.kind, 'unavailable');
    }
    answer();
    assert.equal(await first, 1);
    assert.equal(await ask(5), 5);
    assert.deepEqual(loaded, [1, 5]);
  });

  test('is told to be too late as soon as it is, however long the database takes', async () => {
    let begun = 0;
    const load = () => {
      begun++;
      return new Promise<number[]>(() => {});
    };
    const ask = microBatch(load, { inFlight: 1, patienceMs: 40 });
    void ask(1);
    await until(() => begun === 1);
    let told: unknown;
    void ask(2).catch((error: unknown) => {
      told = error;
    });
    await until(() => told !== undefined);
    assert.ok(told instanceof DatabaseError && told.kind === 'unavailable');
  });

  test('is loaded for whoever waited because the process stood still', async () => {
    const load = async (keys: readonly number[]) => {
      await sleep(5);
      return keys;
    };
    const ask = microBatch(load, { inFlight: 1, patienceMs: 200 });
    const first = ask(1);
    await sleep(1);
    const second = ask(2);
    for (const until = performance.now() + 500; performance.now() < until; );
    assert.deepEqual(await Promise.all([first, second]), [1, 2]);
  });

  test('fails for those who asked together, and for nobody after them', async () => {
    let isFailing = true;
    const ask = microBatch(async (keys: readonly number[]) => {
      if (isFailing) throw new Error('away');
      return keys;
    });
    const answers = await Promise.allSettled([ask(1), ask(2)]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    isFailing = false;
    assert.equal(await ask(3), 3);
  });

  describe('of which a node holds some that is away', () => {
    const database = freshDatabase();
    let owner: Database;
    before(async () => {
      owner = openDatabase({ url: database.url, connections: 4 });
      await owner.change(
        script(`create function held_by(n int, away int, state text) returns int language plpgsql as
          $$ begin if n = away then raise exception using errcode = state; end if; return n; end $$`),
      );
    });
    after(() => owner.close());

    for (const state of ['08006', '57P01'])
      test(`fails for those whom it holds, and for nobody else (${state})`, async () => {
        const sizes: number[] = [];
        const ask = microBatch(async (keys: readonly number[]) => {
          sizes.push(keys.length);
          const rows = await owner.rows<{ key: number }>(
            sql`select held_by(n, 3, ${state}) as key from unnest(${keys}::int[]) with ordinality as x(n, i) order by i`,
          );
          return rows.map(({ key }) => key);
        });
        const answers = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(ask));
        const told = answers.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.kind));
        assert.deepEqual(told, [0, 1, 2, 'unavailable', 4, 5]);
        assert.deepEqual(sizes, [6, 1, 1, 1, 1, 1, 1]);
      });

    test('is not asked for one by one when the whole database is away', async () => {
      const gone = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' });
      let asked = 0;
      const ask = microBatch(async (keys: readonly number[]) => {
        asked++;
        return gone.rows<number>(sql`select ${keys}::int[]`);
      });
      const answers = await Promise.allSettled([0, 1, 2].map(ask));
      for (const one of answers) assert.equal(one.status === 'rejected' && one.reason.kind, 'unavailable');
      assert.equal(asked, 1);
      await gone.close();
    });
  });
});
