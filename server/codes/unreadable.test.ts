import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { documentKey } from '../../domain/people/document.ts';
import { parseInstant } from '../../domain/time.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import type { DecisionInForce } from './decision.ts';
import { readAssessments } from './read-assessments.ts';
import { reassessDue } from './reassess-due.ts';
import { dueBuckets } from './store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const NEGATIVE = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'negative',
};
const UNREADABLE = { code: 'unreadable' };

const residentId = (number: string) => ({ type: 'resident-id', number }) as const;

describe('evidence that cannot be read', () => {
  const service = testService();
  const { owner, app } = service.database;

  beforeEach(async () => {
    await owner.change(
      script(
        'truncate person, person_document, kin, record, former_version, evidence, due, assessment, quarantine',
      ),
    );
    service.now = parseInstant('2021-01-20T12:00:00+08:00');
    // Everyone is green; Anna and Bo are one person.
    await service.deliver([
      ...NUMBERS.map((number, i) => recordOf('laboratory', `N-${i}`, number, 'nat', NEGATIVE)),
      recordOf('border', 'S-1', ANNA, 'identity', { document: residentId(ANNA), sameAs: residentId(BO) }),
    ]);
    await service.turn();
  });

  /** Flips a bit of what is sealed; twice, and it is as it was. */
  async function flip(recordId: string): Promise<void> {
    const changed = await owner.change(
      sql`update evidence set sealed_data = set_byte(sealed_data, 30, get_byte(sealed_data, 30) # 1) where record_id = ${recordId}`,
    );
    assert.equal(changed, 1);
  }

  const colour = async (number: string) => (await service.current(number))?.colour;

  test('makes its person unavailable, never green, and nobody else', async () => {
    await service.deliver([
      recordOf('health', 'C-1', CHEN, 'case', CASE),
      recordOf('health', 'C-2', DING, 'case', CASE),
    ]);
    await flip('C-1');
    await assert.rejects(service.current(CHEN), UNREADABLE);
    assert.equal(await service.turn(), 1);
    await assert.rejects(service.current(CHEN), UNREADABLE);
    assert.deepEqual([await colour(DING), await colour(ANNA)], ['red', 'green']);
    assert.equal(await service.turn(), 0);
  });

  test('makes whoever is joined to its person unavailable too', async () => {
    await service.deliver([recordOf('health', 'C-1', BO, 'case', CASE)]);
    await flip('C-1');
    for (const number of [ANNA, BO]) await assert.rejects(service.current(number), UNREADABLE);
    await service.turn();
    for (const number of [ANNA, BO]) await assert.rejects(service.current(number), UNREADABLE);
    assert.equal(await colour(CHEN), 'green');
  });

  test('stands in nobody’s way who is asked for together with its person', async () => {
    await service.deliver([recordOf('health', 'C-1', CHEN, 'case', CASE)]);
    await flip('C-1');
    const found = await findPeople(app, service.keys(), NUMBERS.map(residentId));
    const personOf = (number: string) => found.get(documentKey(residentId(number)))!;
    const ids = [...found.values()];
    const read = await readAssessments(app, service.keys(), service.decision(), ids, service.now);
    assert.deepEqual([...read.unreadable.keys()], [personOf(CHEN)]);
    assert.deepEqual([...read.current.keys()].sort(), ids.filter((id) => id !== personOf(CHEN)).sort());
  });

  test('is tried again, and counts as soon as it can be read', async () => {
    await service.deliver([recordOf('health', 'C-1', CHEN, 'case', CASE)]);
    await flip('C-1');
    await service.turn();
    service.now += 60_000;
    await service.turn();
    // However often it is tried, one row waits.
    const due = await app.rows(sql`select 1 from due where due_at > now() - interval '100 years'`);
    assert.equal(due.length, 1);
    await flip('C-1');
    assert.equal(await colour(CHEN), 'red');
    service.now += 60_000;
    assert.equal(await service.turn(), 1);
    assert.equal(await colour(CHEN), 'red');
  });

  test('leaves a conclusion that was drawn before in force until it would change', async () => {
    await service.deliver([
      recordOf('customs', 'O-1', CHEN, 'overseas', { country: 'SG', enteredAt: '2021-01-10T10:00:00+08:00' }),
    ]);
    await service.turn();
    await flip('O-1');
    assert.equal(await colour(CHEN), 'red');
    // From then on it is M5, and what follows that nobody has concluded yet.
    service.now = parseInstant('2021-01-25T00:00:00+08:00');
    assert.equal(await service.turn(), 0);
    await assert.rejects(service.current(CHEN), UNREADABLE);
  });

  test('may as well be one from which nothing can be concluded: a mistake of ours keeps nobody else waiting', async () => {
    await service.deliver(NUMBERS.map((number, i) => recordOf('health', `C-${i}`, number, 'case', CASE)));
    const stumbling = (): DecisionInForce => {
      const decision = service.decision();
      let asked = 0;
      const rules = Object.defineProperty({ ...decision.rules }, 'byKind', {
        get: () => {
          if (asked++ === 0) throw new RangeError('a mistake');
          return decision.rules.byKind;
        },
      });
      return { ...decision, rules };
    };
    let appended = 0;
    const failed: unknown[] = [];
    for (const bucket of await dueBuckets(app, service.now)) {
      const turned = await reassessDue(app, service.keys(), stumbling, bucket, () => service.now);
      appended += turned.appended;
      failed.push(...turned.unreadable.values());
    }
    assert.ok(failed.length > 0 && failed.every((error) => error instanceof RangeError));
    service.now += 60_000;
    await service.turn();
    for (const number of NUMBERS) assert.equal(await colour(number), 'red');
    assert.ok(appended < 4);
  });
});
