import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { STATUS } from '../../../credential/status-view.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { documentKey } from '../../../domain/people/document.ts';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { applicationWith } from '../../../test/applying.ts';
import { cardService } from '../../../test/card-service.ts';
import { numbersApart } from '../../../test/resident-numbers.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';
import { noticesOf } from '../../applications/notices/notices.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { looksAt } from '../../record/store.ts';
import { readStatuses } from '../status/read-statuses.ts';
import { cardsOf } from './store.ts';

const [ANNA, BO, CHEN, DONG] = NUMBERS;
const resident = (number: string) => ({ type: 'resident-id', number }) as const;
const REASON = '无手机的老人来窗口办理';

describe('a counter', () => {
  const { service, citizen, clerk, again, card, sheet, listening } = cardService();
  const { app } = service.database;
  const brought = (number: string, change: object = {}) => ({
    ...{ document: resident(number), name: '王安娜', reason: REASON },
    ...change,
  });
  const personUnder = async (number: string) =>
    (await findPeople(app, service.keys(), [resident(number)])).get(documentKey(resident(number)));

  test('issues a card to somebody who has no account and no phone, and that is on record', async () => {
    const staff = clerk('衢州市开化县便民服务中心');
    const issued = await card(staff, 'POST', '/counter/cards', brought(ANNA));
    assert.deepEqual([issued.status, issued.body.name, issued.body.birthYear], [201, '**娜', 1990]);
    const personId = (await personUnder(ANNA))!;
    assert.deepEqual(
      (await cardsOf(app, personId)).map(({ endedAt }) => endedAt),
      [null],
    );
    const [look] = await looksAt(app, personId);
    assert.deepEqual(
      [look!.actor, look!.authority, look!.purpose, look!.subject],
      [staff.session.accountId, '衢州市开化县便民服务中心', REASON, 'card'],
    );
    await service.turn();
    assert.equal((await service.current(ANNA))?.colour, 'green', 'there is a conclusion about them');
    const printed = await sheet(staff, issued.body.text);
    assert.equal(printed.headers.get('content-type'), 'application/pdf');
  });

  test('replaces and cancels it, whichever counter issued it', async () => {
    const texts = [];
    for (const staff of [clerk('杭州市'), clerk('宁波市')])
      texts.push((await card(staff, 'POST', '/counter/cards', brought(BO))).body.text);
    const personId = (await personUnder(BO))!;
    const lost = { document: resident(BO), reason: '遗失' };
    assert.deepEqual((await card(clerk(), 'POST', '/counter/cards/cancellations', lost)).body, {});
    assert.deepEqual(
      (await cardsOf(app, personId)).map(({ reason, authority }) => [reason, authority]),
      [
        ['replaced', '杭州市'],
        ['cancelled', '宁波市'],
      ],
    );
    assert.equal(new Set(texts).size, 2);
  });

  test('gives a card whose status is that of its holder, account or not', async () => {
    const [number] = numbersApart(1);
    await card(clerk(), 'POST', '/counter/cards', brought(number!));
    const personId = (await personUnder(number!))!;
    const { slot } = (await cardsOf(app, personId))[0]!;
    const sources = {
      db: app,
      keys: service.keys(),
      decision: service.decision,
      parameters: () => USUAL_PARAMETERS,
    };
    const status = async () => (await readStatuses(sources, [personId], service.now)).get(slot);
    assert.equal(await status(), STATUS.green);
    const confirmed = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
    await service.deliver([recordOf('health', 'C-1', number!, 'case', confirmed)]);
    await service.turn();
    assert.equal(await status(), STATUS.red);
    const lost = { document: resident(number!), reason: '遗失' };
    await card(clerk(), 'POST', '/counter/cards/cancellations', lost);
    assert.equal(await status(), STATUS.none);
  });

  test('tells the account that shows the code, if there is one', async () => {
    const chen = await citizen({ name: '陈', document: resident(CHEN) });
    await chen.call('POST', '/me/code', applicationWith());
    await card(clerk(), 'POST', '/counter/cards', brought(CHEN));
    const shown = (await card(chen, 'GET', '/me/card')).body.card;
    assert.equal(shown?.name, '**娜', 'the account sees it, and prints it again');
    await card(clerk(), 'POST', '/counter/cards/cancellations', { document: resident(CHEN), reason: '遗失' });
    assert.deepEqual((await noticesOf(app, chen.session.accountId)).map(({ kind }) => kind).sort(), [
      'card-cancelled',
      'card-issued',
    ]);
  });

  test('keeps the card of somebody who opens an account later', async () => {
    const { text } = (await card(clerk(), 'POST', '/counter/cards', brought(DONG))).body;
    const dong = await citizen({ name: '董', document: resident(DONG) });
    await dong.call('POST', '/me/code', applicationWith());
    assert.equal((await card(dong, 'GET', '/me/card')).body.card?.text, text);
  });

  test('says the year of birth where the document does not, and never another one', async () => {
    const document = { type: 'passport', number: 'E99999903', issuer: 'FRA' };
    const staff = clerk();
    const ask = (change: object) => card(staff, 'POST', '/counter/cards', { ...brought(ANNA), ...change });
    assert.equal((await ask({ document })).status, 400);
    assert.equal((await ask({ document, birthYear: 1850 })).status, 400);
    assert.equal((await ask({ document, birthYear: 2022 })).status, 400);
    assert.equal((await ask({ document, birthYear: 1950 })).body.birthYear, 1950);
    assert.equal((await ask({ birthYear: 1950 })).status, 400);
  });

  test('gives the same answer whatever is known about a document', async () => {
    const known = await card(clerk(), 'POST', '/counter/cards/cancellations', {
      document: resident(ANNA),
      reason: '遗失',
    });
    const unknown = await card(clerk(), 'POST', '/counter/cards/cancellations', {
      document: resident('339900199001010062'),
      reason: '遗失',
    });
    assert.deepEqual(known, unknown);
    assert.equal(await personUnder('339900199001010062'), undefined);
  });

  test('is no place for citizens, nor for other staff, nor for one’s own card', async () => {
    const anna = await citizen({ name: '王安娜', document: resident(ANNA) });
    await anna.call('POST', '/me/code', applicationWith());
    const paths = ['/counter/cards', '/counter/cards/cancellations', '/counter/cards/sheet'];
    for (const path of paths) assert.equal((await card(anna, 'POST', path, brought(BO))).status, 403, path);
    const self = clerk('a counter', anna.session.accountId);
    assert.equal((await card(self, 'POST', '/counter/cards', brought(ANNA))).status, 409);
    const cancel = { document: resident(ANNA), reason: '遗失' };
    assert.equal((await card(self, 'POST', '/counter/cards/cancellations', cancel)).status, 409);
    for (const method of ['GET', 'POST', 'DELETE'])
      assert.equal((await card(clerk(), method, '/me/card', method === 'POST' ? {} : undefined)).status, 403);
    assert.equal((await sheet(again(anna), 'ZJ1:')).status, 403);
  });

  test('cannot be used to try numbers without end, and a reason names nobody', async () => {
    const staff = clerk();
    const named = brought(BO, { reason: `给 ${ANNA} 办理` });
    assert.equal((await card(staff, 'POST', '/counter/cards', named)).status, 400);
    const statuses = [];
    for (let i = 0; i < 121; i++)
      statuses.push(
        (
          await card(staff, 'POST', '/counter/cards/cancellations', {
            document: resident(BO),
            reason: '试试',
          })
        ).status,
      );
    assert.equal(statuses.at(-1), 429);
    service.now += HOUR_MS;
    assert.equal((await card(staff, 'POST', '/counter/cards', brought(BO))).status, 201);
  });

  test('prints nothing that the service has not signed', async () => {
    const staff = clerk();
    const { text } = (await card(staff, 'POST', '/counter/cards', brought(BO))).body;
    assert.equal((await sheet(staff, text)).status, 200);
    const changed = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
    for (const wrong of ['', 'ZJ1:', changed, text.toLowerCase(), `${text}00`])
      assert.equal((await sheet(staff, wrong)).status, 400);
    service.now += 31 * DAY_MS;
    assert.equal((await sheet(staff, text)).status, 400, 'nor what has expired');
  });

  test('leaves nothing personal in the log', () => {
    const log = listening().lines.join('\n');
    for (const word of [ANNA, BO, '王安娜', '**娜', 'ZJ1:']) assert.ok(!log.includes(word), word);
  });
});
