import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readText } from '../../../credential/read.ts';
import { documentKey } from '../../../domain/people/document.ts';
import { DAY_MS, printInstant } from '../../../domain/time.ts';
import { hintMatches } from '../../../gate/hint.ts';
import { verify } from '../../../gate/verify.ts';
import { applicationWith } from '../../../test/applying.ts';
import { cardService } from '../../../test/card-service.ts';
import { everythingStored } from '../../../test/histories/everything-stored.ts';
import { readPdf } from '../../../test/pdf.ts';
import { numbersApart } from '../../../test/resident-numbers.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { createFindSlots } from '../slots/find-slots.ts';
import { cardsOf } from './store.ts';

const [, BO, , DONG] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;

describe('a printed code', () => {
  const { service, citizen, clerk, again, parts, indexes, trustKeys, withoutSigner, card, sheet, listening } =
    cardService();
  const { app } = service.database;
  const numbers = numbersApart(20);
  /** Somebody new. */
  const withCode = async (number = numbers.pop()!, name = '王安娜') => {
    const one = await citizen({ name, document: resident(number) });
    await one.call('POST', '/me/code', applicationWith());
    return one;
  };
  const personUnder = async (number: string) =>
    (await findPeople(app, service.keys(), [resident(number)])).get(documentKey(resident(number)))!;
  const bearerOf = (text: string) => {
    const opened = readText(text, trustKeys(), service.now, verify);
    assert.ok(opened.kind === 'opened' && opened.pass.form === 'paper', JSON.stringify(opened));
    const slot = indexes().slotOfCard(opened.pass.index);
    return createFindSlots(app, () => service.now).bearerOf(slot);
  };

  test('is issued to whoever shows the code: masked, for thirty days, under a slot of its own', async () => {
    const number = numbers.pop()!;
    const anna = await withCode(number);
    assert.deepEqual((await card(anna, 'GET', '/me/card')).body, { card: null });
    const issued = await card(anna, 'POST', '/me/card', {});
    assert.equal(issued.status, 201);
    const { text, name, birthYear, expiresAt } = issued.body;
    assert.deepEqual([name, birthYear], ['**娜', Number(number.slice(6, 10))]);
    assert.equal(expiresAt, printInstant(service.now + 30 * DAY_MS));
    const opened = readText(text, trustKeys(), service.now, verify);
    assert.ok(opened.kind === 'opened' && opened.pass.form === 'paper');
    assert.deepEqual([opened.pass.name, opened.pass.birthYear], ['**娜', Number(number.slice(6, 10))]);
    assert.ok(hintMatches(opened.pass, resident(number)));
    assert.ok(!hintMatches(opened.pass, resident(BO)), 'a copy in the hand of somebody else');
    const personId = await personOfAccount(app, anna.session.accountId);
    const bearer = await bearerOf(text);
    assert.deepEqual([bearer?.personId, bearer?.kind, bearer?.endedAt], [personId, 'card', undefined]);
    assert.deepEqual((await card(anna, 'GET', '/me/card')).body, { card: issued.body });
    service.now += 30 * DAY_MS;
    const expired = readText(text, trustKeys(), service.now, verify);
    assert.ok(expired.kind === 'refused' && expired.reason === 'expired');
    assert.deepEqual((await card(anna, 'GET', '/me/card')).body, { card: null });
  });

  test('dies when the next one is issued, and when it is cancelled', async () => {
    const anna = await withCode();
    const first = (await card(anna, 'POST', '/me/card', {})).body.text;
    const second = (await card(anna, 'POST', '/me/card', {})).body.text;
    assert.equal((await bearerOf(first))?.endedAt, service.now);
    assert.equal((await bearerOf(second))?.endedAt, undefined);
    assert.equal((await card(anna, 'DELETE', '/me/card')).status, 200);
    assert.equal((await bearerOf(second))?.endedAt, service.now);
    assert.equal((await card(anna, 'DELETE', '/me/card')).status, 200, 'again does no harm');
    const personId = (await personOfAccount(app, anna.session.accountId))!;
    assert.deepEqual(
      (await cardsOf(app, personId)).slice(-2).map(({ reason }) => reason),
      ['replaced', 'cancelled'],
    );
  });

  test('is one at a time, however many are asked for at once', async () => {
    const chen = await withCode();
    const answers = await Promise.all(Array.from({ length: 5 }, () => card(chen, 'POST', '/me/card', {})));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201, 201, 201],
    );
    const cards = await cardsOf(app, (await personOfAccount(app, chen.session.accountId))!);
    assert.equal(cards.filter(({ endedAt }) => endedAt === null).length, 1);
    const live = await Promise.all(answers.map(({ body }) => bearerOf(body.text)));
    assert.equal(live.filter((bearer) => bearer?.endedAt === undefined).length, 1);
  });

  test('asks for a fresh sign-in, a code, and a document that says the year of birth', async () => {
    const none = await citizen({ name: 'x', document: resident(DONG) });
    assert.equal((await card(none, 'POST', '/me/card', {})).status, 409);
    assert.equal((await card(none, 'DELETE', '/me/card')).status, 409);
    const anna = await withCode();
    service.now += 6 * 60_000;
    assert.equal((await card(anna, 'POST', '/me/card', {})).status, 401);
    assert.equal((await card(again(anna), 'POST', '/me/card', {})).status, 201);
    const abroad = await citizen({ name: 'Anna', document: { type: 'passport', number: 'E1', issuer: 'D' } });
    await abroad.call('POST', '/me/code', applicationWith());
    assert.equal((await card(abroad, 'POST', '/me/card', {})).status, 409);
  });

  test('stays as it is while nothing can be signed', async () => {
    const anna = await withCode();
    const { text } = (await card(anna, 'POST', '/me/card', {})).body;
    const refused = await withoutSigner(() => card(anna, 'POST', '/me/card', {}));
    assert.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
    assert.equal((await bearerOf(text))?.endedAt, undefined);
    assert.equal((await card(anna, 'GET', '/me/card')).body.card?.text, text);
  });

  test('of a visitor ends with the visit', async () => {
    const visitor = await citizen({ name: '李波', document: resident(numbers.pop()!) });
    const until = printInstant(service.now + 5 * DAY_MS).slice(0, 10);
    await visitor.call('POST', '/me/code', applicationWith({ until }));
    const { expiresAt } = (await card(visitor, 'POST', '/me/card', {})).body;
    assert.ok(Date.parse(expiresAt) <= service.now + 6 * DAY_MS, expiresAt);
  });

  test('ends when the code is given up, and when it moves to another account', async () => {
    const bo = await withCode(BO, '李波');
    const first = (await card(bo, 'POST', '/me/card', {})).body.text;
    const fresh = await citizen({ name: '李波', document: resident(BO) });
    const { reference } = (await fresh.call('POST', '/me/code', applicationWith())).body;
    const seen = { reference, document: resident(BO), name: '李波' };
    assert.equal((await clerk().call('POST', '/counter/confirmations', seen)).body.outcome, 'recovered');
    assert.ok((await bearerOf(first))?.endedAt);
    assert.deepEqual((await card(again(bo), 'GET', '/me/card')).body, { card: null });
    const second = (await card(again(fresh), 'POST', '/me/card', {})).body.text;
    assert.equal((await bearerOf(second))?.endedAt, undefined);
    const personId = await personUnder(BO);
    const left = await again(fresh).call('POST', '/me/withdrawal', { confirm: true });
    assert.deepEqual([left.status, left.body.erased?.includes('person')], [200, true], JSON.stringify(left));
    assert.deepEqual(await cardsOf(app, personId), [], 'who is erased has no card');
    assert.notEqual((await bearerOf(second))?.endedAt ?? 'gone', undefined);
  });

  test('is erased with what was given for it when its holder leaves, also where an authority keeps something', async () => {
    const number = numbers.pop()!;
    const anna = await withCode(number);
    const before = (await card(anna, 'POST', '/me/card', {})).body.text;
    const about = { country: 'SG', enteredAt: printInstant(service.now - DAY_MS) };
    await service.deliver([recordOf('customs', 'C-left', number, 'overseas', about)]);
    const left = await again(anna).call('POST', '/me/withdrawal', { confirm: true });
    assert.ok(!left.body.erased?.includes('person'));
    assert.deepEqual(await cardsOf(app, await personUnder(number)), []);
    assert.ok((await bearerOf(before))?.endedAt);
    const back = await withCode(number);
    const { text } = (await card(back, 'POST', '/me/card', {})).body;
    assert.equal((await card(back, 'GET', '/me/card')).body.card?.text, text);
    assert.equal((await bearerOf(text))?.endedAt, undefined);
  });

  test('is nowhere readable in the database', async () => {
    const anna = await withCode();
    const { text } = (await card(anna, 'POST', '/me/card', {})).body;
    const stored = [...(await everythingStored(service.database.owner)).values()].join('\n');
    for (const word of [text, text.slice(0, 60), '王安娜', '**娜']) assert.ok(!stored.includes(word), word);
    assert.equal((await sheet(anna)).status, 200);
  });

  test('is printed for its holder alone, and kept by nobody on the way', async () => {
    const [anna, other] = [await withCode(), await withCode()];
    const { text, expiresAt } = (await card(anna, 'POST', '/me/card', {})).body;
    const printed = await sheet(anna);
    const { headers } = printed;
    assert.deepEqual(
      ['cache-control', 'content-type', 'x-content-type-options'].map((name) => headers.get(name)),
      ['no-store', 'application/pdf', 'nosniff'],
    );
    const pdf = readPdf(Buffer.from(await printed.arrayBuffer()));
    assert.deepEqual(pdf.codes, [text, text]);
    assert.ok(pdf.text.includes(expiresAt.slice(0, 10)) && pdf.text.includes('**娜'));
    assert.ok(!pdf.everything.includes('王安') && !pdf.text.includes('王'));
    const foreign = await sheet(other);
    assert.deepEqual([foreign.status, foreign.headers.get('cache-control')], [404, 'no-store']);
    assert.equal((await sheet({ session: { ...anna.session, sessionId: 'nobody' } })).status, 401);
    const log = listening().lines.join('\n');
    for (const word of [text, '王安娜', '**娜']) assert.ok(!log.includes(word), word);
  });

  test('is issued ten times a day at most', async () => {
    const anna = await withCode();
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await card(anna, 'POST', '/me/card', {})).status);
    assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 201), 429]);
  });

  test('is sent again, not made again, when a request is repeated', async () => {
    const anna = await withCode();
    const headers = { 'idempotency-key': 'card-of-anna-1' };
    const first = await anna.call('POST', '/me/card', {}, headers);
    const second = await anna.call('POST', '/me/card', {}, headers);
    assert.deepEqual(second, first);
    assert.equal(parts().trustKeys().parameters.paperDays, 30);
  });
});
