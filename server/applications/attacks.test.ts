import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { before, describe, test } from 'node:test';
import type { Application } from '../../api/applications/applications.ts';
import { applicationWith, applyingService, NOTHING } from '../../test/applying.ts';
import { leastOf } from '../../test/durations.ts';
import { everythingStored } from '../../test/histories/everything-stored.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { personOfAccount } from '../accounts/store.ts';
import { evidenceAbout } from '../evidence/store.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { applyForCode } from './apply-for-code.ts';
import { noticesOf } from './notices/notices.ts';
import { applicationOf, readApplication } from './read-application.ts';
import { MOST_VERSIONS_A_DAY } from './write-application.ts';

const [KNOWN, BOUND, UNKNOWN, OTHER] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const typed = (number: string) => applicationWith({ document: resident(number), name: '王安娜' });
const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };

describe('a stranger who types the number of somebody else', () => {
  const { service, citizen } = applyingService();
  const { app, owner } = service.database;
  const count = async () => {
    const tables = [...(await everythingStored(owner)).keys()].sort();
    const counts = tables.map(async (table) => {
      const [row] = await owner.rows<{ count: number }>(script(`select count(*) as count from ${table}`));
      return [table, row!.count] as const;
    });
    return new Map(await Promise.all(counts));
  };
  let holder: Awaited<ReturnType<typeof citizen>>;

  before(async () => {
    await service.deliver([recordOf('health', 'C-1', KNOWN, 'case', CASE)]);
    holder = await citizen({ name: '李波', document: resident(BOUND) });
    await holder.call('POST', '/me/code', applicationWith());
    await service.turn();
  });

  test('gets the same answer and leaves the same behind, whatever is known about it', async () => {
    const traces = [];
    for (const number of [KNOWN, BOUND, UNKNOWN]) {
      const before = await count();
      const one = await citizen();
      const { status, body } = await one.call('POST', '/me/code', typed(number));
      const after = await count();
      const grown = [...after].map(([table, rows]) => [table, rows - before.get(table)!] as const);
      const changed = grown.filter(([, more]) => more !== 0);
      traces.push({ status, shape: { ...body, reference: body.reference.length }, changed });
    }
    assert.deepEqual(traces[1], traces[0]);
    assert.deepEqual(traces[2], traces[0]);
    const tables = traces[0]!.changed.map(([table]) => table);
    assert.deepEqual(
      tables.filter((table) => !/^(?:account|application)/.test(String(table))),
      [],
    );
    assert.equal((await findPeople(app, service.keys(), [resident(UNKNOWN)])).size, 0);
  });

  test('shows nobody’s code, and whoever does is not told and loses nothing', async () => {
    const one = await citizen();
    await one.call('POST', '/me/code', typed(BOUND));
    assert.equal(await personOfAccount(app, one.session.accountId), undefined);
    await one.call('PUT', '/me/declaration', { ...NOTHING, fever: true });
    const personId = (await personOfAccount(app, holder.session.accountId))!;
    assert.deepEqual(await evidenceAbout(app, [personId]), [], 'nothing is stated about them');
    assert.deepEqual(await noticesOf(app, holder.session.accountId), []);
    await one.call('POST', '/me/withdrawal', { confirm: true });
    assert.equal(await personOfAccount(app, holder.session.accountId), personId);
  });

  test('learns nothing from how long the answer takes', async () => {
    const ratio = async () => {
      const times = new Map<string, number[]>([KNOWN, BOUND, UNKNOWN].map((number) => [number, []]));
      for (let round = 0; round < 25; round++)
        for (const [number, taken] of times) {
          const one = await citizen();
          const begun = performance.now();
          await one.call('POST', '/me/code', typed(number));
          taken.push(performance.now() - begun);
        }
      const medians = [...times.values()].map((taken) => taken.sort((a, b) => a - b)[12]!);
      return Math.max(...medians) / Math.min(...medians);
    };
    const least = await leastOf(2, ratio);
    assert.ok(least < 2, `${least} times as long`);
  });

  test('gets no code by the phone of somebody else either', async () => {
    const one = await citizen();
    const { body } = await one.call(
      'POST',
      '/me/code',
      applicationWith({ phone: '13900000001', document: resident(OTHER), name: 'x' }),
    );
    assert.equal(body.status, 'pending');
    assert.deepEqual(await noticesOf(app, holder.session.accountId), []);
    const shown = await applicationOf(app, service.keys(), holder.session.accountId, service.now);
    assert.equal(shown.status, 'active');
  });

  test('is not believed for what they claim with a document of their own', async () => {
    const one = await citizen({ name: 'x', document: resident(OTHER) });
    const { body } = await one.call('POST', '/me/code', typed(BOUND));
    assert.equal(body.status, 'active');
    const personId = await personOfAccount(app, one.session.accountId);
    assert.equal(personId, (await findPeople(app, service.keys(), [resident(OTHER)])).values().next().value);
    assert.notEqual(personId, await personOfAccount(app, holder.session.accountId));
  });
});

describe('a request', () => {
  const { service, citizen, applying } = applyingService();
  const { app } = service.database;
  const anna = { name: '王安娜', document: resident(KNOWN) };
  const dueOf = async (personId: string) =>
    (await app.rows(sql`select 1 from due where person_id = ${personId} and due_at <= now()`)).length;

  const TEXTS = [
    '<script>alert(1)</script>',
    '"\'; drop table person; --',
    '\u202egnp.exe\u2066',
    '\u0000\u0007\u001b[2J\u009b',
    '\ud800',
    '😀'.repeat(50),
  ];
  for (const text of TEXTS)
    test(`holds text and nothing else: ${JSON.stringify(text).slice(0, 40)}`, async () => {
      const one = await citizen();
      const stay = { region: '330106', place: text, from: '2021-01-19T08:00:00+08:00' };
      const declaration = { ...NOTHING, stays: [stay] };
      const stated = { document: anna.document, name: text, address: text, declaration };
      const { status } = await one.call('POST', '/me/code', applicationWith(stated));
      assert.equal(status, 200);
      const read = await readApplication(app, service.keys(), one.session.accountId, service.now);
      const { name, address, declaration: kept } = read!.opened!.content;
      assert.deepEqual([name, address, kept.stays[0]!.place], [text, text, text]);
      const number = `E9${TEXTS.indexOf(text)}`;
      const verified = await citizen({ name: text, document: { type: 'passport', number, issuer: 'D' } });
      const applied = { address: text, declaration };
      const { body } = await verified.call('POST', '/me/code', applicationWith(applied));
      assert.equal(body.status, 'active');
      const personId = (await personOfAccount(app, verified.session.accountId))!;
      assert.equal((await evidenceAbout(app, [personId])).length, 1);
      await service.turn();
      assert.equal(await dueOf(personId), 0, 'a colour is concluded from it');
    });

  test('is held to lengths', async () => {
    const one = await citizen();
    for (const change of [{ name: 'x'.repeat(101) }, { address: 'x'.repeat(201) }, { phone: '1'.repeat(21) }])
      assert.equal((await one.call('POST', '/me/code', { ...typed(KNOWN), ...change })).status, 400);
    const { status, body } = await one.call('POST', '/me/code', `{"name":"${'x'.repeat(1 << 17)}"}`);
    assert.deepEqual([status, body.code], [413, 'too-large']);
  });

  test('of two accounts at once for one document binds one of them', async () => {
    const verified = { name: 'x', document: resident(BOUND) };
    const both = [await citizen(verified), await citizen(verified)];
    const answers = await Promise.all(both.map((one) => one.call('POST', '/me/code', applicationWith())));
    assert.deepEqual(answers.map(({ body }) => body.status).sort(), ['active', 'pending']);
  });

  test('that comes again with its key gets its reply again, and does nothing', async () => {
    const one = await citizen(anna);
    const key = { 'idempotency-key': 'one-and-the-same' };
    const first = await one.call('POST', '/me/code', applicationWith(), key);
    const { version } = (await readApplication(app, service.keys(), one.session.accountId, service.now))!;
    assert.deepEqual(await one.call('POST', '/me/code', applicationWith(), key), first);
    const after = (await readApplication(app, service.keys(), one.session.accountId, service.now))!;
    assert.equal(after.version, version);
    const other = applicationWith({ region: '330203' });
    assert.equal((await one.call('POST', '/me/code', other, key)).status, 422);
  });

  test('gives no code when what is declared would not count', async () => {
    const verified = { name: '李波', document: resident('339900199001010062') };
    const { session } = await citizen(verified);
    const contracts = { ...applying().contracts, kinds: () => new Map() };
    const body = applicationWith({ declaration: { ...NOTHING, fever: true } }) as Application;
    await assert.rejects(applyForCode({ ...applying(), contracts }, session, body), { code: 'unavailable' });
    assert.equal(await personOfAccount(app, session.accountId), undefined);
    assert.deepEqual(await applyForCode(applying(), session, body), {
      status: 'active',
      holder: { name: '李波' },
    });
  });

  test('is refused when one account states without end', async () => {
    const one = await citizen();
    const statuses = new Set<number>();
    for (let times = 0; times <= MOST_VERSIONS_A_DAY; times++)
      statuses.add((await one.call('POST', '/me/code', typed(KNOWN))).status);
    assert.deepEqual([...statuses], [200, 429]);
  });
});
