import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { MyCodeReply, showMyHistory, showMyLooks } from '../../../api/codes/my-code.ts';
import { documentKey } from '../../../domain/people/document.ts';
import { HOUR_MS, printInstant } from '../../../domain/time.ts';
import { onlineGate } from '../../../test/gate.ts';
import { APPLICATION, peopleService, resident } from '../../../test/people-service.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';
import { applyForCode } from '../../applications/apply-for-code.ts';
import { applyingAt } from '../../applications/applying.ts';
import { registerUndocumented } from '../../applications/counter/register-undocumented.ts';
import { askForWard } from '../../applications/holdings/wards.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { sql } from '../../platform/db/sql.ts';
import { addLook } from '../../record/store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const verifiedAs = (number: string) => ({ name: '王小明', document: resident(number) });

describe('whoever shows their code', () => {
  const service = peopleService();
  const ago = (hours: number) => printInstant(service.now() - hours * HOUR_MS);

  test('sees a green one with all that belongs to it', async () => {
    const anna = await service.withCode(resident(ANNA));
    const shown = await anna.myCode();
    assert.ok(Value.Check(MyCodeReply, shown), JSON.stringify([...Value.Errors(MyCodeReply, shown)]));
    assert.deepEqual(
      [shown.status, shown.colour, shown.grounds, shown.ways, shown.degraded, shown.rules],
      ['active', 'green', [], [], false, 'zj-2021-01'],
    );
    assert.deepEqual(shown.holder, { name: '**明', document: '339*************11' });
    assert.match(shown.code!.text, /^ZJ1:/);
    assert.ok(shown.places.length > 30);
    assert.ok(shown.places.every(({ outcome }) => outcome === 'allow'));
    const without = await anna.get('/me/code?pass=false');
    const { code: _code, asOf: _asOf, ...same } = shown;
    const { asOf: _later, ...rest } = (await without.json()) as typeof shown;
    assert.deepEqual(rest, same, 'the same without a pass, where none is asked for');
    assert.equal((await anna.get('/me/code?pass=no')).status, 400);
  });

  test('sees a red one with reasons in words, by whom, and what would turn it green and when', async () => {
    const bo = await service.withCode(resident(BO));
    // Their history begins green.
    await service.settled();
    const [sampledAt, reportedAt] = [ago(20), ago(10)];
    await service.deliver([
      recordOf('laboratory', 'P-1', BO, 'nat', {
        sampledAt,
        reportedAt,
        result: 'positive',
      }),
    ]);
    const shown = await bo.myCode();
    assert.ok(Value.Check(MyCodeReply, shown), JSON.stringify([...Value.Errors(MyCodeReply, shown)]));
    assert.equal(shown.colour, 'red');
    const [ground] = shown.grounds;
    assert.deepEqual(ground, {
      clause: 'R2g',
      colour: 'red',
      words: { zh: '核酸检测阳性，待判定', en: 'Positive test, case not yet decided' },
      since: reportedAt,
      until: null,
      authority: { id: 'laboratory', words: { zh: '检测机构', en: 'Laboratory' } },
    });
    const [way] = shown.ways;
    assert.deepEqual(way?.needs, ['negative-test', 'second-negative-test']);
    assert.ok(Math.abs(Date.parse(way!.at!) - service.now() - 24 * HOUR_MS) < 60_000);
    const outcomes = new Map(shown.places.map(({ venue, outcome }) => [venue, outcome]));
    assert.deepEqual([outcomes.get('school'), outcomes.get('fever-clinic')], ['deny', 'allow']);
    assert.doesNotMatch(JSON.stringify(shown), /P-1/);
  });

  test('sees a yellow one that may ride with a mask on', async () => {
    const chen = await service.withCode(resident(CHEN));
    await service.deliver([recordOf('health', 'F-1', CHEN, 'symptom', { fever: true, from: ago(5) })]);
    const { colour, places, ways } = await chen.myCode();
    assert.equal(colour, 'yellow');
    assert.equal(places.find(({ venue }) => venue === 'metro')?.outcome, 'allow-if-masked');
    assert.deepEqual(
      ways.map(({ needs, at }) => [needs.join(), at === null]),
      [
        ['time', false],
        ['negative-test', true],
        ['fever-gone', true],
      ],
    );
  });

  test('sees every colour that they had, the latest first, page by page', async () => {
    const bo = await service.withCode(resident(BO));
    await service.settled();
    await service.deliver([
      recordOf('laboratory', 'P-1', BO, 'nat', undefined, { version: 2, retracted: true }),
    ]);
    await service.settled();
    const seen: { colour: string; grounds: { words: { en: string } }[] }[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = (await (await bo.get(`/me/history?limit=1${next && `&cursor=${next}`}`)).json()) as Static<
        typeof showMyHistory.reply
      >;
      assert.ok(Value.Check(showMyHistory.reply, page));
      seen.push(...page.items);
      next = page.next;
    }
    assert.deepEqual(
      seen.slice(0, 2).map(({ colour }) => colour),
      ['green', 'red'],
    );
    assert.match(seen[1]!.grounds[0]!.words.en, /positive/i);
    assert.equal((await bo.get('/me/history?cursor=eyJhIjoxfQ')).status, 400);
  });

  test('sees who looked: authority, purpose, time, page by page; nobody sees that of another', async () => {
    const [anna, bo] = [await service.withCode(resident(ANNA)), await service.withCode(resident(BO))];
    const { app } = service.installation.store;
    const now = service.now();
    for (const i of [1, 2, 3])
      await addLook(app, {
        personId: anna.session.personId!,
        lookId: `00000000-0000-7000-8000-00000000000${i}`,
        // Two of them in the same moment.
        lookedAt: now - Math.min(i, 2),
        actor: 'desk-7',
        authority: 'Street office',
        purpose: `call ${i}`,
        subject: 'assessment',
        eraseAfter: service.now() + 1_000_000,
      });
    const pages: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await (await anna.get(`/me/looks?limit=1${cursor}`)).json();
      assert.ok(Value.Check(showMyLooks.reply, page));
      pages.push(...page.items.map(({ authority, purpose }) => `${authority}: ${purpose}`));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
    assert.deepEqual(
      pages,
      [1, 2, 3].map((i) => `Street office: call ${i}`),
    );
    assert.deepEqual(await (await bo.get('/me/looks')).json(), { items: [], next: null });
  });

  test('sees who looked at them under a second document, as long as it is one of theirs', async () => {
    const { installation } = service;
    const { app } = installation.store;
    const anna = await service.withCode(resident(ANNA));
    const passport = { type: 'passport', number: 'E77777701', issuer: 'FRA' } as const;
    await service.deliver([
      {
        ...recordOf('health', 'F-7', ANNA, 'symptom', { fever: true, from: ago(900) }),
        person: { document: passport },
      },
    ]);
    const personId = (await findPeople(app, installation.keys, [passport])).get(documentKey(passport))!;
    const now = service.now();
    const look = { personId, lookId: randomUUID(), lookedAt: now, actor: 'desk-8', authority: 'Border' };
    await addLook(app, { ...look, purpose: 'entry', subject: 'assessment', eraseAfter: now + HOUR_MS });
    const purposes = async () => {
      const page = (await (await anna.get('/me/looks')).json()) as Static<typeof showMyLooks.reply>;
      return page.items.map(({ purpose }) => purpose);
    };
    assert.ok(!(await purposes()).includes('entry'));
    const same = { document: resident(ANNA), sameAs: passport };
    const record = recordOf('border', 'S-7', ANNA, 'identity', same);
    await service.deliver([record]);
    assert.ok((await purposes()).includes('entry'));
  });

  test('sees a code that they have claimed as soon as nobody has contested it in time', async () => {
    const eve = '339900199001010062';
    const [first, verified] = [await service.withCode(resident(eve)), verifiedAs(eve)];
    const elsewhere = await service.signIn('elsewhere', verified);
    const applying = applyingAt(service.installation, service.now);
    assert.equal((await applyForCode(applying, elsewhere.session, APPLICATION)).status, 'pending');
    assert.equal((await elsewhere.myCode()).status, 'pending');
    service.pass(72 * HOUR_MS);
    const { status, colour, holder } = await (await service.signIn('elsewhere', verified)).myCode();
    assert.deepEqual([status, colour, holder?.name], ['active', 'green', '**明']);
    assert.equal((await first.get('/me/code')).status, 401);
    assert.equal((await (await service.signIn(eve, verified)).myCode()).status, 'none');
  });

  test('sees that of a child for whom they answer, and nobody else does', async () => {
    const [anna, bo] = [await service.withCode(resident(ANNA)), await service.withCode(resident(BO))];
    const applying = applyingAt(service.installation, service.now);
    const { reference } = await askForWard(applying, anna.session);
    const clerk = { accountId: randomUUID(), authority: 'A counter', territory: '3301' };
    const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
    const document = await registerUndocumented(applying, clerk, child);
    const { wards } = (await (await anna.get('/me/wards')).json()) as { wards: { personId: string }[] };
    const path = `/me/wards/${wards[0]!.personId}/code`;
    const show = async () => (await (await anna.get(path)).json()) as MyCodeReply;
    const green = await show();
    assert.ok(Value.Check(MyCodeReply, green), JSON.stringify([...Value.Errors(MyCodeReply, green)]));
    assert.deepEqual([green.status, green.colour, green.holder?.name], ['active', 'green', '*明']);
    const gate = await onlineGate(service, 'school');
    assert.equal((await gate(green.code!.text)).outcome, 'allow');
    const fever = recordOf('health', 'F-9', ANNA, 'symptom', { fever: true, from: ago(5) });
    await service.deliver([{ ...fever, person: { document } }]);
    assert.deepEqual([(await show()).colour, (await anna.myCode()).colour], ['yellow', 'green']);
    assert.equal((await gate(green.code!.text)).outcome, 'deny');
    assert.equal((await gate((await anna.myCode()).code!.text)).outcome, 'allow');
    for (const [who, asked] of [
      [bo, path],
      [await service.signIn('nobody'), path],
      [anna, `/me/wards/${bo.session.personId}/code`],
      [anna, `/me/wards/${anna.session.personId}/code`],
    ] as const)
      assert.equal((await who.get(asked)).status, 404);
  });

  test('sees that there is no code yet, and nothing about any document', async () => {
    const stranger = await service.signIn('somebody');
    const shown = await stranger.myCode();
    const { asOf, ...rest } = shown;
    assert.ok(Value.Check(MyCodeReply, shown));
    assert.deepEqual(rest, {
      ...{ status: 'none', notices: [], degraded: false },
      ...{ grounds: [], ways: [], advisories: [], places: [], nextChangeAt: null },
    });
    assert.equal((await stranger.get('/me/history')).status, 200);
    assert.equal((await fetch(`${service.url}/api/v1/me/code`)).status, 401);
  });

  test('is told that something is late while the clock of the service is off that of its database', async () => {
    const anna = await service.withCode(resident(ANNA));
    for (const [off, isLate] of [
      [90_000, true],
      [-180_000, true],
      [90_000, false],
    ] as const) {
      service.drift(off);
      await until(async () => (await anna.myCode()).degraded === isLate);
    }
  });

  test('is told that nothing can be said, and never a colour, when something about them cannot be read', async () => {
    const ding = await service.withCode(resident(DING));
    await service.deliver([recordOf('health', 'F-2', DING, 'symptom', { fever: true, from: ago(5) })]);
    await service.settled();
    await service.installation.store.owner.change(
      sql`update evidence set sealed_data = sealed_data || '\\x00' where record_id = 'F-2'`,
    );
    const response = await ding.get('/me/code');
    assert.equal(response.status, 503);
    assert.doesNotMatch(await response.text(), /"colour"|yellow|green|red"/);
    assert.ok(Number(response.headers.get('retry-after')) > 0);
  });
});
