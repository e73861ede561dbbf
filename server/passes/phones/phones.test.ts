import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Value } from 'typebox/value';
import { fetchPasses, listPhones, type Phone } from '../../../api/passes/phones.ts';
import type { Part } from '../../../api/route.ts';
import { parseSign1 } from '../../../credential/cose/sign1.ts';
import { decodePass } from '../../../credential/passes.ts';
import { endOfEpoch, epochAt } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { DAY_MS, HOUR_MS, parseInstant } from '../../../domain/time.ts';
import { hintFor } from '../../../gate/hint.ts';
import { onlineGate } from '../../../test/gate.ts';
import { peopleService, resident, type SignedIn } from '../../../test/people-service.ts';
import { testPhone } from '../../../test/phone.ts';
import { numbersApart } from '../../../test/resident-numbers.ts';
import { withWard } from '../../../test/wards.ts';
import { applyForCode } from '../../applications/apply-for-code.ts';
import { applyingAt } from '../../applications/applying.ts';
import { withdraw } from '../../applications/withdraw.ts';
import { sql } from '../../platform/db/sql.ts';
import { bearersOf } from '../slots/store.ts';
import { eraseEndedPhones } from './store.ts';

type Fetched = Part<typeof fetchPasses, 'reply'>;

const NUMBERS = numbersApart(10);

describe('a phone', () => {
  const service = peopleService();
  const somebody = (i: number) => service.withCode(resident(NUMBERS[i]!));
  const phonesOf = async (person: SignedIn): Promise<readonly Phone[]> => {
    const body = (await (await person.get('/me/phones')).json()) as Part<typeof listPhones, 'reply'>;
    assert.ok(Value.Check(listPhones.reply, body), JSON.stringify(body));
    return body.phones;
  };
  const passesIn = ({ passes }: Fetched) =>
    passes.map(({ pass }) => decodePass(parseSign1(Buffer.from(pass, 'base64url'))!.payload)!);

  test('is bound, listed by the name that its owner gave it, and removed', async () => {
    const anna = await somebody(0);
    const [first, second] = [testPhone(), testPhone()];
    const { phoneId } = await first.bind(anna, '小明的手机');
    await second.bind(anna, 'Old one');
    assert.deepEqual(
      (await phonesOf(anna)).map(({ name, lastFetchedAt }) => [name, lastFetchedAt]),
      [
        ['小明的手机', null],
        ['Old one', null],
      ],
    );
    assert.deepEqual(await (await anna.send('DELETE', `/me/phones/${phoneId}`)).json(), {});
    assert.deepEqual(
      (await phonesOf(anna)).map(({ name }) => name),
      ['Old one'],
    );
    assert.equal((await first.fetch(anna, service.now())).status, 404);
    assert.equal((await anna.send('DELETE', `/me/phones/${phoneId}`)).status, 404);
  });

  test('that is bound or removed is told to the account, whatever it looks with', async () => {
    const bo = await somebody(1);
    const { phoneId } = await testPhone().bind(bo);
    const elsewhere = await service.signIn(NUMBERS[1]!, { name: '王小明', document: resident(NUMBERS[1]!) });
    const kinds = async (person: SignedIn) => (await person.myCode()).notices.map(({ kind }) => kind);
    assert.deepEqual(await kinds(elsewhere), ['phone-bound']);
    await elsewhere.send('DELETE', `/me/phones/${phoneId}`);
    assert.deepEqual(await kinds(bo), ['phone-removed', 'phone-bound']);
    const [removed] = (await bo.myCode()).notices;
    assert.match(removed!.words.zh, /移除/);
    assert.match(removed!.words.en, /removed/);
  });

  test('fetches a pass for each epoch, bound to the key that it made for it, without a colour', async () => {
    const chen = await somebody(2);
    const phone = testPhone();
    const { phoneId } = await phone.bind(chen);
    const now = service.now();
    const response = await phone.fetch(chen, now);
    const fetched = (await response.json()) as Fetched;
    assert.ok(Value.Check(fetchPasses.reply, fetched), JSON.stringify(fetched));
    const first = epochAt(now, USUAL_PARAMETERS);
    const asked = phone.askFor(now).keys;
    const listed = (await (await chen.get('/me/phones')).json()) as Part<typeof listPhones, 'reply'>;
    assert.deepEqual(
      listed.epochs.map(({ epoch, endsAt }) => [epoch, parseInstant(endsAt)]),
      passesIn(fetched).map((pass) => ['epoch' in pass && pass.epoch, pass.expiresAt]),
    );
    for (const [i, pass] of passesIn(fetched).entries()) {
      assert.ok(pass.form === 'holder');
      assert.deepEqual([pass.epoch, pass.expiresAt], [first + i, endOfEpoch(first + i, USUAL_PARAMETERS)]);
      assert.equal(Buffer.from(pass.holderKey).toString('base64url'), asked[i]!.publicKey);
      assert.equal(pass.hint, hintFor(pass.epoch, pass.index, resident(NUMBERS[2]!)));
      assert.ok(!('colour' in pass));
    }
    assert.equal(new Set(passesIn(fetched).map((pass) => 'index' in pass && pass.index)).size, 5);
    assert.equal(fetched.showSeconds, USUAL_PARAMETERS.showSeconds);
    assert.ok(fetched.refreshAfterSeconds >= 3 * 3_600 && fetched.refreshAfterSeconds <= 6 * 3_600);
    const slot = await slotOf(chen, phoneId);
    assert.equal((await bearersOf(service.installation.store.app, [slot]))[0]?.bearerId, phoneId);
  });

  const slotOf = async ({ session }: SignedIn, phoneId: string) => {
    const [row] = await service.installation.store.owner.rows<{ slot: number }>(
      sql`select slot from phone where person_id = ${session.personId} and phone_id = ${phoneId}`,
    );
    return row!.slot;
  };

  test('that has ended is erased in the night, and what it shows stays refused', async () => {
    const bo = await somebody(8);
    const [gone, kept] = [testPhone(), testPhone()];
    const { phoneId } = await gone.bind(bo);
    await kept.bind(bo);
    await gone.fetch(bo, service.now());
    await bo.send('DELETE', `/me/phones/${phoneId}`);
    const { app, eraser } = service.installation.store;
    await eraseEndedPhones(eraser, service.now() + 1);
    const rows = await app.rows<{ phone: string }>(sql`
      select phone_id as phone from phone where person_id = ${bo.session.personId}
       union all
      select phone_id from phone_end where person_id = ${bo.session.personId}
    `);
    assert.equal(rows.length, 1);
    assert.ok(rows.every(({ phone }) => phone !== phoneId));
    const gate = await onlineGate(service, 'park');
    assert.equal((await gate(gone.show(service.now()))).outcome, 'not-found');
    assert.equal((await kept.fetch(bo, service.now())).status, 200);
  });

  test('that asks for one epoch only comes back before it is over', async () => {
    const chen = await somebody(2);
    const phone = testPhone();
    await phone.bind(chen);
    const now = service.now();
    const epoch = epochAt(now, USUAL_PARAMETERS);
    const { refreshAfterSeconds } = (await (
      await phone.fetch(chen, now, { epochs: [epoch] })
    ).json()) as Fetched;
    assert.ok(now + refreshAfterSeconds * 1_000 < endOfEpoch(epoch, USUAL_PARAMETERS));
  });

  test('is seen to have fetched, to a day', async () => {
    const ding = await somebody(3);
    const phone = testPhone();
    await phone.bind(ding);
    const fetchedAt = async () => (await phonesOf(ding))[0]!.lastFetchedAt;
    await phone.fetch(ding, service.now());
    const first = await fetchedAt();
    assert.ok(first !== null);
    service.pass(2 * HOUR_MS);
    await phone.fetch(ding, service.now());
    assert.equal(await fetchedAt(), first);
    service.pass(DAY_MS);
    const later = await service.signIn(NUMBERS[3]!, { name: '王小明', document: resident(NUMBERS[3]!) });
    assert.equal((await phone.fetch(later, service.now())).status, 200);
    assert.equal(Date.parse((await phonesOf(later))[0]!.lastFetchedAt!) - Date.parse(first) >= DAY_MS, true);
  });

  test('bound once more by the same key is the same phone', async () => {
    const anna = await somebody(4);
    const phone = testPhone();
    const [one, again] = [await phone.bind(anna), await phone.bind(anna, 'Another name')];
    assert.deepEqual(again, one);
    assert.equal((await anna.myCode()).notices.length, 1);
  });

  test('shows a child together with whoever answers for them', async () => {
    const anna = await somebody(5);
    const { personId, document } = await withWard(service, anna);
    const phone = testPhone();
    await phone.bind(anna);
    const response = await phone.fetch(anna, service.now(), { companions: [personId] });
    for (const pass of passesIn((await response.json()) as Fetched)) {
      assert.ok(pass.form === 'group');
      assert.deepEqual(
        pass.members.map(({ hint }) => hint),
        [
          hintFor(pass.epoch, pass.members[0]!.index, resident(NUMBERS[5]!)),
          hintFor(pass.epoch, pass.members[1]!.index, document),
        ],
      );
    }
  });

  test('ends when the account shows the code no more: withdrawn, or moved to another account', async () => {
    const [leaver, mover] = [await somebody(6), await somebody(7)];
    const [left, moved] = [testPhone(), testPhone()];
    await left.bind(leaver);
    await moved.bind(mover);
    const applying = applyingAt(service.installation, service.now);
    const verified = { name: '王小明', document: resident(NUMBERS[7]!) };
    await withdraw(applying, leaver.session);
    assert.equal((await left.fetch(leaver, service.now())).status, 401);
    const elsewhere = await service.signIn('elsewhere', verified);
    const application = {
      ...{ phone: '13900000000', region: '330106', address: 'somewhere' },
      declaration: { fever: false, stays: [], contact: false, overseas: false, truthful: true as const },
    };
    await applyForCode(applying, elsewhere.session, application);
    service.pass(72 * HOUR_MS + 1_000);
    const owner = await service.signIn('elsewhere', verified);
    assert.equal((await owner.myCode()).status, 'active');
    assert.deepEqual(await phonesOf(owner), []);
    assert.equal((await moved.fetch(owner, service.now())).status, 404);
    assert.equal((await moved.fetch(mover, service.now())).status, 401);
  });
});
