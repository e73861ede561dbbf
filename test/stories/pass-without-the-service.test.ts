import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { decodeBase45, encodeBase45 } from '../../credential/base45.ts';
import type { Conclusion } from '../../credential/conclude.ts';
import { parseSign1 } from '../../credential/cose/sign1.ts';
import { refusalWords } from '../../credential/refusals.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import { HOUR_MS, type Instant, printInstant } from '../../domain/time.ts';
import { pinnedIn } from '../../server/passes/trust/trust-folder.ts';
import { type OfflineGate, offlineGate } from '../offline-gate.ts';
import { makeIssuer, namedKey } from '../pass-issuer.ts';
import { peopleService, resident } from '../people-service.ts';
import { testPhone } from '../phone.ts';
import { numbersApart } from '../resident-numbers.ts';
import { recordOf } from '../service.ts';
import { withWard } from '../wards.ts';

const [ANNA, BO, CHEN, DING] = numbersApart(4) as [string, string, string, string];

/** The colours, or why there are none. */
function said(conclusion: Conclusion): string {
  return conclusion.kind === 'colour' ? conclusion.colours.join(' ') : conclusion.reason;
}

describe('a phone and a gate, once the service has stopped', () => {
  const service = peopleService();
  const [green, red, family, removed] = [testPhone(), testPhone(), testPhone(), testPhone()];
  let gate: OfflineGate;
  let online = '';
  let formerHead: Uint8Array;
  let now: Instant;

  before(async () => {
    const ago = (hours: number) => printInstant(service.now() - hours * HOUR_MS);
    const people = [];
    for (const number of [ANNA, BO, CHEN, DING]) people.push(await service.withCode(resident(number)));
    const [anna, bo, chen, ding] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ];
    const { personId, document } = await withWard(service, chen);
    for (const [phone, person] of [
      [green, anna],
      [red, bo],
      [family, chen],
      [removed, ding],
    ] as const) {
      await phone.bind(person);
      const companions = phone === family ? [personId] : [];
      assert.equal((await phone.fetch(person, service.now(), { companions })).status, 200);
    }
    gate = offlineGate(pinnedIn(service.installation.trustFolder));
    const { publisher, files } = service.status;
    await publisher.tick();
    await files.refresh();
    formerHead = await fetchHead();
    const times = { sampledAt: ago(20), reportedAt: ago(10), result: 'positive' };
    const fever = recordOf('health', 'F-1', CHEN, 'symptom', { fever: true, from: ago(5) });
    await service.deliver([
      recordOf('laboratory', 'P-1', BO, 'nat', times),
      { ...fever, person: { document } },
    ]);
    await service.settled();
    const { phones } = (await (await ding.get('/me/phones')).json()) as { phones: { phoneId: string }[] };
    await ding.send('DELETE', `/me/phones/${phones[0]!.phoneId}`);
    online = (await anna.myCode()).code!.text;
    // The lists hold from seconds on that are whole.
    service.pass(1_000);
    await publisher.tick();
    await files.refresh();
    await gate.fetch(service.url, service.now());
    await service.stop();
    now = service.now();
  });

  const fetchHead = async () =>
    new Uint8Array(await (await fetch(`${service.url}/api/v1/trust/status/head`)).arrayBuffer());

  test('still open for whoever is green', async () => {
    await assert.rejects(fetch(`${service.url}/livez`));
    assert.equal(said(gate.read(green.show(now), now)), 'green');
    assert.equal(said(gate.read(online, now)), 'green');
  });

  test('refuse whoever turned red before, and say of a family what holds for each', () => {
    assert.equal(said(gate.read(red.show(now), now)), 'red');
    assert.equal(said(gate.read(family.show(now), now)), 'green yellow');
  });

  test('refuse a phone that was removed before', () => {
    assert.equal(said(gate.read(removed.show(now), now)), 'not-in-force');
  });

  test('refuse a picture that is taken and shown 20 seconds later', () => {
    const picture = green.show(now);
    assert.equal(said(gate.read(picture, now + 14_000)), 'green');
    assert.equal(said(gate.read(picture, now + 20_000)), 'shown-too-long-ago');
  });

  test('say of a clock that is wrong by ten minutes that it is', () => {
    for (const [minutes, words] of [
      [10, /clock of the phone is 10 minutes ahead/],
      [-10, /picture is 10 minutes old.* clock of the phone is 10 minutes behind/],
    ] as const) {
      const conclusion = gate.read(green.show(now + minutes * 60_000, now), now);
      assert.ok(conclusion.kind === 'refused' && conclusion.reason === 'phone-clock');
      assert.match(refusalWords(conclusion).en, words);
      assert.match(refusalWords(conclusion).zh, /10分钟/);
    }
  });

  test('refuse a text with any byte flipped', () => {
    for (const text of [green.show(now), online]) {
      const bytes = decodeBase45(text.slice(4))!;
      for (let i = 0; i < bytes.length; i++) {
        const flipped = Uint8Array.from(bytes);
        flipped[i]! ^= 1 << (i % 8);
        const conclusion = gate.read(`ZJ1:${encodeBase45(flipped)}`, now);
        assert.equal(conclusion.kind, 'refused', `byte ${i}`);
      }
    }
  });

  test('refuse what is signed by another province, by nobody who is known, or by a key that has expired', () => {
    const keys = gate.keys();
    const { kid } = parseSign1(green.passAt(now))!;
    const own = keys.find(kid!)!;
    const foreign: Keys = { ...keys, find: (id) => ({ ...keys.find(id)!, province: '31' }) };
    assert.equal(said(gate.read(green.show(now), now, foreign)), 'other-province');
    const stranger = makeIssuer(namedKey('stranger'));
    const pass = { form: 'online', epoch: 1, index: 1, hint: 1, rules: 1, colour: 'green' } as const;
    const issuedAt = Math.floor(now / 1_000) * 1_000;
    const strange = stranger.issuePass({ ...pass, issuedAt, expiresAt: issuedAt + 60_000 });
    assert.equal(said(gate.read(`ZJ1:${encodeBase45(strange)}`, now)), 'unknown-key');
    const later = own.notAfter;
    assert.equal(said(gate.read(green.show(later, now), later)), 'keys-old');
    const renewed: Keys = { ...keys, expiresAt: later + 1 };
    assert.equal(said(gate.read(green.show(later, now), later, renewed)), 'key-expired');
    const revoked: Keys = { ...keys, find: (id) => ({ ...keys.find(id)!, revokedAt: now }) };
    assert.equal(said(gate.read(green.show(now), now, revoked)), 'key-revoked');
  });

  test('take no list that is older than the ones held, and decide by none that is missing or too old', () => {
    assert.equal(gate.lists.take(formerHead, now), 'rolled-back');
    assert.equal(said(gate.read(red.show(now), now)), 'red');
    const fresh = offlineGate(pinnedIn(service.installation.trustFolder));
    assert.equal(said(fresh.read(green.show(now), now, gate.keys())), 'no-status');
  });
});
