import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Static } from 'typebox';
import type { listWards } from '../../api/applications/wards.ts';
import type { MyCodeReply } from '../../api/codes/my-code.ts';
import { DAY_MS } from '../../domain/time.ts';
import { applicationWith, daysBefore, NOTHING } from '../../test/applying.ts';
import { identityProvider, signIn } from '../../test/identity.ts';
import { runningService } from '../../test/running-service.ts';
import { until } from '../../test/until.ts';
import { startNights } from '../nights.ts';
import { closePerson } from '../people/erasing/store.ts';
import { sql } from '../platform/db/sql.ts';
import { createLog } from '../platform/log/log.ts';

describe('on the whole service, with people who really sign in,', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  let citizen: string;

  before(async () => {
    citizen = await signIn(service.url, 'sun-yue');
  });

  async function ask(cookie: string, method: string, path: string, body: unknown) {
    const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    const url = `${service.url}/api/v1${path}`;
    const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  test('a verified document gives a code, and what is declared its colour', async () => {
    const stay = { region: '330106', from: daysBefore(Date.now(), 3) };
    const declaration = { ...NOTHING, fever: true, stays: [stay] };
    const { status, body } = await ask(citizen, 'POST', '/me/code', applicationWith({ declaration }));
    assert.deepEqual([status, body], [200, { status: 'active' }]);
    await service.settled();
    const { app } = service.installation.store;
    const rows = await app.rows(sql`
      select colour from assessment
       where person_id = (select person_id from account where person_id is not null)
       order by number desc limit 1
    `);
    assert.deepEqual(rows, [{ colour: 'yellow' }]);
  });

  test('a counter confirms what somebody without a verified document has typed', async () => {
    const one = await signIn(service.url, 'gao-yuan');
    const document = { type: 'passport', number: 'E99999903', issuer: 'D' };
    const applied = await ask(one, 'POST', '/me/code', applicationWith({ document, name: 'Jane' }));
    assert.equal(applied.body.status, 'pending');
    const staff = await signIn(service.url, 'counter-ningbo', 'staff');
    const seen = { reference: applied.body.reference, document, name: 'Jane Doe' };
    assert.equal((await ask(citizen, 'POST', '/counter/confirmations', seen)).status, 403);
    const confirmed = await ask(staff, 'POST', '/counter/confirmations', seen);
    assert.deepEqual(confirmed, { status: 200, body: { outcome: 'confirmed' } });
    const declared = await ask(one, 'PUT', '/me/declaration', NOTHING);
    assert.deepEqual(declared.body, { status: 'active' });
  });

  test('a child without a document has a code, which only whoever answers for them is shown', async () => {
    const { body: asked } = await ask(citizen, 'POST', '/me/wards', {});
    const clerk = await signIn(service.url, 'counter-hangzhou', 'staff');
    const child = { name: '王宝', bornOn: '2020-12-24', shown: 'certificate of birth' };
    const registered = await ask(clerk, 'POST', '/counter/registrations', {
      reference: asked.reference,
      ...child,
    });
    assert.equal(registered.status, 201);
    const see = async (cookie: string, path: string) => {
      const response = await fetch(`${service.url}/api/v1${path}`, { headers: { cookie } });
      const body = (await response.json()) as Static<typeof listWards.reply> & MyCodeReply;
      return { status: response.status, body };
    };
    const [ward] = (await see(citizen, '/me/wards')).body.wards;
    assert.ok(ward);
    const path = `/me/wards/${ward.personId}/code`;
    const { status, body } = await see(citizen, path);
    assert.deepEqual([status, body.status, body.colour], [200, 'active', 'green']);
    assert.deepEqual(body.holder, { name: ward.name, document: ward.document });
    assert.match(body.code!.text, /^ZJ1:/);
    assert.equal((await see(await signIn(service.url, 'gao-yuan'), path)).status, 404);
    assert.equal((await see(clerk, path)).status, 403);
  });

  test('whoever leaves is signed out', async () => {
    assert.equal((await ask(citizen, 'POST', '/me/withdrawal', { confirm: true })).status, 200);
    const stillIn = async () => (await ask(citizen, 'PUT', '/me/declaration', NOTHING)).status;
    await until(async () => (await stillIn()) === 401);
  });

  test('the night erases what a process that died has left, and grants claims that nobody has contested', async () => {
    const { app } = service.installation.store;
    const again = await signIn(service.url, 'sun-yue');
    assert.equal((await ask(again, 'POST', '/me/code', applicationWith())).body.status, 'active');
    const sun = identity.accounts.find(({ id }) => id === 'sun-yue')!;
    identity.accounts = [...identity.accounts, { ...sun, id: 'sun-yue-elsewhere' }];
    const other = await signIn(service.url, 'sun-yue-elsewhere');
    assert.equal((await ask(other, 'POST', '/me/code', applicationWith())).body.status, 'pending');
    const shown = () =>
      app.rows<{ personId: string; way: string | null }>(sql`
        select h.person_id as "personId", h.way
          from holding h
               left join holding_end e on e.person_id = h.person_id and e.number = h.number
         where e.number is null
         order by h.way
      `);
    const [claimed, confirmed] = await shown();
    assert.deepEqual([claimed!.way, confirmed!.way], ['claims', 'counter']);
    await closePerson(app, confirmed!.personId);
    let ahead = 0;
    const log = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });
    const nights = startNights(service.installation, () => Date.now() + ahead, log, 5);
    ahead = 4 * DAY_MS;
    const settled = [{ personId: claimed!.personId, way: 'recovery' }];
    await until(async () => isDeepStrictEqual(await shown(), settled));
    await nights.stop();
    const people = await app.rows<{ personId: string }>(sql`select person_id as "personId" from person`);
    assert.deepEqual(people, [{ personId: claimed!.personId }]);
  });
});
