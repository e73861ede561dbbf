import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { readText } from '../../credential/read.ts';
import { DAY_MS } from '../../domain/time.ts';
import { hintMatches } from '../../gate/hint.ts';
import { verify } from '../../gate/verify.ts';
import { type Answered, doorService, verifier } from '../../test/http/door-service.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { takeCode } from '../applications/holdings/bind-person.ts';
import { lastHolding } from '../applications/holdings/store.ts';
import { type CardParts, cardPartsAt } from '../passes/cards/card-parts.ts';
import { cancelAtCounter, issueAtCounter } from '../passes/cards/counter-cards.ts';
import { openTrust } from '../passes/trust/open-trust.ts';
import { trustIn } from '../passes/trust/trust-folder.ts';

const NUMBERS = numbersApart(20);
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const said = ({ body }: Answered) => `${body.outcome} ${body.clause}`;
const identityVerified = true;

describe('a card at a door', () => {
  const doors = doorService();
  const { record } = doors;
  let parts: CardParts | undefined;
  before(async () => {
    const trust = await openTrust(record.database.app, trustIn(record.keysFolder), record.now);
    const installation = { store: record.database, keys: record.keys(), trust, rules: { numberAt: () => 1 } };
    const at = installation as unknown as Parameters<typeof cardPartsAt>[0];
    parts = cardPartsAt(
      at,
      doors.issued,
      () => record.now,
      () => {},
    );
  });
  const clerk = () => ({ accountId: randomUUID(), authority: '便民服务中心' });
  const brought = (number: string) => ({ document: resident(number), reason: '无手机的老人来窗口办理' });
  const cardOf = async (number: string) =>
    (await issueAtCounter(parts!, clerk(), { ...brought(number), name: '王安娜' })).text;

  test('of somebody without an account asks for an identity check, and opens by the colour of this moment', async () => {
    const number = NUMBERS.pop()!;
    const code = await cardOf(number);
    const market = await doors.device({ category: 'farmers-market' });
    assert.equal((await market({ code })).body.outcome, 'ask-staff');
    assert.equal((await market({ code, identityVerified })).body.outcome, 'allow');
    await doors.colour(number, 'yellow');
    assert.equal((await market({ code, identityVerified })).body.outcome, 'deny');
    const bus = await doors.device({ category: 'bus' });
    assert.equal((await bus({ code, identityVerified })).body.outcome, 'allow-if-masked');
    await doors.colour(number, 'red');
    assert.equal((await bus({ code, identityVerified })).body.outcome, 'deny');
    assert.equal(
      (await bus({ code })).body.outcome,
      'ask-staff',
      'nobody learns the colour by the paper alone',
    );
  });

  test('opens nothing once it was replaced, cancelled, or its thirty days are over', async () => {
    const number = NUMBERS.pop()!;
    const gate = await doors.device({ category: 'farmers-market' });
    const [first, second] = [await cardOf(number), await cardOf(number)];
    assert.equal(said(await gate({ code: first, identityVerified })), 'not-found S10');
    assert.equal((await gate({ code: second, identityVerified })).body.outcome, 'allow');
    await cancelAtCounter(parts!, clerk(), brought(number));
    assert.equal(said(await gate({ code: second, identityVerified })), 'not-found S10');
    const third = await cardOf(number);
    record.now += 30 * DAY_MS;
    const later = await doors.again(gate);
    assert.equal((await later({ code: third, identityVerified })).body.outcome, 'expired');
    record.now -= 30 * DAY_MS;
  });

  test('opens nothing once the code has moved to another account', async () => {
    const number = NUMBERS.pop()!;
    const personId = await doors.hold(number, randomUUID());
    const code = await cardOf(number);
    const gate = await doors.device({ category: 'farmers-market' });
    assert.equal((await gate({ code, identityVerified })).body.outcome, 'allow');
    const { app } = record.database;
    await app.transaction(async (db) => takeCode(db, (await lastHolding(db, personId))!, record.now));
    assert.equal(said(await gate({ code, identityVerified })), 'not-found S10');
  });

  test('in the hand of somebody else does not fit their document', async () => {
    const [number, other] = [NUMBERS.pop()!, NUMBERS.pop()!];
    const opened = readText(await cardOf(number), parts!.trustKeys(), record.now, verify);
    assert.ok(opened.kind === 'opened');
    assert.ok(hintMatches(opened.pass, resident(number)));
    assert.ok(!hintMatches(opened.pass, resident(other)));
  });

  test('counts as a code that is held, also for whoever brings the document without the card', async () => {
    const number = NUMBERS.pop()!;
    const staff = doors.askAs(verifier());
    const check = {
      document: resident(number),
      venue: 'farmers-market',
      identityVerified,
      reason: '老人未带卡',
    };
    assert.equal((await staff(check)).body.outcome, 'ask-staff', 'nobody is known');
    await cardOf(number);
    assert.equal((await staff(check)).body.outcome, 'allow', 'before anybody has concluded anything');
    await record.turn();
    assert.equal((await staff(check)).body.outcome, 'allow');
  });

  test('with any changed character is no card', async () => {
    const code = await cardOf(NUMBERS.pop()!);
    const gate = await doors.device({ category: 'farmers-market' });
    for (const at of [4, 40, Math.floor(code.length / 2), code.length - 1]) {
      const changed = code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1);
      assert.equal((await gate({ code: changed, identityVerified })).body.outcome, 'unreadable', `at ${at}`);
    }
  });

  test('leaves nothing personal in the log', () => {
    const log = doors.lines.join('\n');
    for (const word of ['ZJ1:', '王安娜', '**娜', ...numbersApart(20)]) assert.ok(!log.includes(word), word);
  });
});
