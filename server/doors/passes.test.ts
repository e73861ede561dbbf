import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodeBase45, encodeBase45 } from '../../credential/base45.ts';
import type { Pass } from '../../credential/pass.ts';
import { encodePass } from '../../credential/passes.ts';
import { passText } from '../../credential/show.ts';
import { epochAt } from '../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { DAY_MS } from '../../domain/time.ts';
import { type Answered, type Ask, doorService } from '../../test/http/door-service.ts';
import { makePhoneKey, showBy } from '../../test/phone.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { addSlot, endSlot } from '../passes/slots/add-slot.ts';
import { sql, time } from '../platform/db/sql.ts';

const NUMBERS = numbersApart(20);
const [A, B, C, D, E, F, G, H] = NUMBERS as [string, string, string, string, string, string, string, string];
const said = ({ status, body }: Answered) =>
  status === 200 ? `${body.outcome} ${body.clause}` : `${status} ${body.code}`;

describe('a pass at a door', () => {
  const doors = doorService();
  const { record } = doors;
  const { app } = record.database;
  const document = (number: string) => ({ type: 'resident-id', number }) as const;
  const epoch = () => epochAt(record.now, USUAL_PARAMETERS);

  /** A phone of somebody who has a code, with others whose codes the same account shows, or the one that is named. */
  async function phoneOf(number: string, others: readonly string[] = [], accounts: readonly string[] = []) {
    const accountId = randomUUID();
    const personId = await doors.hold(number, accountId);
    const bearer = { personId, kind: 'phone', bearerId: randomUUID() } as const;
    const slot = await addSlot(app, bearer, record.now);
    const companions = await Promise.all(
      others.map(async (other, i) => {
        const companion = await doors.hold(other, accounts[i] ?? accountId);
        return { slot: await doors.issued.passes.slots.personSlot(companion), document: document(other) };
      }),
    );
    const key = makePhoneKey();
    const holderKey = Buffer.from(key.publicKey, 'base64url');
    const bearers = [{ slot, document: document(number) }, ...companions] as const;
    const passOf = (ahead: number) =>
      doors.issued.passes.issuing.bound(bearers, { holderKey, epoch: epoch() + ahead }, record.now);
    const pass = await passOf(0);
    return { personId, slot, key, pass, passOf, show: () => showBy(key, pass, record.now) };
  }

  async function at(milliseconds: number, work: () => Promise<void>): Promise<void> {
    record.now += milliseconds;
    try {
      await work();
    } finally {
      record.now -= milliseconds;
    }
  }

  test('shown by a phone opens by the colour of this moment', async () => {
    const gate = await doors.device({ category: 'school' });
    const { show } = await phoneOf(A);
    assert.equal(said(await gate({ code: show() })), 'allow M12');
    await doors.colour(A, 'yellow');
    assert.equal(said(await gate({ code: show() })), 'deny M8');
    await doors.colour(A, 'red');
    assert.equal(said(await gate({ code: show() })), 'deny M6');
  });

  test('shown a quarter of a minute ago is an old picture', async () => {
    const gate = await doors.device({ category: 'park' });
    const { key, pass } = await phoneOf(B);
    const rows = [
      [0, 'allow M12', /./],
      [14, 'allow M12', /./],
      [15, 'expired S7', /old/],
      [20, 'expired S7', /old/],
      [600, 'expired S7', /10 minutes/],
      [-5, 'allow M12', /./],
      [-6, 'expired S7', /clock.*6 seconds ahead/],
      [-600, 'expired S7', /clock.*10 minutes ahead/],
    ] as const;
    for (const [seconds, expected, words] of rows) {
      const answered = await gate({ code: showBy(key, pass, record.now - seconds * 1_000) });
      assert.equal(said(answered), expected, `${seconds} s`);
      assert.match(answered.body.reason.en, words);
    }
  });

  test('that no phone shows, or another one, is none', async () => {
    const gate = await doors.device({ category: 'park' });
    const { pass } = await phoneOf(C);
    const answered = await gate({ code: passText(pass) });
    assert.equal(said(answered), 'unreadable S7');
    assert.match(answered.body.reason.en, /Not shown by the phone/);
    assert.equal(said(await gate({ code: showBy(makePhoneKey(), pass, record.now) })), 'unreadable S7');
  });

  test('of a phone that was removed opens nothing, and of the others it does', async () => {
    const gate = await doors.device({ category: 'park' });
    const [removed, other] = [await phoneOf(D), await phoneOf(D)];
    assert.equal(said(await gate({ code: removed.show() })), 'allow M12');
    await endSlot(app, removed.personId, removed.slot, record.now);
    assert.equal(said(await gate({ code: removed.show() })), 'not-found S10');
    assert.equal(said(await gate({ code: other.show() })), 'allow M12');
  });

  test('of another epoch opens nothing', async () => {
    const gate = await doors.device({ category: 'park' });
    const phone = await phoneOf(E);
    const coming = await phone.passOf(1);
    assert.equal(said(await gate({ code: showBy(phone.key, coming, record.now) })), 'expired S7');
    await at(6 * 3_600_000, async () => {
      // Its token has ended by then.
      const later = await doors.again(gate);
      assert.equal(said(await later({ code: showBy(phone.key, phone.pass, record.now) })), 'expired S7');
      assert.equal(said(await later({ code: showBy(phone.key, coming, record.now) })), 'allow M12');
    });
  });

  test('opens nothing with any byte flipped', async () => {
    const gate = await doors.device({ category: 'park' });
    const { show } = await phoneOf(F);
    for (const code of [await doors.codeOf(F), show()]) {
      assert.equal(said(await gate({ code })), 'allow M12');
      const bytes = decodeBase45(code.slice(4))!;
      for (let i = 0; i < bytes.length; i += 3) {
        const flipped = Uint8Array.from(bytes);
        flipped[i]! ^= 1 << (i % 8);
        const { body } = await gate({ code: `ZJ1:${encodeBase45(flipped)}` });
        assert.ok(['unreadable', 'expired'].includes(body.outcome), `byte ${i}: ${body.outcome}`);
      }
    }
  });

  test('with a colour inside that is lighter than the colour now opens nothing more', async () => {
    const gate = await doors.device({ category: 'school' });
    const code = await doors.codeOf(G);
    assert.equal(said(await gate({ code })), 'allow M12');
    await doors.colour(G, 'red');
    assert.equal(said(await gate({ code })), 'deny M6');
  });

  test('of a group opens by the heaviest, and says what holds for each', async () => {
    const [holder, child, other] = NUMBERS.slice(8, 11) as [string, string, string];
    const gate = await doors.device({ category: 'school' });
    const { show } = await phoneOf(holder, [child, other]);
    const allowed = { outcome: 'allow', clause: 'M12' };
    const first = await gate({ code: show() });
    assert.deepEqual([said(first), first.body.members], ['allow M12', [allowed, allowed, allowed]]);
    await doors.colour(child, 'yellow');
    const { body } = await gate({ code: show() });
    assert.deepEqual(body.members, [allowed, { outcome: 'deny', clause: 'M8' }, allowed]);
    assert.deepEqual([body.outcome, body.clause], ['deny', 'M8']);
    await doors.colour(other, 'red');
    assert.equal(said(await gate({ code: show() })), 'deny M6');
  });

  test('of a group with somebody whose code another account shows by now, or none, is of nobody', async () => {
    const [holder, child, second, third] = NUMBERS.slice(11, 15) as [string, string, string, string];
    const gate = await doors.device({ category: 'park' });
    const taken = await phoneOf(holder, [child], [randomUUID()]);
    assert.equal(said(await gate({ code: taken.show() })), 'not-found S10');
    const left = await phoneOf(second, [third]);
    assert.equal(said(await gate({ code: left.show() })), 'allow M12');
    await app.change(sql`
      insert into holding_end (person_id, number, reason, ended_at, erase_after)
      values (${await doors.personOf(third)}, 1, 'taken-over', ${time(record.now)}, ${time(record.now)})
    `);
    assert.equal(said(await gate({ code: left.show() })), 'not-found S10');
  });

  test('on paper asks for the identity, and dies with its card', async () => {
    const gate = await doors.device({ category: 'school' });
    const personId = await doors.hold(H);
    const cardId = randomUUID();
    const slot = await addSlot(app, { personId, kind: 'card', bearerId: cardId }, record.now);
    const issuedAt = Math.floor(record.now / 1_000) * 1_000;
    const card = {
      index: doors.issued.indexes.cardIndexOf(slot),
      hint: 1,
      rules: 1,
      name: '**明',
      birthYear: 1950,
    };
    const pass: Pass = { form: 'paper', ...card, issuedAt, expiresAt: issuedAt + 30 * DAY_MS };
    const code = passText(await doors.issued.signing.sign('pass', encodePass(pass)));
    const ask: Ask = (rest) => gate({ code, ...rest });
    assert.equal(said(await ask({})), 'ask-staff S10');
    assert.equal(said(await ask({ identityVerified: true })), 'allow M12');
    await doors.colour(H, 'red');
    assert.equal(said(await ask({})), 'ask-staff S10');
    assert.equal(said(await ask({ identityVerified: true })), 'deny M6');
    await at(30 * DAY_MS, async () => {
      const later = await doors.again(gate);
      assert.equal(said(await later({ code, identityVerified: true })), 'expired S7');
    });
    await endSlot(app, personId, slot, record.now);
    assert.equal(said(await ask({ identityVerified: true })), 'not-found S10');
  });

  test('of an index that nobody bears is of nobody, whoever signed it', async () => {
    const gate = await doors.device({ category: 'park' });
    const issuedAt = Math.floor(record.now / 1_000) * 1_000;
    for (const index of [doors.issued.indexes.indexOf(epoch(), 1_000_000)!, 2 ** 31]) {
      const inside = { index, hint: 1, rules: 1, colour: 'green' } as const;
      const pass: Pass = {
        form: 'online',
        epoch: epoch(),
        ...inside,
        issuedAt,
        expiresAt: issuedAt + 60_000,
      };
      const code = passText(await doors.issued.signing.sign('pass', encodePass(pass)));
      assert.equal(said(await gate({ code })), 'not-found S10');
    }
  });
});
