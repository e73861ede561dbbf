import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HOUR_MS, printInstant } from '../../domain/time.ts';
import { onlineGate } from '../gate.ts';
import { peopleService, resident } from '../people-service.ts';
import { testPhone } from '../phone.ts';
import { numbersApart } from '../resident-numbers.ts';
import { recordOf } from '../service.ts';
import { withWard } from '../wards.ts';

const [ANNA, BO] = numbersApart(2) as [string, string];

describe('a phone at a door that asks the service', () => {
  const service = peopleService();
  const ago = (hours: number) => printInstant(service.now() - hours * HOUR_MS);

  test('is let in, and no more from the moment on at which its holder turns red', async () => {
    const anna = await service.withCode(resident(ANNA));
    const phone = testPhone();
    const { phoneId } = await phone.bind(anna, 'My phone');
    assert.equal((await phone.fetch(anna, service.now())).status, 200);
    const gate = await onlineGate(service, 'school');
    const online = (await anna.myCode()).code!.text;
    const shown = phone.show(service.now());
    assert.deepEqual([(await gate(online)).outcome, (await gate(shown)).outcome], ['allow', 'allow']);
    const times = { sampledAt: ago(20), reportedAt: ago(10) };
    await service.deliver([recordOf('laboratory', 'P-1', ANNA, 'nat', { ...times, result: 'positive' })]);
    // The same texts, the green one of which says green inside.
    assert.deepEqual([(await gate(online)).outcome, (await gate(shown)).outcome], ['deny', 'deny']);
    assert.equal((await gate(phone.show(service.now()))).clause, 'M6');
    service.pass(20_000);
    const late = await gate(shown);
    assert.deepEqual(
      [late.outcome, late.reason.en],
      ['expired', 'This picture is old; please show the code again'],
    );
    await anna.send('DELETE', `/me/phones/${phoneId}`);
    assert.equal((await gate(phone.show(service.now()))).outcome, 'not-found');
  });

  test('brings a child, whose fever keeps both out of a school', async () => {
    const bo = await service.withCode(resident(BO));
    const { personId, document } = await withWard(service, bo);
    const phone = testPhone();
    await phone.bind(bo);
    await phone.fetch(bo, service.now(), { companions: [personId] });
    const gate = await onlineGate(service, 'school');
    const both = await gate(phone.show(service.now()));
    assert.deepEqual([both.outcome, both.members?.length], ['allow', 2]);
    const fever = recordOf('health', 'F-1', BO, 'symptom', { fever: true, from: ago(5) });
    await service.deliver([{ ...fever, person: { document } }]);
    const { outcome, members } = await gate(phone.show(service.now()));
    assert.deepEqual([outcome, members?.map((member) => member.outcome)], ['deny', ['allow', 'deny']]);
  });
});
