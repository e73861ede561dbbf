import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckReply } from '../../../api/doors/checks.ts';
import type { Card } from '../../../api/passes/cards.ts';
import { onlineGate } from '../../../test/gate.ts';
import { readPdf } from '../../../test/pdf.ts';
import { peopleService, resident } from '../../../test/people-service.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';

describe('the whole service', () => {
  const service = peopleService();

  test('prints a code that a gate reads from the paper, and that turns with its holder', async () => {
    const elder = await service.withCode(resident(NUMBERS[0]));
    const issued = (await (await elder.send('POST', '/me/card', {})).json()) as Card;
    assert.deepEqual(await (await elder.get('/me/card')).json(), { card: issued });
    const sheet = await elder.get('/me/card/sheet');
    const [code] = readPdf(Buffer.from(await sheet.arrayBuffer())).codes;
    assert.equal(code, issued.text);
    const gate = await onlineGate(service, 'bus');
    const outcome = async (rest?: object): Promise<CheckReply['outcome']> =>
      (await gate(code!, rest)).outcome;
    assert.equal(await outcome(), 'ask-staff');
    assert.equal(await outcome({ identityVerified: true }), 'allow');
    const from = '2021-01-19T08:00:00+08:00';
    await service.deliver([
      recordOf('health', 'C-1', NUMBERS[0], 'case', { classification: 'confirmed', from }),
    ]);
    await service.settled();
    assert.equal(await outcome({ identityVerified: true }), 'deny');
    assert.equal((await elder.send('DELETE', '/me/card')).status, 200);
    assert.equal(await outcome({ identityVerified: true }), 'not-found');
    assert.equal((await elder.get('/me/card/sheet')).status, 404);
  });

  test('describes the sheets as what they are', async () => {
    const { paths } = (await (await fetch(`${service.url}/api/v1/openapi.json`)).json()) as Described;
    for (const [path, method] of [
      ['/api/v1/me/card/sheet', 'get'],
      ['/api/v1/counter/cards/sheet', 'post'],
    ] as const) {
      const { security, responses } = paths[path]![method]!;
      assert.deepEqual(security, [{ session: [] }]);
      assert.deepEqual(Object.keys(responses['200']!.content), ['application/pdf']);
    }
  });
});

interface Described {
  readonly paths: Record<
    string,
    | Record<string, { security: unknown; responses: Record<string, { content: object }> } | undefined>
    | undefined
  >;
}
