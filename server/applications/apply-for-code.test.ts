import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentKey, registrationOf } from '../../domain/people/document.ts';
import { applicationWith, applyingService, daysBefore, NOTHING } from '../../test/applying.ts';
import { everythingStored } from '../../test/histories/everything-stored.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { personOfAccount } from '../accounts/store.ts';
import { evidenceAbout } from '../evidence/store.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { releaseLapsed } from './holdings/release-lapsed.ts';
import { holdingsOf } from './holdings/store.ts';
import { applicationOf } from './read-application.ts';

const [ANNA, BO, CHEN, DONG] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const anna = { name: '王安娜', document: resident(ANNA) };
const bo = { name: '李波', document: resident(BO) };

describe('somebody whose document is verified', () => {
  const { service, citizen, applying } = applyingService();
  const { app } = service.database;

  test('has a code as soon as they apply, and none before', async () => {
    const one = await citizen(anna);
    const { accountId } = one.session;
    assert.deepEqual(await applicationOf(app, service.keys(), accountId, service.now), { status: 'none' });
    const { status, body } = await one.call('POST', '/me/code', applicationWith());
    assert.deepEqual([status, body], [200, { status: 'active' }]);
    const shown = await applicationOf(app, service.keys(), accountId, service.now);
    assert.deepEqual(shown, { status: 'active', holder: { name: '王安娜' } });
    const personId = (await personOfAccount(app, accountId))!;
    const found = await findPeople(app, service.keys(), [anna.document]);
    assert.equal(found.get(documentKey(anna.document)), personId);
    const [holding] = await holdingsOf(app, personId);
    assert.deepEqual([holding!.accountId, holding!.way, holding!.endedAt], [accountId, 'claims', null]);
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });

  test('is the person about whom authorities have spoken already', async () => {
    await service.deliver([
      recordOf('health', 'C-1', BO, 'case', {
        classification: 'confirmed',
        from: '2021-01-19T08:00:00+08:00',
      }),
    ]);
    const one = await citizen(bo);
    await one.call('POST', '/me/code', applicationWith());
    const personId = (await personOfAccount(app, one.session.accountId))!;
    await service.turn();
    assert.equal((await service.current(BO))?.colour, 'red');
    assert.equal((await evidenceAbout(app, [personId])).length, 1);
  });

  test('is one person, wherever they apply, however often, also twice at once (S3)', async () => {
    const one = await citizen({ name: '陈', document: resident(CHEN) });
    const both = await Promise.all(
      ['330106', '330203'].map((region) => one.call('POST', '/me/code', applicationWith({ region }))),
    );
    assert.deepEqual(
      both.map(({ body }) => body),
      [{ status: 'active' }, { status: 'active' }],
    );
    await one.call('POST', '/me/code', applicationWith({ region: '330203' }));
    const personId = (await personOfAccount(app, one.session.accountId))!;
    assert.equal((await holdingsOf(app, personId)).length, 1);
  });

  test('shows one code for all documents that are accepted, foreign and old ones among them', async () => {
    for (const document of [
      { type: 'passport', number: 'E99999901', issuer: 'D' },
      { type: 'hm-permit', number: 'H99000001' },
      { type: 'tw-permit', number: '99000001' },
      { type: 'residence-permit-hmt', number: '810000199408230021' },
      { type: 'foreign-permanent-resident', number: 'USA999999999999' },
      registrationOf('9900000001'),
    ] as const) {
      const one = await citizen({ name: 'Jane Doe', document });
      const { body } = await one.call('POST', '/me/code', applicationWith());
      assert.deepEqual(body, { status: 'active' }, document.type);
    }
  });

  test('states what they declare as evidence of their own, once each, and corrects it by versions', async () => {
    const one = await citizen({ name: '董', document: resident(DONG) });
    const from = daysBefore(service.now, 5);
    const stays = [
      { region: '330106', place: '文三路', from, to: daysBefore(service.now, 4) },
      { region: '110101', from },
    ];
    const declare = (change: object) =>
      one.call('PUT', '/me/declaration', { ...NOTHING, ...change }).then(({ status, body }) => {
        assert.equal(status, 200, JSON.stringify(body));
      });
    await one.call('POST', '/me/code', applicationWith({ declaration: { ...NOTHING, fever: true, stays } }));
    await service.turn();
    assert.equal((await service.current(DONG))?.colour, 'yellow');
    const stated = async () => {
      const personId = (await personOfAccount(app, one.session.accountId))!;
      const rows = await evidenceAbout(app, [personId]);
      return rows
        .map(({ source, recordId, version, standing }) =>
          [source, recordId.replace(/^[0-9a-f-]{36}-/, ''), version, standing].join(' '),
        )
        .sort();
    };
    const first = ['self fever-1 1 stated', 'self stay-1 1 stated', 'self stay-2 1 stated'];
    assert.deepEqual(await stated(), first);
    service.now += 60_000;
    await declare({ fever: true, stays });
    assert.deepEqual(await stated(), first, 'what is the same is not stated again');
    await declare({ fever: false, stays: [{ ...stays[1]!, to: from }] });
    assert.deepEqual(await stated(), [
      ...['self fever-1 1 stated', 'self fever-1 2 stated'],
      ...['self stay-1 1 stated', 'self stay-1 2 retracted', 'self stay-2 1 stated', 'self stay-2 2 stated'],
    ]);
    await service.turn();
    assert.equal((await service.current(DONG))?.colour, 'green', 'the fever has gone (M10)');
    await declare({ fever: true, stays: [{ ...stays[1]!, to: from }] });
    assert.ok((await stated()).includes('self fever-2 1 stated'), 'another fever is another record');
  });

  test('has given nothing that can be read in the database', async () => {
    const stored = [...(await everythingStored(service.database.owner)).values()].join('\n');
    for (const word of ['王安娜', '李波', 'Jane Doe', ANNA, '13900000001', '文三路', 'H99000001', 'truthful'])
      assert.ok(!stored.includes(word), word);
    assert.ok(applying().keys, 'the keys are elsewhere');
  });
});

describe('what cannot be', () => {
  const { service, citizen } = applyingService();
  const at = (days: number) => daysBefore(service.now, days);

  const STAY = { region: '330106', from: '2021-01-18T08:00:00+08:00' };
  const CASES: readonly (readonly [what: string, change: () => object, path: string])[] = [
    ['a stay that is to come', () => ({ stays: [{ ...STAY, from: at(-1) }] }), '/declaration/stays/0/from'],
    ['an end to come', () => ({ stays: [{ ...STAY, to: at(-1) }] }), '/declaration/stays/0/to'],
    ['an end before the beginning', () => ({ stays: [{ ...STAY, to: at(9) }] }), '/declaration/stays/0/to'],
    [
      'a stay of long ago',
      () => ({ stays: [{ ...STAY, from: at(40), to: at(22) }] }),
      '/declaration/stays/0/to',
    ],
    ['no time', () => ({ stays: [STAY, { ...STAY, from: 'yesterday' }] }), '/declaration/stays/1/from'],
    [
      'a province that is none',
      () => ({ stays: [{ ...STAY, region: '990000' }] }),
      '/declaration/stays/0/region',
    ],
    ['the same twice', () => ({ stays: [STAY, { ...STAY, to: at(1) }] }), '/declaration/stays/1'],
    ['a fever to come', () => ({ fever: true, feverSince: at(-1) }), '/declaration/feverSince'],
    ['a fever since when there is none', () => ({ feverSince: at(1) }), '/declaration/feverSince'],
    ['no promise that it is true', () => ({ truthful: false }), '/declaration/truthful'],
    ['too many stays', () => ({ stays: Array(51).fill(STAY) }), '/declaration/stays'],
  ];
  for (const [what, change, path] of CASES)
    test(`is refused, and the field is named: ${what}`, async () => {
      const one = await citizen(anna);
      const declaration = { ...NOTHING, ...change() };
      const { status, body } = await one.call('POST', '/me/code', applicationWith({ declaration }));
      assert.deepEqual([status, body.code], [400, 'invalid']);
      assert.ok(
        body.errors.some((error) => error.path === path),
        JSON.stringify(body),
      );
      const shown = await applicationOf(
        service.database.app,
        service.keys(),
        one.session.accountId,
        service.now,
      );
      assert.deepEqual(shown, { status: 'none' });
    });

  for (const [what, change, path] of [
    ['a region that is none', { region: '990000' }, '/region'],
    ['a day of leaving that is over', { until: '2021-01-19' }, '/until'],
    ['a day that does not exist', { until: '2021-02-30' }, '/until'],
    ['a phone that is none', { phone: 'call me' }, '/phone'],
    [
      'a document with a wrong check digit',
      { document: resident('339900199001010012'), name: 'x' },
      '/document/number',
    ],
    ['an unknown document', { document: { type: 'library-card', number: '1' } }, '/document/type'],
  ] as const)
    test(`is refused of an application: ${what}`, async () => {
      const { status, body } = await (await citizen(anna)).call('POST', '/me/code', applicationWith(change));
      assert.equal(status, 400);
      assert.ok(
        body.errors.some((error) => error.path === path),
        JSON.stringify(body),
      );
    });

  test('is refused without anything that says who somebody is', async () => {
    const { body } = await (await citizen()).call('POST', '/me/code', applicationWith());
    assert.deepEqual(
      body.errors.map((error) => error.path),
      ['/document', '/name'],
    );
  });
});

describe('a visitor', () => {
  const { service, citizen, again, applying } = applyingService();
  const { app } = service.database;

  test('has a code until the day of leaving has passed, and may come back', async () => {
    const one = await citizen(anna);
    await one.call('POST', '/me/code', applicationWith({ until: '2021-01-21' }));
    const status = async () =>
      (await applicationOf(app, service.keys(), one.session.accountId, service.now)).status;
    service.now = Date.parse('2021-01-21T23:59:59+08:00');
    assert.equal(await status(), 'active');
    service.now = Date.parse('2021-01-22T00:00:00+08:00');
    assert.equal(await status(), 'withdrawn');
    const other = await citizen(anna);
    assert.deepEqual((await other.call('POST', '/me/code', applicationWith())).body, { status: 'active' });
    const personId = (await personOfAccount(app, other.session.accountId))!;
    const holdings = await holdingsOf(app, personId);
    assert.deepEqual(
      holdings.map(({ way, reason }) => [way, reason]),
      [
        ['claims', 'lapsed'],
        ['claims', null],
      ],
    );
    assert.equal(await personOfAccount(app, one.session.accountId), undefined, 'nothing of it is shown here');
    const left = await again(one).call('POST', '/me/withdrawal', { confirm: true });
    assert.ok(!left.body.erased.includes('person'), 'they are somebody for another account');
    assert.equal((await findPeople(app, service.keys(), [anna.document])).size, 1);
  });

  test('has none even when nothing says any more that they were one', async () => {
    const [one, other] = [await citizen(bo), await citizen({ name: '陈', document: resident(CHEN) })];
    for (const each of [one, other])
      await each.call('POST', '/me/code', applicationWith({ until: '2021-01-25' }));
    service.now = Date.parse('2021-01-25T12:00:00+08:00');
    await other.call('POST', '/me/code', applicationWith({ until: '2021-02-25' }));
    assert.equal(await releaseLapsed(applying()), 0);
    service.now = Date.parse('2021-01-26T00:00:00+08:00');
    assert.equal(await releaseLapsed(applying()), 1);
    assert.equal(await personOfAccount(app, one.session.accountId), undefined);
    assert.notEqual(await personOfAccount(app, other.session.accountId), undefined, 'who stays on');
    const shown = await applicationOf(app, service.keys(), one.session.accountId, service.now);
    assert.equal(shown.status, 'withdrawn');
    const again = await one.call('POST', '/me/code', applicationWith());
    assert.deepEqual(again.body, { status: 'active' });
  });
});
