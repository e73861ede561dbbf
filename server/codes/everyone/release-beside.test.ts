import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkPackage } from '../../../domain/rules/check.ts';
import { compileRules } from '../../../domain/rules/compile.ts';
import { parseInstant } from '../../../domain/time.ts';
import { defaultPackage } from '../../../test/default-rules.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { sql } from '../../platform/db/sql.ts';
import type { DecisionInForce } from '../decision.ts';
import { countDue } from '../store.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares } from './reassess-shares.ts';

const EVENING = parseInstant('2021-01-20T22:00:00+08:00');
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');
const CONTACT = { level: 'close', lastExposure: '2021-01-06T09:00:00+08:00' };

describe('while a release that keeps no facts concludes beside this one,', () => {
  const service = testService();
  const { app, owner } = service.database;

  test('nothing is concluded from facts that are older than a conclusion of its own', async () => {
    service.now = EVENING;
    await service.deliver([recordOf('health', 'K-1', NUMBERS[0], 'contact', CONTACT)]);
    await service.turn();
    service.now = MIDNIGHT;
    const longer = longerContacts();
    await beginRun(app, { rules: longer.rules.id, ...longer.inForce }, service.now);
    await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
    let isWritten = false;
    while (
      await reassessShares({
        ...{ database: app, keys: service.keys(), clock: () => service.now },
        decision: () => longer,
        onLooked: () => {},
        pause: async (people) => {
          if (people === 0 || isWritten) return;
          isWritten = true;
          await concludeBeside();
        },
      })
    );
    assert.ok(isWritten);
    const [latest] = await owner.rows<{ number: number; cause: string }>(
      sql`select number, cause from assessment order by number desc limit 1`,
    );
    assert.deepEqual(latest, { number: 2, cause: 'evidence' });
    assert.equal(await countDue(app, service.now), 1);
  });

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
