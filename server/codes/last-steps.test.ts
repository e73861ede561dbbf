import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInstant } from '../../domain/time.ts';
import { explaining } from '../../test/explaining.ts';
import { NUMBERS, recordOf, testService } from '../../test/service.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { createListImporter } from '../places/import-list.ts';
import { openStore } from '../platform/db/open-store.ts';
import { script, sql } from '../platform/db/sql.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { conclude } from './conclude.ts';
import type { DecisionInForce } from './decision.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { beginRun } from './everyone/begin-with-everyone.ts';
import { reassessShares } from './everyone/reassess-shares.ts';
import { reassessDue } from './reassess-due.ts';
import { assessmentsOf, dueBuckets, takeLastSteps } from './store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const EVENING = parseInstant('2021-01-20T22:00:00+08:00');
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');
const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };
const ENTRY = { country: 'FR', enteredAt: '2021-01-06T09:00:00+08:00' };
/** Whoever's evidence is opened after this is told to be unreadable. */
const SPOIL = String.raw`update evidence set sealed_data = '\x00'`;

describe('a code that turns for the last time', () => {
  const service = testService();
  const { database } = service;

  /** Begins anew with these records, assessed in the evening before. */
  async function settle(records: readonly object[]): Promise<void> {
    await database.owner.change(
      script(`truncate person, person_document, kin, record, evidence, due, assessment, facts, everyone_share, everyone_run;
              update bucket_turn set rules_from = default, rules_number = default`),
    );
    service.now = EVENING;
    await service.deliver(records);
    await service.turn();
    service.now = MIDNIGHT;
  }

  const spoil = () => database.owner.change(script(SPOIL));

  async function turnOnce(decision: () => DecisionInForce = service.decision) {
    let appended = 0;
    const opened = new Set<string>();
    for (const bucket of await dueBuckets(database.app, service.now)) {
      const turned = await reassessDue(database.app, service.keys(), decision, bucket, () => service.now);
      appended += turned.appended;
      for (const personId of turned.unreadable.keys()) opened.add(personId);
    }
    return { appended, opened: opened.size };
  }

  async function personOf(number: string): Promise<string> {
    const people = await findPeople(database.app, service.keys(), [{ type: 'resident-id', number }]);
    return [...people.values()][0]!;
  }

  test('takes over the conclusion that is written already, and nobody opens evidence for it', async () => {
    await settle([
      recordOf('health', 'K-1', ANNA, 'contact', CONTACT),
      recordOf('health', 'K-2', BO, 'contact', CONTACT),
    ]);
    const personId = await personOf(ANNA);
    const kin = await withKin(database.app, [personId]);
    const { dossiers } = await readDossiers(
      database.app,
      service.keys(),
      service.decision().lists,
      kin,
      MIDNIGHT,
    );
    await spoil();
    assert.deepEqual(await turnOnce(), { appended: 2, opened: 0 });
    const [row, before] = await assessmentsOf(database.app, personId);
    const { inputsDigest } = dossiers[0]!;
    const { rules, areas } = before!;
    assert.deepEqual(row, {
      ...conclude(dossiers[0]!, service.decision(), MIDNIGHT),
      ...{ personId, number: 2, assessedAt: MIDNIGHT, rules, areas, inputsDigest, cause: 'time' },
    });
    assert.deepEqual(await turnOnce(), { appended: 0, opened: 0 });
  });

  test('does so also when the service was down over that instant', async () => {
    await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
    await spoil();
    service.now = MIDNIGHT + 9_000_000;
    assert.deepEqual(await turnOnce(), { appended: 1, opened: 0 });
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });

  test('does so also when other areas are listed by now: nobody was made due for them', async () => {
    await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
    await spoil();
    const decision = { ...service.decision(), areasVersion: '7' };
    assert.deepEqual(await turnOnce(() => decision), { appended: 1, opened: 0 });
  });

  const openings: readonly (readonly [
    why: string,
    records: readonly object[],
    decision?: Partial<DecisionInForce>,
  ])[] = [
    ['something follows after that', [recordOf('customs', 'E-1', ANNA, 'overseas', ENTRY)]],
    [
      'other rules decide by now',
      [recordOf('health', 'K-1', ANNA, 'contact', CONTACT)],
      { rules: { ...service.decision().rules, id: 'others' } },
    ],
  ];
  for (const [why, records, other] of openings) {
    test(`is concluded from evidence when ${why}`, async () => {
      await settle(records);
      await spoil();
      const decision = { ...service.decision(), ...other };
      assert.deepEqual(await turnOnce(() => decision), { appended: 0, opened: 1 });
    });
  }

  describe('after everybody was looked at by other rules', () => {
    const later = (id: string, number: number): DecisionInForce => {
      const { rules, ...rest } = service.decision();
      return { ...rest, rules: { ...rules, id }, inForce: { from: EVENING - 1_000, number } };
    };
    const others = later('others', 2);
    const begin = ({ rules, inForce }: DecisionInForce) =>
      beginRun(database.app, { rules: rules.id, ...inForce }, service.now);
    const lookAtEverybody = async (isBrokenOff = false, by = others) => {
      await begin(others);
      const { app } = database;
      const sharing = { database: app, keys: service.keys(), clock: () => service.now, onLooked: () => {} };
      await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
      if (!isBrokenOff) while (await reassessShares({ ...sharing, decision: () => by }));
    };

    test('takes over the conclusion that they found to be the same, in their name', async () => {
      await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
      service.now = EVENING + 600_000;
      await lookAtEverybody();
      service.now = MIDNIGHT;
      await spoil();
      assert.deepEqual(await turnOnce(() => others), { appended: 1, opened: 0 });
      const rows = await assessmentsOf(database.app, await personOf(ANNA));
      assert.deepEqual(
        rows.map(({ rules, colour }) => [rules, colour]),
        [
          ['others', 'green'],
          ['zj-2021-01', 'red'],
        ],
      );
    });

    const doubts: readonly (readonly [why: string, isBrokenOff: boolean, by: DecisionInForce])[] = [
      ['not everybody was looked at yet', true, others],
      ['yet others decide by now', false, later('yet-others', 3)],
      ['the same decide again, and others did in between', false, later('others', 4)],
    ];
    for (const [why, isBrokenOff, by] of doubts) {
      test(`is concluded from evidence when ${why}`, async () => {
        await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
        service.now = EVENING + 600_000;
        await lookAtEverybody(isBrokenOff);
        service.now = MIDNIGHT;
        await spoil();
        assert.deepEqual(await turnOnce(() => by), { appended: 0, opened: 1 });
      });
    }

    test('is concluded from evidence when another run was begun before they all were', async () => {
      await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
      service.now = EVENING + 600_000;
      await lookAtEverybody(true);
      const yetOthers = later('yet-others', 3);
      await begin(yetOthers);
      service.now = MIDNIGHT;
      await spoil();
      assert.deepEqual(await turnOnce(() => yetOthers), { appended: 0, opened: 1 });
    });

    test('is concluded from evidence when they were looked at by rules that decided meanwhile', async () => {
      await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
      service.now = EVENING + 600_000;
      await lookAtEverybody(false, later('meanwhile', 3));
      service.now = MIDNIGHT;
      await spoil();
      assert.deepEqual(await turnOnce(() => others), { appended: 0, opened: 1 });
    });
  });

  test('is concluded from evidence when new evidence waits', async () => {
    await settle([recordOf('health', 'K-1', CHEN, 'contact', CONTACT)]);
    await service.deliver([recordOf('health', 'K-2', CHEN, 'contact', CONTACT)]);
    await spoil();
    assert.deepEqual(await turnOnce(), { appended: 0, opened: 1 });
    service.now += 120_000;
    assert.deepEqual(await turnOnce(), { appended: 0, opened: 1 });
  });

  test('is concluded from evidence when documents are joined', async () => {
    const [document, sameAs] = [CHEN, DING].map((number) => ({ type: 'resident-id', number }));
    await settle([
      recordOf('health', 'K-1', CHEN, 'contact', CONTACT),
      recordOf('public-security', 'P-1', CHEN, 'identity', { document, sameAs }),
    ]);
    await spoil();
    assert.deepEqual(await turnOnce(), { appended: 0, opened: 2 });
  });

  // What is changed here stays pending.
  test('is concluded from evidence while nobody has looked yet for those whom changed areas concern', async () => {
    await settle([recordOf('health', 'K-1', ANNA, 'contact', CONTACT)]);
    await spoil();
    await createListImporter({
      database: service.database.app,
      register: () => assert.fail('a single area has no names'),
      clientId: 'test',
      clock: () => service.now,
    }).take([{ level: 'high', region: '330106', from: '2021-01-05T00:00:00+08:00' }], new Set());
    assert.deepEqual(await turnOnce(), { appended: 0, opened: 1 });
  });

  test('is looked up person by person, also while no statistics tell how many turn', async () => {
    const terms = { rules: 'any', confirmedUntil: EVENING, areas: '0', now: MIDNIGHT, eraseAfter: MIDNIGHT };
    const people = Array.from({ length: 500 }, () => timeUuid(MIDNIGHT));
    const plans: string[] = [];
    const store = await openStore({ url: database.url });
    try {
      await store.owner.change(script('truncate assessment, due, kin'));
      await takeLastSteps(explaining(store.app, /^\s*insert into assessment/, plans), people, terms);
    } finally {
      await store.stop();
    }
    const plan = plans.join('\n');
    assert.doesNotMatch(plan, /Seq Scan|Join|Nested Loop|hashed SubPlan/);
    const scans = plan.match(/Scan (?:using|on) \w+_pkey.*\n.*/g)!;
    assert.equal(scans.length, 4, plan);
    for (const scan of scans) assert.match(scan, /Index Cond: \(+person_id = /);
  });
});
