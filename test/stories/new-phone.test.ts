import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Conclusion } from '../../credential/conclude.ts';
import { HOUR_MS, printInstant } from '../../domain/time.ts';
import { pinnedIn } from '../../server/passes/trust/trust-folder.ts';
import { type OfflineGate, offlineGate } from '../offline-gate.ts';
import { peopleService, resident, type SignedIn } from '../people-service.ts';
import { testPhone } from '../phone.ts';
import { numbersApart } from '../resident-numbers.ts';
import { recordOf } from '../service.ts';
import { withWard } from '../wards.ts';

const [ANNA, BO, CHEN] = numbersApart(3) as [string, string, string];

function said(conclusion: Conclusion): string {
  return conclusion.kind === 'colour' ? conclusion.colours.join(' ') : conclusion.reason;
}

describe('phones that are bound after a gate has fetched its last lists', () => {
  const service = peopleService();
  const people: SignedIn[] = [];
  let ward = '';
  let gate: OfflineGate;

  const publish = async () => {
    service.pass(1_000);
    await service.status.publisher.tick();
    await service.status.files.refresh();
  };
  const bound = async (person: SignedIn, companions: readonly string[] = []) => {
    const phone = testPhone();
    await phone.bind(person);
    assert.equal((await phone.fetch(person, service.now(), { companions })).status, 200);
    return phone;
  };

  before(async () => {
    for (const number of [ANNA, BO, CHEN]) people.push(await service.withCode(resident(number)));
    const { personId, document } = await withWard(service, people[2]!);
    ward = personId;
    const ago = (hours: number) => printInstant(service.now() - hours * HOUR_MS);
    const positive = { sampledAt: ago(20), reportedAt: ago(10), result: 'positive' };
    const fever = recordOf('health', 'F-1', CHEN, 'symptom', { fever: true, from: ago(5) });
    await service.deliver([
      recordOf('laboratory', 'P-1', BO, 'nat', positive),
      { ...fever, person: { document } },
    ]);
    await service.settled();
    await publish();
    gate = offlineGate(pinnedIn(service.installation.trustFolder));
    await gate.fetch(service.url, service.now());
    service.pass(2_000);
  });

  test('are green there for whoever is green, and for nobody who is not', async () => {
    const [anna, bo, chen] = people as [SignedIn, SignedIn, SignedIn];
    const [green, red, family] = [await bound(anna), await bound(bo), await bound(chen, [ward])];
    const now = service.now();
    assert.equal(said(gate.read(green.show(now), now)), 'green');
    assert.equal(said(gate.read(red.show(now), now)), 'status-old');
    assert.equal(said(gate.read(family.show(now), now)), 'status-old');
    await publish();
    await gate.fetch(service.url, service.now());
    const later = service.now();
    assert.equal(said(gate.read(green.show(later), later)), 'green');
    assert.equal(said(gate.read(red.show(later), later)), 'red');
    assert.equal(said(gate.read(family.show(later), later)), 'green yellow');
  });
});
