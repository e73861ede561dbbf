import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPackage } from '../../../domain/rules/check.ts';
import { compileRules } from '../../../domain/rules/compile.ts';
import { parseInstant } from '../../../domain/time.ts';
import { defaultPackage } from '../../../test/default-rules.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { script, sql } from '../../platform/db/sql.ts';
import type { DecisionInForce } from '../decision.ts';
import { type AssessmentRow, countDue, latestAssessments } from '../store.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares } from './reassess-shares.ts';

const EVENING = parseInstant('2021-01-20T22:00:00+08:00');
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');
const TABLES =
  'person, person_document, kin, record, former_version, evidence, due, assessment, facts, everyone_share, everyone_run';
const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };

describe('while somebody else concludes between a look at people and what is written about them,', () => {
  const service = testService();
  const { app, owner } = service.database;

  test('nothing is concluded from facts that are older than what a release has concluded that keeps none', async () => {
    const personId = await lookAgainWhile(concludeBeside);
    const { number, cause } = await latestAbout(personId);
    assert.deepEqual([number, cause], [2, 'evidence']);
    assert.equal(await countDue(app, service.now), 1);
  });

  test('nor from facts that were kept anew since they were read, though the conclusion that they name has ended by itself', async () => {
    const longer = longerContacts();
    let concluded: AssessmentRow | undefined;
    const personId = await lookAgainWhile(async () => {
      const exposed = { ...CONTACT, lastExposure: '2021-01-15T09:00:00+08:00' };
      await service.deliver([recordOf('health', 'K-2', NUMBERS[0], 'contact', exposed)]);
      await service.turn(longer);
      concluded = await latestAbout((await anybody())!);
    });
    assert.equal(concluded!.number, 2);
    assert.deepEqual(await latestAbout(personId), concluded);
    await service.turn(longer);
    assert.deepEqual(await latestAbout(personId), concluded);
    assert.equal(await countDue(app, service.now), 0);
  });

  /** Looks at somebody whose colour has just changed by itself; something happens before what follows is written. */
  async function lookAgainWhile(meanwhile: () => Promise<void>): Promise<string> {
    await owner.change(
      script(`truncate ${TABLES}; update bucket_turn set rules_from = default, rules_number = default`),
    );
    service.now = EVENING;
    await service.deliver([recordOf('health', 'K-1', NUMBERS[0], 'contact', CONTACT)]);
    await service.turn();
    service.now = MIDNIGHT;
    const longer = longerContacts();
    await beginRun(app, { rules: longer.rules.id, ...longer.inForce }, service.now);
    await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
    let isOver = false;
    while (
      await reassessShares({
        ...{ database: app, keys: service.keys(), clock: () => service.now },
        decision: () => longer,
        onLooked: () => {},
        pause: async (people) => {
          if (people === 0 || isOver) return;
          isOver = true;
          await meanwhile();
        },
      })
    );
    assert.ok(isOver);
    return (await anybody())!;
  }

  async function anybody(): Promise<string | undefined> {
    const [person] = await owner.rows<{ id: string }>(sql`select person_id as id from person`);
    return person?.id;
  }

  async function latestAbout(personId: string): Promise<AssessmentRow> {
    return (await latestAssessments(app, [personId]))[0]!;
  }

  /** By these rules whoever was in contact stays what they are for longer. */
  function longerContacts(): DecisionInForce {
    const json = defaultPackage() as { parameters: object };
    const { rules } = checkPackage({ ...json, parameters: { ...json.parameters, contactDays: 20 } });
    return { ...service.decision(), rules: compileRules(rules!), inForce: { from: EVENING, number: 2 } };
  }

  /** As that release does about new evidence, of which the facts say nothing. */
  async function concludeBeside(): Promise<void> {
    await owner.change(sql`delete from due`);
    await owner.change(sql`
      insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour, result,
                              next_result, inputs_digest, cause, erase_after)
      select person_id, 2, to_timestamp(${service.now / 1000}::double precision), rules, areas, 'red', 'infinity', null,
             result, null, '\\x00', 'evidence', erase_after
        from assessment
    `);
  }
});
