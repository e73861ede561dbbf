import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Value } from 'typebox/value';
import { MyCodeReply } from '../../api/codes/my-code.ts';
import { type DatabaseProxy, proxyTo } from '../../test/faults/database-proxy.ts';
import { onlineGate } from '../../test/gate.ts';
import { peopleService, resident } from '../../test/people-service.ts';
import { testPhone } from '../../test/phone.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { hostSigner } from '../../test/signer.ts';
import { until } from '../../test/until.ts';
import { withWard } from '../../test/wards.ts';

const [ANNA, BO] = numbersApart(2) as [string, string];

describe('while something is away', () => {
  let proxy: DatabaseProxy;
  // Nothing could stop while the database is away.
  after(() => proxy.restore());
  const service = peopleService(async (url) => {
    proxy = await proxyTo(url);
    return proxy;
  });

  test('that signs, a code is shown without a text for doors, nothing is fetched, and doors go on', async () => {
    const anna = await service.withCode(resident(ANNA));
    const { personId } = await withWard(service, anna);
    const [phone, other] = [testPhone(), testPhone()];
    await phone.bind(anna);
    assert.equal((await phone.fetch(anna, service.now())).status, 200);
    const gate = await onlineGate(service, 'school');
    const { text } = (await anna.myCode()).code!;
    await service.signer.close();
    const shown = await anna.myCode();
    assert.ok(Value.Check(MyCodeReply, shown));
    assert.deepEqual(
      [shown.status, shown.colour, shown.degraded, shown.code],
      ['active', 'green', true, undefined],
    );
    const ward = (await (await anna.get(`/me/wards/${personId}/code`)).json()) as MyCodeReply;
    assert.deepEqual([ward.colour, ward.degraded, ward.code], ['green', true, undefined]);
    const refused = await phone.fetch(anna, service.now());
    assert.deepEqual(
      [refused.status, ((await refused.json()) as { code: string }).code],
      [503, 'unavailable'],
    );
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    await other.bind(anna);
    // What was signed before counts, and so does what a phone signs by itself.
    assert.equal((await gate(text)).outcome, 'allow');
    assert.equal((await gate(phone.show(service.now()))).outcome, 'allow');
    const again = await hostSigner(service.installation, service.now);
    try {
      await until(async () => (await anna.myCode()).code !== undefined);
      assert.equal((await anna.myCode()).degraded, false);
      assert.equal((await phone.fetch(anna, service.now())).status, 200);
    } finally {
      await again.close();
    }
  });

  test('that stores, nothing is bound, fetched or shown, and nobody is told a colour', async () => {
    const bo = await service.withCode(resident(BO));
    const phone = testPhone();
    const { phoneId } = await phone.bind(bo);
    const now = service.now();
    await proxy.refuse();
    const replies = [
      await bo.get('/me/code'),
      await bo.get('/me/phones'),
      await phone.fetch(bo, now),
      await bo.send('DELETE', `/me/phones/${phoneId}`),
      await bo.send('POST', `/me/phones/${phoneId}/passes`, phone.askFor(now)),
    ];
    for (const response of replies) {
      const text = await response.text();
      assert.equal(response.status, 503, text);
      assert.equal((JSON.parse(text) as { code: string }).code, 'unavailable');
      assert.doesNotMatch(text, /colour|green|yellow|red"/);
    }
    await assert.rejects(testPhone().bind(bo), /unavailable/);
    await proxy.restore();
    await until(async () => (await bo.get('/me/phones')).status === 200);
    assert.equal(((await (await bo.get('/me/phones')).json()) as { phones: object[] }).phones.length, 1);
  });
});
