import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { HOUR_MS, parseInstant, printInstant } from '../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { until } from '../../test/until.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { countDue, latestAssessments } from './store.ts';
import { turnCodes, type Worker } from './turn-codes.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
/** An entry whose fourteen days end at the midnight that is near: red until then, and red for another reason after it. */
const ENTRY = { country: 'SG', enteredAt: '2021-01-06T10:00:00+08:00' };
/** A contact whose fourteen days end at the same midnight: green then. */
const CONTACT = { level: 'close', lastExposure: '2021-01-06T10:00:00+08:00' };
const CASE = { classification: 'confirmed', from: '2021-01-20T08:00:00+08:00' };
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');

const residentId = (number: string) => ({ type: 'resident-id', number }) as const;

describe('a clock that jumps an hour ahead and back', () => {
  const service = testService();
  const { app, owner } = service.database;
  let worker: Worker | undefined;

  beforeEach(async () => {
    await owner.change(
      script(
        'truncate person, person_document, kin, record, former_version, evidence, due, assessment, quarantine',
      ),
    );
    service.now = MIDNIGHT - HOUR_MS / 2;
    await service.deliver([
      recordOf('customs', 'O-1', ANNA, 'overseas', ENTRY),
      recordOf('health', 'K-1', BO, 'contact', CONTACT),
    ]);
    await service.turn();
  });
  afterEach(() => worker?.stop());

  function work(): void {
    worker = turnCodes({
      ...{ database: app, keys: service.keys(), decision: service.decision, clock: () => service.now },
      onFailure: (error) => assert.fail(String(error)),
    });
  }

  interface Stored {
    readonly colour: string;
    readonly clauses: readonly string[];
    readonly assessedAt: string;
    readonly timer: string | undefined;
  }

  /** What is stored about the holder of a number, whoever looks or not. */
  async function stored(number: string): Promise<Stored> {
    const [personId] = (await findPeople(app, service.keys(), [residentId(number)])).values();
    const [latest] = await latestAssessments(app, [personId!]);
    const { grounds } = JSON.parse(latest!.result) as { grounds: { clause: string }[] };
    const timers = await app.rows<{ dueAt: number }>(
      sql`select due_at as "dueAt" from due where person_id = ${personId!} and cause = 'time'`,
    );
    assert.ok(timers.length < 2);
    return {
      colour: latest!.colour,
      clauses: grounds.map(({ clause }) => clause),
      assessedAt: printInstant(latest!.assessedAt),
      timer: timers[0] && printInstant(timers[0].dueAt),
    };
  }

  const isQuiet = async () => (await countDue(app, service.now)) === 0;

  test('turns codes too early, and turns them back', async () => {
    work();
    service.now += HOUR_MS;
    await until(async () => (await stored(BO)).colour === 'green');
    // Whoever looks with a right clock is not told what the wrong one concluded.
    service.now -= HOUR_MS;
    const shown = await service.current(BO);
    assert.deepEqual([shown?.colour, shown?.nextChangeAt], ['red', printInstant(MIDNIGHT)]);
    await until(async () => (await stored(BO)).colour === 'red' && (await isQuiet()));
    assert.deepEqual((await stored(BO)).timer, printInstant(MIDNIGHT));
    assert.deepEqual((await stored(ANNA)).clauses, ['R2e']);
    assert.deepEqual((await stored(ANNA)).timer, printInstant(MIDNIGHT));
    service.now = MIDNIGHT;
    await until(async () => (await stored(BO)).colour === 'green');
    await until(async () => (await stored(ANNA)).clauses[0] === 'R2f');
  });

  test('is noticed by a worker that starts afterwards', async () => {
    service.now += HOUR_MS;
    await service.turn();
    assert.equal((await stored(BO)).colour, 'green');
    service.now -= HOUR_MS;
    work();
    await until(async () => (await stored(BO)).colour === 'red');
    assert.deepEqual((await stored(BO)).timer, printInstant(MIDNIGHT));
  });

  test('loses nothing that came before, while, and after', async () => {
    work();
    service.now += HOUR_MS;
    await service.deliver([recordOf('health', 'C-1', CHEN, 'case', CASE)]);
    await until(async () => (await service.current(CHEN))?.colour === 'red' && (await isQuiet()));
    service.now -= HOUR_MS;
    // What was learned by the clock that ran ahead counts at once.
    assert.equal((await service.current(CHEN))?.colour, 'red');
    await service.deliver([recordOf('health', 'C-2', DING, 'case', CASE)]);
    await until(
      async () => (await isQuiet()) && (await stored(CHEN)).assessedAt <= printInstant(service.now),
    );
    assert.deepEqual([(await stored(CHEN)).colour, (await stored(DING)).colour], ['red', 'red']);
    // The second version is learned before the first, by the clocks.
    await service.deliver([
      recordOf('health', 'C-1', CHEN, 'case', undefined, { version: 2, retracted: true }),
    ]);
    await until(async () => (await stored(CHEN)).colour === 'green');
    service.now += 2 * HOUR_MS;
    assert.equal((await service.current(CHEN))?.colour, 'green');
  });

  test('of whoever accepts evidence, runs ahead: it counts at once for everyone else', async () => {
    const now = service.now;
    service.now += HOUR_MS;
    await service.deliver([recordOf('health', 'C-1', CHEN, 'case', CASE)]);
    service.now = now;
    assert.equal((await service.current(CHEN))?.colour, 'red');
    assert.equal(await service.turn(), 1);
    assert.equal((await stored(CHEN)).colour, 'red');
  });
});
