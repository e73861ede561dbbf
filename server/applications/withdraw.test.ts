import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { documentKey } from '../../domain/people/document.ts';
import { applicationWith, applyingService, NOTHING } from '../../test/applying.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { until } from '../../test/until.ts';
import { personOfAccount } from '../accounts/store.ts';
import { acceptDeliveries } from '../evidence/accept-deliveries.ts';
import { readDelivery } from '../evidence/read-delivery.ts';
import { evidenceAbout } from '../evidence/store.ts';
import type { Installation } from '../installation.ts';
import { lookUp } from '../lookups/look-up.ts';
import { eraseClosedPeople } from '../people/erasing/erase-people.ts';
import { closePerson } from '../people/erasing/store.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { holdingsOf } from './holdings/store.ts';
import { applicationOf } from './read-application.ts';

const [ANNA, BO, CHEN, DONG] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const LEAVE = { confirm: true };

describe('somebody who leaves', () => {
  const { service, citizen, clerk, again, applying } = applyingService();
  const { app, owner } = service.database;
  const personOf = async (number: string) =>
    (await findPeople(app, service.keys(), [resident(number)])).get(documentKey(resident(number)));

  /** How many rows of a table name an account or a person. */
  async function rowsOf(table: string, column: string, id: string): Promise<number> {
    const [row] = await owner.rows<{ count: number }>(
      script(`select count(*)::int as count from ${table} where ${column} = '${id}'`),
    );
    return row!.count;
  }

  test('of whom only they themselves have spoken is erased whole', async () => {
    const one = await citizen({ name: '王安娜', document: resident(ANNA) });
    await one.call('POST', '/me/code', applicationWith({ declaration: { ...NOTHING, fever: true } }));
    await service.turn();
    const { accountId } = one.session;
    const personId = (await personOfAccount(app, accountId))!;
    const { status, body } = await one.call('POST', '/me/withdrawal', LEAVE);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      status: 'withdrawn',
      erased: ['application', 'phone', 'sessions', 'person'],
      kept: [],
    });
    assert.equal(await personOf(ANNA), undefined);
    for (const table of [
      ...['person', 'person_document', 'evidence', 'record', 'former_version', 'assessment', 'due', 'kin'],
      ...['holding', 'holding_end', 'ward', 'recovery', 'recovery_step'],
      ...['card', 'card_end', 'phone', 'phone_end', 'pass_slot', 'pass_slot_of'],
    ])
      assert.equal(await rowsOf(table, 'person_id', personId), 0, table);
    assert.equal(await rowsOf('ward', 'guardian_person_id', personId), 0);
    for (const table of ['application_content', 'application_phone'])
      assert.equal(await rowsOf(table, 'account_id', accountId), 0, table);
    const keys = await app.rows<{ key: Buffer | null }>(
      sql`select wrapped_key as key from application where account_id = ${accountId}`,
    );
    assert.deepEqual(keys, [{ key: null }]);
    assert.equal((await applicationOf(app, service.keys(), accountId, service.now)).status, 'withdrawn');
  });

  test('is not erased when an authority is stating something in that very moment', async () => {
    const number = '339900199001010062';
    const one = await citizen({ name: '王安娜', document: resident(number) });
    await one.call('POST', '/me/code', applicationWith({ declaration: { ...NOTHING, fever: true } }));
    const terms = {
      ...{ batchId: timeUuid(service.now), clientId: 'health', receivedAt: service.now, keepsTimes: false },
      ...{ sources: ['health'], contracts: new Map([['health', ['case']]]), lists: applying().lists() },
    };
    const value = recordOf('health', 'C-7', number, 'case', CASE);
    const keys = service.keys();
    let left: ReturnType<typeof one.call> | undefined;
    await app.transaction(async (db) => {
      await acceptDeliveries(db, keys, [readDelivery(keys, terms, [{ position: 1, value }])], service.now);
      left = one.call('POST', '/me/withdrawal', LEAVE);
      await until(async () => (await app.rows(sql`select from person where wrapped_key is null`)).length > 0);
      await service.turn();
    });
    const { body } = await left!;
    assert.deepEqual(body.erased, ['application', 'phone', 'sessions']);
    const kept = (body.kept as readonly { what: string }[]).map(({ what }) => what);
    assert.deepEqual(kept, ['evidence/health', 'evidence/self']);
    await service.turn();
    assert.equal((await service.current(number))?.colour, 'red');
  });

  test('may apply again, and is somebody new', async () => {
    const one = await citizen({ name: '王安娜', document: resident(ANNA) });
    for (let times = 0; times < 2; times++) {
      assert.deepEqual((await one.call('POST', '/me/code', applicationWith())).body, { status: 'active' });
      assert.equal((await one.call('POST', '/me/withdrawal', LEAVE)).status, 200);
    }
    await one.call('POST', '/me/code', applicationWith());
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green');
  });

  test('takes back what they have stated, and is told what authorities keep, how long and why', async () => {
    const one = await citizen({ name: '李波', document: resident(BO) });
    await one.call('POST', '/me/code', applicationWith({ declaration: { ...NOTHING, fever: true } }));
    await service.deliver([recordOf('health', 'C-1', BO, 'case', CASE)]);
    const personId = (await personOfAccount(app, one.session.accountId))!;
    const { body } = await one.call('POST', '/me/withdrawal', LEAVE);
    assert.deepEqual(body.erased, ['application', 'phone', 'sessions']);
    assert.deepEqual(body.kept, [
      { what: 'evidence/health', until: '2022-01-20T12:00:00+08:00', clause: 'D3' },
      { what: 'evidence/self', until: '2022-01-20T12:00:00+08:00', clause: 'D3' },
    ]);
    const own = (await evidenceAbout(app, [personId])).filter(({ source }) => source === 'self');
    assert.deepEqual(own.map(({ standing }) => standing).sort(), ['retracted', 'stated']);
    await service.turn();
    const shown = await service.current(BO);
    assert.deepEqual(
      shown?.grounds.map(({ clause }) => clause),
      ['R2a'],
    );
    assert.equal(await personOfAccount(app, one.session.accountId), undefined);
    assert.equal((await holdingsOf(app, personId))[0]!.reason, 'withdrawn');
  });

  test('leaves it on record who looked', async () => {
    const one = await citizen({ name: '陈', document: resident(CHEN) });
    await one.call('POST', '/me/code', applicationWith());
    await service.turn();
    const installation = { ...{ store: { app }, keys: service.keys(), decision: service.decision } };
    const looking = { actor: 'a-client', authority: 'a client', purpose: 'a test' };
    await lookUp(installation as unknown as Installation, resident(CHEN), looking, service.now);
    const { body } = await one.call('POST', '/me/withdrawal', LEAVE);
    assert.deepEqual(body.kept, [{ what: 'looks', until: '2024-01-20T12:00:00+08:00', clause: 'D4' }]);
    assert.ok(body.erased.includes('person'));
  });

  test('leaves together with whoever they answered for', async () => {
    const parent = await citizen({ name: '董', document: resident(DONG) });
    await parent.call('POST', '/me/code', applicationWith());
    const { reference } = (await parent.call('POST', '/me/wards', {})).body;
    const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
    const { document } = (await clerk().call('POST', '/counter/registrations', child)).body;
    assert.equal((await parent.call('POST', '/me/withdrawal', LEAVE)).status, 200);
    assert.equal((await findPeople(app, service.keys(), [document])).size, 0);
    assert.deepEqual((await parent.call('GET', '/me/wards')).body, { wards: [] });
  });

  test('is gone by the next night when the process dies in between', async () => {
    const one = await citizen({ name: '王安娜', document: resident(ANNA) });
    await one.call('POST', '/me/code', applicationWith());
    const personId = (await personOf(ANNA))!;
    await closePerson(app, personId);
    const other = await citizen({ name: '王安娜', document: resident(ANNA) });
    assert.equal(
      (await other.call('POST', '/me/code', applicationWith())).status,
      503,
      'and until then nobody new',
    );
    assert.equal(await eraseClosedPeople(app, service.database.eraser, () => service.now), 1);
    assert.equal((await other.call('POST', '/me/code', applicationWith())).status, 200);
  });

  test('may leave while they wait, and when they have nothing', async () => {
    const one = await citizen();
    assert.deepEqual((await one.call('POST', '/me/withdrawal', LEAVE)).body.erased, ['sessions']);
    const document = resident(CHEN);
    const { body } = await one.call('POST', '/me/code', applicationWith({ document, name: '陈' }));
    assert.deepEqual((await one.call('POST', '/me/withdrawal', LEAVE)).body.erased, [
      ...['application', 'phone', 'sessions'],
    ]);
    const seen = { reference: body.reference, document, name: '陈' };
    assert.equal((await clerk().call('POST', '/counter/confirmations', seen)).status, 409);
    assert.equal((await one.call('POST', '/me/withdrawal', {})).status, 400, 'not by mistake');
  });

  test('corrects how they are reached, and leaves, only after a fresh sign-in, by whatever way', async () => {
    const one = await citizen({ name: '陈', document: resident(CHEN) });
    await one.call('POST', '/me/code', applicationWith());
    service.now += 301_000;
    const contact = { phone: '13900000009', region: '330106', address: '文三路 2 号' };
    const ways = [
      ['PUT', '/me/contact', contact],
      ['POST', '/me/code', applicationWith({ phone: contact.phone })],
    ] as const;
    for (const [method, path, body] of ways) assert.equal((await one.call(method, path, body)).status, 401);
    assert.equal((await one.call('POST', '/me/code', applicationWith())).status, 200, 'the rest as ever');
    for (const [method, path, body] of ways)
      assert.deepEqual((await again(one).call(method, path, body)).body, { status: 'active' });
    service.now += 301_000;
    assert.equal((await one.call('POST', '/me/withdrawal', LEAVE)).status, 401, 'nothing brings it back');
    assert.equal((await again(one).call('POST', '/me/withdrawal', LEAVE)).status, 200);
    assert.equal((await (await citizen()).call('PUT', '/me/contact', contact)).status, 409);
  });
});
