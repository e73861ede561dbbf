import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInstant } from '../../domain/time.ts';
import { everythingStored } from '../../test/histories/everything-stored.ts';
import { type Ask, doorService, verifier } from '../../test/http/door-service.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { sql } from '../platform/db/sql.ts';
import { looksAt } from '../record/store.ts';
import { DENIAL_RULE } from './denial-rule.ts';
import { eraseDenials } from './store.ts';

const [GREEN, YELLOW, RED, UNKNOWN] = numbersApart(4) as [string, string, string, string];
const read = (number: string) => ({ document: { type: 'resident-id', number }, identityVerified: true });

describe('what is left behind', () => {
  const doors = doorService('2021-01-20T12:34:56+08:00');
  const { record } = doors;
  const { owner, eraser } = record.database;

  /** What is in the database after some work and was not before, by table. */
  async function leftBy(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
    const before = await everythingStored(owner);
    await work();
    const left: Record<string, string[]> = {};
    for (const [name, text] of await everythingStored(owner)) {
      const old = new Set(before.get(name)!.split('\n'));
      const added = text.split('\n').filter((line) => !old.has(line));
      if (added.length > 0) left[name] = added;
    }
    return left;
  }

  async function sees(ask: Ask, check: object, outcome: string): Promise<void> {
    assert.equal((await ask(check)).body.outcome, outcome);
  }

  test('by those who are let in, or asked for a mask, or not found: nothing', async () => {
    await doors.colour(GREEN, 'green');
    await doors.colour(YELLOW, 'yellow');
    const gate = await doors.device({ category: 'metro', readsDocuments: true });
    const [green, yellow] = [await doors.codeOf(GREEN), await doors.codeOf(YELLOW)];
    const left = await leftBy(async () => {
      await sees(gate, { code: green }, 'allow');
      await sees(gate, read(GREEN), 'allow');
      await sees(gate, { code: yellow }, 'allow-if-masked');
      await sees(gate, { code: yellow, masked: true }, 'allow');
      await sees(gate, { code: 'x' }, 'unreadable');
      await sees(gate, { ...read(UNKNOWN), identityVerified: false }, 'not-found');
      await sees(gate, { ...read(GREEN), identityVerified: false }, 'ask-staff');
      await sees(doors.askAs(verifier()), { code: green, venue: 'school' }, 'allow');
    });
    assert.deepEqual(left, {});
    assert.deepEqual(doors.lines, []);
  });

  test('by those who are turned away: what the rule permits, and not who, by which device or when exactly', async () => {
    await doors.colour(RED, 'red');
    const gate = await doors.device({ category: 'school', readsDocuments: true });
    const code = await doors.codeOf(RED);
    const left = await leftBy(async () => {
      await sees(gate, { code }, 'deny');
      await sees(gate, read(RED), 'deny');
      await sees(doors.askAs(verifier()), { code, venue: 'park' }, 'deny');
    });
    assert.deepEqual(Object.keys(left), ['denial']);
    const rows = await owner.rows<Record<string, unknown>>(sql`
      select denial_id as "denialId", rule, hour, venue_id as "venueId", category, clause, outcome,
             erase_after as "eraseAfter"
        from denial
       order by category
    `);
    const kept = { rule: DENIAL_RULE.id, hour: parseInstant('2021-01-20T12:00:00+08:00') };
    const fixed = {
      ...kept,
      clause: 'M6',
      outcome: 'deny',
      eraseAfter: parseInstant('2021-02-19T13:00:00+08:00'),
    };
    const venueId = rows[1]!.venueId;
    assert.match(String(venueId), /^v-/);
    assert.deepEqual(
      rows.map(({ denialId, ...row }) => row),
      [
        { ...fixed, venueId: null, category: 'park' },
        { ...fixed, venueId, category: 'school' },
        { ...fixed, venueId, category: 'school' },
      ],
    );
    for (const { denialId } of rows) assert.match(String(denialId), /^.{8}-.{4}-4/, 'chance, without a time');
    const columns = Object.keys(rows[0]!).filter(
      (name) => !['denialId', 'rule', 'eraseAfter'].includes(name),
    );
    assert.deepEqual(
      columns.map((name) => name.replace('Id', '')),
      [...DENIAL_RULE.keeps],
    );
    const personId = await doors.personOf(RED);
    for (const text of left.denial!)
      for (const secret of [RED, personId, gate.clientId, code]) assert.ok(!text.includes(secret));
  });

  test('is erased when its days are over', async () => {
    const end = parseInstant('2021-02-19T13:00:00+08:00');
    assert.equal(await eraseDenials(eraser, end - 1), 0);
    assert.equal(await eraseDenials(eraser, end), 3);
  });

  test('by a member of staff who asks by document: one look, which the person can read', async () => {
    await doors.colour(GREEN, 'green');
    const session = verifier({ authority: 'Market supervision of Xihu district' });
    const ask = doors.askAs(session);
    const left = await leftBy(() =>
      sees(ask, { ...read(GREEN), venue: 'bus', reason: 'a lost phone' }, 'allow'),
    );
    assert.deepEqual(Object.keys(left), ['look']);
    const [look] = await looksAt(record.database.app, await doors.personOf(GREEN));
    const { actor, authority, purpose, subject, lookedAt } = look!;
    assert.deepEqual(
      { actor, authority, purpose, subject, lookedAt },
      {
        actor: `account:${session.accountId}`,
        authority: 'Market supervision of Xihu district',
        purpose: 'a lost phone',
        subject: 'check',
        lookedAt: record.now,
      },
    );
  });

  test('by a member of staff, before anything is told: without a row there is no answer', async () => {
    const ask = doors.askAs(verifier());
    await owner.change(sql`alter table look add constraint no_look check (subject <> 'check') not valid`);
    try {
      const { status, body } = await ask({ ...read(GREEN), venue: 'bus', reason: 'a lost phone' });
      assert.deepEqual([status, body.outcome], [500, undefined]);
    } finally {
      await owner.change(sql`alter table look drop constraint no_look`);
    }
  });

  test('in the measures: how often a door was told what, and nothing else', async () => {
    const metrics = await doors.metrics();
    assert.match(metrics, /^door_checks_total\{by="code",outcome="deny"\} 2$/m);
    assert.match(metrics, /^door_checks_total\{by="document",outcome="deny"\} 1$/m);
    for (const secret of [GREEN, YELLOW, RED, UNKNOWN]) assert.ok(!metrics.includes(secret));
  });
});
