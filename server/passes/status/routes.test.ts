import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { epochAt } from '../../../credential/trust/epochs.ts';
import { createGateLists } from '../../../gate/status-lists.ts';
import { verify } from '../../../gate/verify.ts';
import { peopleService, resident } from '../../../test/people-service.ts';
import { NUMBERS, recordOf } from '../../../test/service.ts';
import { until } from '../../../test/until.ts';

describe('the lists over HTTP', () => {
  const service = peopleService();
  const get = (name: string, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/api/v1/trust/status/${name}`, { headers });
  before(async () => {
    await until(async () => (await get('head')).status === 200);
  });

  /** Fetches all that a gate wants, and reads a slot. */
  async function statusOf(slot: number): Promise<number> {
    const gate = createGateLists(service.installation.trust.keys, verify);
    const take = async (name: string) => {
      const reply = await get(name);
      assert.equal(reply.status, 200, name);
      const taken = gate.take(new Uint8Array(await reply.arrayBuffer()), service.now(), name);
      assert.equal(taken, 'taken', name);
    };
    await take('head');
    for (const name of gate.wanted()) await take(name);
    const epoch = epochAt(service.now(), service.installation.trust.keys().parameters);
    const view = gate.view(epoch, service.now())!;
    return view.statusOf(service.status.indexes.indexOf(epoch, slot)!);
  }

  test('are open to everybody, are kept, and a head only for a moment', async () => {
    const head = await get('head');
    assert.equal(head.headers.get('content-type'), 'application/cose');
    assert.match(head.headers.get('cache-control')!, /^public, max-age=2$/);
    const epoch = epochAt(service.now(), service.installation.trust.keys().parameters);
    const base = await get(String(epoch));
    assert.match(base.headers.get('cache-control')!, /max-age=21600, immutable/);
    const again = await get(String(epoch), { 'if-none-match': base.headers.get('etag')! });
    assert.equal(again.status, 304);
    assert.equal((await again.arrayBuffer()).byteLength, 0);
    const tag = base.headers.get('etag')!;
    for (const held of [`W/${tag}`, `"other", ${tag}`, '*'])
      assert.equal((await get(String(epoch), { 'if-none-match': held })).status, 304, held);
    const whole = await get(String(epoch), { 'if-none-match': '"other"' });
    assert.equal(Number(whole.headers.get('content-length')), (await whole.arrayBuffer()).byteLength);
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    const token = await get(`${epoch}-t0`);
    assert.equal(token.headers.get('content-type'), 'application/statuslist+cwt');
  });

  test('are none where nobody published one, and no name reaches anything else', async () => {
    for (const name of ['1', 'x', '1-d1', '..%2f..%2fkeys', 'HEAD', '0x10', '-1', '1-z3'])
      assert.equal((await get(name)).status, 404, name);
  });

  test('say what a code shows, from the next delta on', async () => {
    const [number] = NUMBERS;
    const { session, myCode } = await service.withCode(resident(number));
    const slot = await service.status.slots.personSlot(session.personId!);
    await service.deliver([
      recordOf('health', 'C-1', number, 'case', {
        classification: 'confirmed',
        from: new Date(service.now() - 3_600_000).toISOString(),
      }),
    ]);
    assert.equal((await myCode()).colour, 'red');
    await service.status.publisher.tick();
    await service.status.files.refresh();
    assert.equal(await statusOf(slot), 3);
  });

  test('logged no failure', () => {
    assert.deepEqual(
      service.lines.filter((line) => line.includes('status')),
      [],
    );
  });
});
