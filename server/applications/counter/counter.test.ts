import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentKey } from '../../../domain/people/document.ts';
import { HOUR_MS } from '../../../domain/time.ts';
import { applicationWith, applyingService, NOTHING } from '../../../test/applying.ts';
import { everythingStored } from '../../../test/histories/everything-stored.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';
import { personOfAccount, setPersonOfAccount } from '../../accounts/store.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { looksAt } from '../../record/store.ts';
import { holdingsOf } from '../holdings/store.ts';
import { wardsOf } from '../holdings/wards.ts';
import { noticesOf } from '../notices/notices.ts';
import { applicationOf } from '../read-application.ts';
import { MOST_FAILURES_AN_HOUR } from './use-reference.ts';

const [ANNA, BO, CHEN, DONG] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const typed = (number: string, name = '王安娜') => applicationWith({ document: resident(number), name });
const REFERENCE = /^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/;

describe('a counter', () => {
  const { service, citizen, clerk } = applyingService();
  const { app } = service.database;
  const shownTo = (accountId: string) => applicationOf(app, service.keys(), accountId, service.now);

  test('confirms a document that was typed when it has it in its hands, and that is on record', async () => {
    const one = await citizen();
    const declaration = { ...NOTHING, fever: true };
    const { body } = await one.call('POST', '/me/code', { ...typed(ANNA), declaration });
    assert.equal(body.status, 'pending');
    assert.match(body.reference, REFERENCE);
    assert.equal((await findPeople(app, service.keys(), [resident(ANNA)])).size, 0, 'nothing until then');
    service.now += 6 * 24 * HOUR_MS;
    const seen = { reference: body.reference, document: resident(ANNA), name: '王安娜（证件）' };
    const staff = clerk('宁波市海曙区服务中心');
    assert.deepEqual(await staff.call('POST', '/counter/confirmations', seen), {
      status: 200,
      body: { outcome: 'confirmed' },
    });
    const { accountId } = one.session;
    assert.deepEqual(await shownTo(accountId), { status: 'active', holder: { name: '王安娜（证件）' } });
    const personId = (await personOfAccount(app, accountId))!;
    assert.deepEqual(
      (await holdingsOf(app, personId)).map(({ way }) => way),
      ['counter'],
    );
    const [look] = await looksAt(app, personId);
    assert.deepEqual([look!.actor, look!.subject], [staff.session.accountId, 'document']);
    assert.deepEqual(
      (await noticesOf(app, accountId)).map(({ kind }) => kind),
      ['application-confirmed'],
    );
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'yellow', 'what was declared counts from then on');
    const again = await staff.call('POST', '/counter/confirmations', seen);
    assert.equal(again.status, 409, 'once');
  });

  test('tells nothing of why something does not fit', async () => {
    const one = await citizen();
    const { body } = await one.call('POST', '/me/code', typed(BO));
    const seen = { reference: body.reference, document: resident(BO), name: '李波' };
    const answers = [];
    for (const wrong of [
      { document: resident(CHEN) },
      { reference: 'AAAA-AAAA' },
      { document: { type: 'passport', number: BO, issuer: 'CHN' } },
    ])
      answers.push(await clerk().call('POST', '/counter/confirmations', { ...seen, ...wrong }));
    service.now += 7 * 24 * HOUR_MS;
    answers.push(await clerk().call('POST', '/counter/confirmations', seen));
    for (const { status, body } of answers) {
      assert.equal(status, 409);
      assert.deepEqual({ ...body, instance: '' }, { ...answers[0]!.body, instance: '' });
    }
    assert.equal((await shownTo(one.session.accountId)).reference, undefined, 'it has expired');
    const { body: renewed } = await one.call('POST', '/me/code', typed(BO));
    const fresh = { ...seen, reference: renewed.reference };
    assert.deepEqual((await clerk().call('POST', '/counter/confirmations', fresh)).body, {
      outcome: 'confirmed',
    });
  });

  test('cannot find a reference by trying, not even many at once', async () => {
    const staff = clerk();
    const tries = Array.from({ length: 3 * MOST_FAILURES_AN_HOUR }, (_, i) =>
      staff.call('POST', '/counter/confirmations', {
        reference: `AAAA-AA${'23456789ABCDEFGHJKLMNPQRSTUVWXYZ'[i]}A`,
        ...{ document: resident(CHEN), name: 'x' },
      }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    assert.ok(statuses.filter((status) => status === 409).length <= MOST_FAILURES_AN_HOUR);
    assert.ok(statuses.includes(429));
    const { body } = await (await citizen()).call('POST', '/me/code', typed(CHEN));
    const seen = { reference: body.reference, document: resident(CHEN), name: '陈' };
    assert.equal(
      (await staff.call('POST', '/counter/confirmations', seen)).status,
      429,
      'even the right one',
    );
    service.now += HOUR_MS + 1;
    assert.equal((await staff.call('POST', '/counter/confirmations', seen)).status, 200);
    for (let i = 0; i < MOST_FAILURES_AN_HOUR + 2; i++) {
      const { body } = await (await citizen()).call('POST', '/me/code', typed(DONG));
      const right = { reference: body.reference, document: resident(DONG), name: '董' };
      assert.equal(
        (await staff.call('POST', '/counter/confirmations', right)).status,
        200,
        'work is no guess',
      );
    }
  });

  test('is no place to decide on one’s own: a clerk may have an account as a citizen too', async () => {
    const one = await citizen();
    const { body } = await one.call('POST', '/me/code', typed('339900199001010054'));
    const seen = { reference: body.reference, document: resident('339900199001010054'), name: '王安娜' };
    const self = clerk('a counter', one.session.accountId);
    assert.equal((await self.call('POST', '/counter/confirmations', seen)).status, 409);
    assert.equal((await clerk().call('POST', '/counter/confirmations', seen)).status, 200);
    const { reference } = (await one.call('POST', '/me/wards', {})).body;
    const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
    assert.equal((await self.call('POST', '/counter/registrations', child)).status, 409);
    assert.equal((await clerk().call('POST', '/counter/registrations', child)).status, 201);
  });

  test('is no place for citizens, nor for staff with another role', async () => {
    const one = await citizen({ name: 'x', document: resident(ANNA) });
    const seen = { reference: 'AAAA-AAAA', document: resident(ANNA), name: 'x' };
    assert.equal((await one.call('POST', '/counter/confirmations', seen)).status, 403);
    assert.equal((await clerk().call('POST', '/me/code', typed(ANNA))).status, 403);
  });
});

describe('a further document of somebody who shows a code', () => {
  const { service, citizen, clerk, again } = applyingService();
  const { app } = service.database;
  const passport = { type: 'passport', number: 'E99999901', issuer: 'D' } as const;

  test('waits for a counter, and becomes theirs by the word of two members of staff (S3)', async () => {
    const one = await citizen({ name: '王安娜', document: resident(ANNA) });
    await service.deliver([
      {
        ...{ source: 'customs', id: 'O-1', version: 1, kind: 'overseas', person: { document: passport } },
        data: { country: 'DE', enteredAt: '2021-01-10T10:00:00+08:00' },
      },
    ]);
    const { body } = await one.call(
      'POST',
      '/me/code',
      applicationWith({ document: passport, name: 'Anna' }),
    );
    assert.equal(body.status, 'active');
    assert.match(body.reference, REFERENCE);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green', 'nothing is joined by typing');
    const seen = { reference: body.reference, document: passport, name: 'Anna' };
    const first = clerk();
    for (let times = 0; times < 2; times++)
      assert.deepEqual((await first.call('POST', '/counter/confirmations', seen)).body, {
        outcome: 'waits-for-second',
      });
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green', 'nor by one');
    assert.deepEqual((await clerk().call('POST', '/counter/confirmations', seen)).body, {
      outcome: 'confirmed',
    });
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'red', 'one person, one code');
    const shown = await applicationOf(app, service.keys(), one.session.accountId, service.now);
    assert.deepEqual(shown, { status: 'active', holder: { name: '王安娜' } });
    const personId = await personOfAccount(app, one.session.accountId);
    const abroad = again(one, { name: 'Anna', document: passport });
    assert.deepEqual((await abroad.call('POST', '/me/code', applicationWith())).body, { status: 'active' });
    assert.equal(await personOfAccount(app, one.session.accountId), personId, 'either document opens it');
    assert.equal((await holdingsOf(app, personId!)).length, 1);
  });
});

describe('somebody without a document', () => {
  const { service, citizen, clerk } = applyingService();
  const { app } = service.database;
  const child = { name: '小明', bornOn: '2018-06-01', shown: '出生医学证明 T330000001' };

  test('gets a number at a counter and is shown by whoever answers for them (S9)', async () => {
    const parent = await citizen({ name: '王安娜', document: resident(ANNA) });
    assert.equal((await parent.call('POST', '/me/wards', {})).status, 409, 'only with a code of their own');
    await parent.call('POST', '/me/code', applicationWith());
    const { status, body } = await parent.call('POST', '/me/wards', {});
    assert.deepEqual([status, body.expiresAt], [201, '2021-01-27T12:00:00+08:00']);
    const registration = { reference: body.reference, ...child };
    const registered = await clerk().call('POST', '/counter/registrations', registration);
    assert.equal(registered.status, 201);
    const { document } = registered.body;
    assert.match(document.number, /^ZJ\d{10}[\dX]$/);
    const { wards } = (await parent.call('GET', '/me/wards')).body;
    assert.deepEqual(
      wards.map(({ name }) => name),
      ['*明'],
    );
    assert.ok(!JSON.stringify(wards).includes(document.number));
    const personId = (await findPeople(app, service.keys(), [document])).get(documentKey(document))!;
    assert.equal(wards[0]!.personId, personId);
    await service.deliver([{ ...recordOf('health', 'C-1', ANNA, 'case', CASE), person: { document } }]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green', 'the parent is somebody else');
    const stored = [...(await everythingStored(service.database.owner)).values()].join('\n');
    for (const word of ['小明', '2018-06-01', '出生医学证明', document.number])
      assert.ok(!stored.includes(word), word);
  });

  test('is shown by the new account of whoever answers for them, and by the old one no more', async () => {
    const verified = { name: '董', document: resident(DONG) };
    const old = await citizen(verified);
    await old.call('POST', '/me/code', applicationWith());
    const { reference } = (await old.call('POST', '/me/wards', {})).body;
    await clerk().call('POST', '/counter/registrations', { reference, ...child });
    const fresh = await citizen(verified);
    const { body } = await fresh.call('POST', '/me/code', applicationWith());
    const seen = { reference: body.reference, ...verified };
    assert.equal((await clerk().call('POST', '/counter/confirmations', seen)).body.outcome, 'recovered');
    assert.equal((await fresh.call('GET', '/me/wards')).body.wards.length, 1);
    assert.deepEqual((await old.call('GET', '/me/wards')).body.wards, []);
    // Whoever gets the account with a telephone number sees nobody else's children.
    await setPersonOfAccount(app, fresh.session.accountId, null, service.now);
    assert.deepEqual((await fresh.call('GET', '/me/wards')).body.wards, []);
  });

  test('is never registered without the reference of somebody who answers, or with that of an application', async () => {
    const pending = await citizen();
    const { body } = await pending.call('POST', '/me/code', typed(BO));
    for (const reference of [body.reference, 'AAAA-AAAA'])
      assert.equal(
        (await clerk().call('POST', '/counter/registrations', { reference, ...child })).status,
        409,
      );
    const born = { reference: body.reference, ...child, bornOn: '2021-02-01' };
    assert.equal((await clerk().call('POST', '/counter/registrations', born)).status, 400);
  });

  test('is not asked for without end: each reference stays for months', async () => {
    const parent = await citizen({ name: '李波', document: resident(BO) });
    await parent.call('POST', '/me/code', applicationWith());
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) statuses.push((await parent.call('POST', '/me/wards', {})).status);
    assert.deepEqual([...new Set(statuses.slice(0, 20)), statuses[20]], [201, 429]);
    service.now += 2 * HOUR_MS;
    assert.equal((await parent.call('POST', '/me/wards', {})).status, 201);
  });

  test('goes to an account of their own when they show the number at a counter', async () => {
    const parent = await citizen({ name: '李波', document: resident(CHEN) });
    await parent.call('POST', '/me/code', applicationWith());
    const { reference } = (await parent.call('POST', '/me/wards', {})).body;
    const { document } = (await clerk().call('POST', '/counter/registrations', { reference, ...child })).body;
    const grown = await citizen();
    const { body } = await grown.call('POST', '/me/code', applicationWith({ document, name: '小明' }));
    const seen = { reference: body.reference, document, name: '小明' };
    assert.deepEqual((await clerk().call('POST', '/counter/confirmations', seen)).body, {
      outcome: 'recovered',
    });
    const shown = await applicationOf(app, service.keys(), parent.session.accountId, service.now);
    assert.equal(shown.status, 'active', 'the parent keeps their own');
    assert.deepEqual(await wardsOf(app, service.keys(), parent.session.accountId), []);
    assert.deepEqual(
      (await noticesOf(app, parent.session.accountId)).map(({ kind }) => kind),
      ['code-taken-over'],
    );
  });
});

const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
