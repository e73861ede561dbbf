import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HOUR_MS } from '../../../domain/time.ts';
import { applicationWith, applyingService, daysBefore, NOTHING } from '../../../test/applying.ts';
import { NUMBERS } from '../../../test/service.ts';
import { addSession, openSessions, personOfAccount } from '../../accounts/store.ts';
import { sql } from '../../platform/db/sql.ts';
import { holdingsOf } from '../holdings/store.ts';
import { noticesOf } from '../notices/notices.ts';
import { applicationOf } from '../read-application.ts';
import { grantAllDue, showApplication } from './grant-due.ts';
import { RECOVERY_WAIT_MS } from './recoveries.ts';

const identity = (i: number) => {
  return { name: '王安娜', document: { type: 'resident-id', number: NUMBERS[i]! } } as const;
};

describe('a code that another account shows', () => {
  const all = applyingService();
  const { service, citizen, clerk, again, applying } = all;
  const { app } = service.database;
  const statusOf = async (accountId: string) => (await showApplication(applying(), accountId)).status;
  const kinds = async (accountId: string) => (await noticesOf(app, accountId)).map(({ kind }) => kind);
  type Citizen = Awaited<ReturnType<typeof citizen>>;

  /** Somebody who shows the code, and somebody who claims it. */
  async function claimed(i: number): Promise<{ first: Citizen; second: Citizen; caseId: string }> {
    const first = await citizen(identity(i));
    await first.call('POST', '/me/code', applicationWith());
    const { sessionId, accountId } = first.session;
    const times = {
      startedAt: service.now,
      endsAt: service.now + HOUR_MS,
      eraseAfter: service.now + HOUR_MS,
    };
    await addSession(app, { sessionId, accountId, ...times });
    const second = await citizen(identity(i));
    const { status, body } = await second.call('POST', '/me/code', applicationWith({ phone: '13900000002' }));
    assert.deepEqual([status, body.status], [200, 'pending']);
    assert.match(body.reference, /^.{4}-.{4}$/);
    const [notice] = await noticesOf(app, accountId);
    assert.equal(notice!.kind, 'recovery-opened');
    return { first, second, caseId: notice!.caseId! };
  }

  test('moves when the one who shows it says nothing for three days, and both are told', async () => {
    const { first, second } = await claimed(0);
    const personId = (await personOfAccount(app, first.session.accountId))!;
    service.now += RECOVERY_WAIT_MS - 1;
    assert.equal(await statusOf(second.session.accountId), 'pending');
    assert.equal(await statusOf(first.session.accountId), 'active');
    assert.equal((await openSessions(app, [first.session.sessionId])).length, 1);
    service.now += 1;
    assert.equal(await statusOf(second.session.accountId), 'active');
    assert.equal(await statusOf(first.session.accountId), 'none');
    assert.equal(await personOfAccount(app, second.session.accountId), personId);
    assert.equal((await openSessions(app, [first.session.sessionId])).length, 0);
    assert.deepEqual(await kinds(first.session.accountId), ['code-taken-over', 'recovery-opened']);
    assert.deepEqual(await kinds(second.session.accountId), ['application-confirmed']);
    assert.deepEqual(
      (await holdingsOf(app, personId)).map(({ way, reason }) => [way, reason]),
      [
        ['claims', 'taken-over'],
        ['recovery', null],
      ],
    );
  });

  test('stays when it is contested, until a counter has seen who it is', async () => {
    const { first, second, caseId } = await claimed(1);
    const path = `/me/recoveries/${caseId}/contest`;
    for (let times = 0; times < 2; times++)
      assert.deepEqual((await first.call('POST', path, {})).body, { status: 'active' });
    assert.deepEqual(await kinds(second.session.accountId), ['recovery-contested']);
    service.now += 2 * RECOVERY_WAIT_MS;
    assert.equal(await grantAllDue(applying()), 0);
    const { status, reference } = await showApplication(applying(), second.session.accountId);
    assert.equal(status, 'pending');
    const seen = { reference, ...identity(1) };
    assert.deepEqual((await clerk().call('POST', '/counter/confirmations', seen)).body, {
      outcome: 'recovered',
    });
    assert.equal(await statusOf(second.session.accountId), 'active');
    assert.equal(await statusOf(first.session.accountId), 'none');
    assert.equal((await first.call('POST', path, {})).status, 404, 'it is over');
  });

  test('is not got by leaving and claiming again once it was contested', async () => {
    const { first, second, caseId } = await claimed(2);
    await first.call('POST', `/me/recoveries/${caseId}/contest`, {});
    await second.call('POST', '/me/withdrawal', { confirm: true });
    await second.call('POST', '/me/code', applicationWith());
    service.now += RECOVERY_WAIT_MS;
    assert.equal(await statusOf(second.session.accountId), 'pending');
    const third = await citizen(identity(2));
    await third.call('POST', '/me/code', applicationWith());
    assert.deepEqual(await kinds(third.session.accountId), ['recovery-contested'], 'time will not help');
    service.now += RECOVERY_WAIT_MS;
    assert.equal(await statusOf(third.session.accountId), 'pending');
    assert.equal(await statusOf(first.session.accountId), 'active');
  });

  test('moves by itself, of several claims the oldest, and what was declared then counts', async () => {
    const { first, second } = await claimed(3);
    service.now += 1_000;
    const third = await citizen(identity(3));
    const stay = { region: '330106', from: daysBefore(service.now, 20), to: daysBefore(service.now, 19) };
    const declaration = { ...NOTHING, fever: true, stays: [stay] };
    await again(second).call('POST', '/me/code', applicationWith({ declaration }));
    await third.call('POST', '/me/code', applicationWith());
    service.now += RECOVERY_WAIT_MS;
    assert.equal(await grantAllDue(applying()), 1);
    assert.deepEqual(
      await Promise.all([first, second, third].map(({ session }) => statusOf(session.accountId))),
      ['none', 'active', 'pending'],
    );
    await service.turn();
    assert.equal((await service.current(NUMBERS[3]!))?.colour, 'yellow');
  });
});

describe('a claim', () => {
  const { service, citizen, again, applying } = applyingService();
  const { app } = service.database;

  test('is contested by nobody but the account against which it is', async () => {
    const first = await citizen(identity(0));
    await first.call('POST', '/me/code', applicationWith());
    const second = await citizen(identity(0));
    await second.call('POST', '/me/code', applicationWith());
    const [notice] = await noticesOf(app, first.session.accountId);
    const stranger = await citizen(identity(1));
    await stranger.call('POST', '/me/code', applicationWith());
    for (const one of [second, stranger, await citizen()]) {
      const { status } = await one.call('POST', `/me/recoveries/${notice!.caseId}/contest`, {});
      assert.equal(status, 404);
    }
    service.now += RECOVERY_WAIT_MS;
    const shown = await showApplication(applying(), second.session.accountId);
    assert.equal(shown.status, 'active');
  });

  test('asks for a fresh sign-in', async () => {
    const first = await citizen(identity(2));
    await first.call('POST', '/me/code', applicationWith());
    const second = await citizen(identity(2));
    service.now += 301_000;
    assert.equal((await second.call('POST', '/me/code', applicationWith())).status, 401);
    const shown = await applicationOf(app, service.keys(), second.session.accountId, service.now);
    assert.deepEqual(shown, { status: 'none' });
    assert.deepEqual(await noticesOf(app, first.session.accountId), []);
    assert.equal((await again(second).call('POST', '/me/code', applicationWith())).status, 200);
  });

  test('may come due while the first account leaves or contests: one is first, and nobody is stuck', async () => {
    const jane = { name: 'Jane', document: { type: 'passport', number: 'E99999902', issuer: 'D' } } as const;
    const first = await citizen(jane);
    await first.call('POST', '/me/code', applicationWith());
    const second = await citizen(jane);
    await second.call('POST', '/me/code', applicationWith());
    const [notice] = await noticesOf(app, first.session.accountId);
    service.now += RECOVERY_WAIT_MS;
    const [contested] = await Promise.all([
      first.call('POST', `/me/recoveries/${notice!.caseId}/contest`, {}),
      showApplication(applying(), second.session.accountId),
    ]);
    const shown = await showApplication(applying(), second.session.accountId);
    assert.deepEqual(shown.status, contested.status === 200 ? 'pending' : 'active');
  });

  test('that cannot be read keeps no other one waiting', async () => {
    const [broken, fine] = [NUMBERS[0], NUMBERS[1]].map((number) => {
      return {
        name: '陈',
        document: { type: 'residence-permit-hmt', number: `81${number.slice(2)}` },
      } as const;
    });
    const claims = [];
    for (const verified of [broken!, fine!]) {
      await (await citizen(verified)).call('POST', '/me/code', applicationWith());
      const claim = await citizen(verified);
      await claim.call('POST', '/me/code', applicationWith());
      claims.push(claim.session.accountId);
      // The one that is broken is the first.
      service.now += 1;
    }
    await service.database.owner.change(
      sql`update application_content set sealed_content = '\\x00' where account_id = ${claims[0]!}`,
    );
    service.now += RECOVERY_WAIT_MS;
    await assert.rejects(grantAllDue(applying()));
    const shown = await applicationOf(app, service.keys(), claims[1]!, service.now);
    assert.equal(shown.status, 'active');
    await service.database.owner.change(
      sql`delete from application_content where account_id = ${claims[0]!}`,
    );
  });

  test('is granted at once when the first account leaves', async () => {
    const first = await citizen(identity(3));
    await first.call('POST', '/me/code', applicationWith());
    const second = await citizen(identity(3));
    await second.call('POST', '/me/code', applicationWith());
    const { body } = await first.call('POST', '/me/withdrawal', { confirm: true });
    assert.deepEqual(
      body.erased,
      ['application', 'phone', 'sessions'],
      'the person stays for whoever claims',
    );
    assert.equal((await showApplication(applying(), second.session.accountId)).status, 'active');
  });
});
