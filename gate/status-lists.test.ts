import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { conclude } from '../credential/conclude.ts';
import type { HolderPass } from '../credential/pass.ts';
import { type Changes, changesOf } from '../credential/status/changes.ts';
import { encodeStatus, type StatusPayload } from '../credential/status/payloads.ts';
import type { Status } from '../credential/status-view.ts';
import { startOfEpoch } from '../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { HOUR_MS, type Instant } from '../domain/time.ts';
import { keysOf, makeIssuer, namedKey } from '../test/pass-issuer.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { createGateLists, type GateLists, takeFile, takeFolder } from './status-lists.ts';
import { verify } from './verify.ts';

const EPOCH = 74_608;
const START = startOfEpoch(EPOCH, USUAL_PARAMETERS);
const AT = START - 600_000;
const SIZE = { epoch: EPOCH, capacity: 1_000, cardCapacity: 100 };
const STATUS = makeIssuer(namedKey('lists'), 'status');
const DELTA = makeIssuer(namedKey('deltas'), 'delta');
const PASS = makeIssuer(namedKey('passes'), 'pass');
const REVOKED = makeIssuer(namedKey('lost'), 'delta', { revokedAt: START });
const OVER = makeIssuer(namedKey('former'), 'delta', { notAfter: AT });
const STRANGER = makeIssuer(namedKey('stranger'), 'delta');
const FOREIGN = makeIssuer(namedKey('foreign'), 'delta', { province: '32' });
const SM2 = makeIssuer(namedKey('deltas', 'SM2'), 'delta');
const KEYS = keysOf([STATUS, DELTA, PASS, REVOKED, OVER, FOREIGN, SM2]);

const changes = (statuses: Readonly<Record<number, Status>>): Changes =>
  changesOf(new Map(Object.entries(statuses).map(([index, status]) => [Number(index), status])));
const base = (rest: Partial<StatusPayload> = {}) =>
  encodeStatus({ kind: 'base', ...SIZE, at: AT, changes: changes({ 5: 3 }), ...rest } as StatusPayload);
const delta = (number: number, these: Changes = changes({ [number]: 3 }), epoch = EPOCH) =>
  encodeStatus({ kind: 'delta', epoch, number, holdsFrom: AT + number * 10_000, changes: these });
const head = (at: Instant, last: number, epoch = EPOCH) =>
  encodeStatus({ kind: 'head', at, epochs: [{ ...SIZE, epoch, baseAt: AT, delta: last, sum: 0 }] });

/** A gate that knows the base and three deltas. */
function gateAt(now: Instant): GateLists {
  const gate = createGateLists(() => KEYS, verify);
  assert.equal(gate.take(STATUS.issue(base()), now), 'taken');
  for (const number of [1, 2, 3]) assert.equal(gate.take(DELTA.issue(delta(number)), now), 'taken');
  assert.equal(gate.take(DELTA.issue(head(START, 3)), now), 'taken');
  return gate;
}

const pass: HolderPass = {
  ...{ form: 'holder', epoch: EPOCH, index: 3, hint: 0, rules: 1 },
  ...{ issuedAt: START - HOUR_MS, expiresAt: START + 6 * HOUR_MS, holderKey: new Uint8Array(33) },
};
const opened = {
  kind: 'opened' as const,
  ...{ pass, kid: PASS.known.kid, checks: [], parameters: USUAL_PARAMETERS, province: '33' },
  suite: 'ES256' as const,
};

describe('a gate that follows the lists', () => {
  const now = START + 60_000;

  test('says what they say, in either suite', () => {
    const gate = gateAt(now);
    assert.equal(gate.take(SM2.issue(delta(4, changes({ 3: 2 }))), now), 'taken');
    assert.equal(gate.view(EPOCH, now)!.statusOf(3), 2);
    assert.equal(gate.view(EPOCH, now)!.statusOf(5), 3);
    assert.equal(gate.view(EPOCH, now)!.statusOf(6), 0);
  });

  test('refuses a list that somebody rolls back', () => {
    const gate = gateAt(now);
    assert.equal(gate.take(DELTA.issue(head(START - 10_000, 3)), now), 'rolled-back');
    assert.equal(gate.take(DELTA.issue(head(START + 10_000, 2)), now), 'rolled-back');
    assert.equal(gate.take(STATUS.issue(base({ at: AT - 1_000 })), now), 'rolled-back');
    assert.equal(gate.view(EPOCH, now)!.statusOf(3), 3);
  });

  test('tells a red code from a green one no longer, once the head is frozen', () => {
    const gate = gateAt(now);
    const colour = (at: Instant) => conclude(opened, gate.view(EPOCH, at), at);
    assert.equal(colour(now).kind, 'colour');
    const later = START + USUAL_PARAMETERS.statusStaleSeconds * 1_000 + 1_000;
    assert.deepEqual({ ...colour(later) }.kind, 'refused');
    assert.equal((colour(later) as { reason: string }).reason, 'status-old');
    // Signed deltas without the head that would tell of more do not make it younger than they are.
    gate.take(DELTA.issue(delta(4)), later);
    assert.equal((colour(later) as { reason: string }).reason, 'status-old');
  });

  test('refuses a delta after a hole', () => {
    const gate = gateAt(now);
    assert.equal(gate.take(DELTA.issue(delta(5)), now), 'hole');
    assert.equal(gate.view(EPOCH, now)!.statusOf(5), 3);
  });

  test('refuses the delta of another epoch under the name of this one', () => {
    const gate = gateAt(now);
    const other = DELTA.issue(delta(4, changes({ 3: 0 }), EPOCH + 1));
    assert.equal(gate.take(other, now, `${EPOCH}-d4`), 'other-list');
    assert.equal(gate.take(other, now), 'no-base');
    const { statusOf } = gate.view(EPOCH, now)!;
    assert.equal(statusOf(3), 3);
  });

  test('refuses what another key has signed, or one for something else', () => {
    const gate = gateAt(now);
    const next = delta(4, changes({ 3: 0 }));
    assert.equal(gate.take(STRANGER.issue(next), now), 'unknown-key');
    assert.equal(gate.take(FOREIGN.issue(next), now), 'unknown-key');
    assert.equal(gate.take(STATUS.issue(next), now), 'wrong-use');
    assert.equal(gate.take(PASS.issue(next), now), 'wrong-use');
    assert.equal(gate.take(DELTA.issue(base({ epoch: EPOCH + 1 })), now), 'wrong-use');
    assert.equal(gate.take(REVOKED.issue(next), now), 'key-not-in-force');
    assert.equal(gate.take(OVER.issue(next), now), 'key-not-in-force');
    assert.equal(gate.view(EPOCH, now)!.statusOf(3), 3);
  });

  test('forgets all, as soon as a key is lost that has signed some of it', () => {
    let keys = KEYS;
    const gate = createGateLists(() => keys, verify);
    const thief = makeIssuer(namedKey('stolen'), 'delta');
    keys = keysOf([STATUS, DELTA, thief]);
    const all = [STATUS.issue(base()), DELTA.issue(delta(1)), DELTA.issue(head(START, 1))];
    for (const list of all) assert.equal(gate.take(list, now), 'taken');
    // Green again by a stolen key, with a head that no true one can follow.
    assert.equal(gate.take(thief.issue(delta(2, changes({ 1: 0, 5: 0 }))), now), 'taken');
    assert.equal(gate.take(thief.issue(head(START + HOUR_MS, 2)), now), 'taken');
    assert.equal(gate.view(EPOCH, now)!.statusOf(5), 0);
    for (const others of [[makeIssuer(namedKey('stolen'), 'delta', { revokedAt: now })], []]) {
      keys = keysOf([STATUS, DELTA, ...others]);
      assert.equal(gate.view(EPOCH, now), undefined);
      for (const list of all) assert.equal(gate.take(list, now), 'taken');
      assert.equal(gate.view(EPOCH, now)!.statusOf(5), 3);
      keys = keysOf([STATUS, DELTA, thief]);
      assert.equal(gate.take(thief.issue(head(START + HOUR_MS, 1)), now), 'taken');
    }
  });

  test('refuses a list with any flipped bit', () => {
    const signed = DELTA.issue(delta(4, changes({ 3: 0 })));
    const gate = gateAt(now);
    for (let bit = 0; bit < signed.length * 8; bit++) {
      const broken = Uint8Array.from(signed);
      broken[bit >> 3]! ^= 1 << (bit & 7);
      const taken = gate.take(broken, now);
      assert.ok(taken !== 'taken' && taken !== 'known', `bit ${bit}: ${taken}`);
    }
    assert.equal(gate.view(EPOCH, now)!.statusOf(3), 3);
    assert.equal(gate.take(signed.subarray(0, -1), now), 'unreadable');
    assert.equal(gate.take(Uint8Array.from([...signed, 0]), now), 'unreadable');
  });
});

describe('lists that a gate is given', () => {
  const folder = temporaryFolder();
  const now = START + 60_000;
  const named: readonly (readonly [string, Uint8Array])[] = [
    ['head', DELTA.issue(head(START, 11))],
    [String(EPOCH), STATUS.issue(base())],
    ...Array.from({ length: 11 }, (_, i): [string, Uint8Array] => {
      return [`${EPOCH}-d${i + 1}`, DELTA.issue(delta(i + 1))];
    }),
    [`${EPOCH}-t0`, Uint8Array.from([1, 2, 3])],
  ];

  test('in a folder are taken whatever the order of its names', () => {
    for (const [name, bytes] of named) writeFileSync(join(folder, name), bytes);
    writeFileSync(join(folder, 'README'), 'no list');
    const gate = createGateLists(() => KEYS, verify);
    assert.deepEqual(takeFolder(gate, folder, now), []);
    assert.equal(gate.view(EPOCH, now)!.at, START);
    assert.deepEqual(gate.wanted(), []);
  });

  test('in one file are taken whatever their order, and what is none is named', () => {
    const file = join(folder, 'all.cbor');
    const lists = named.filter(([name]) => !name.includes('-t')).map(([, bytes]) => bytes);
    writeFileSync(file, Buffer.concat([...lists].reverse()));
    const gate = createGateLists(() => KEYS, verify);
    assert.deepEqual(takeFile(gate, file, now), []);
    assert.equal(gate.view(EPOCH, now)!.statusOf(11), 3);
    writeFileSync(file, Buffer.concat([...lists, STRANGER.issue(delta(12))]));
    assert.deepEqual(
      takeFile(
        createGateLists(() => KEYS, verify),
        file,
        now,
      ),
      [{ where: `${file}: list 14`, why: 'unknown-key' }],
    );
    writeFileSync(file, Buffer.concat([...lists]).subarray(0, -1));
    assert.deepEqual(takeFile(gate, file, now), [{ where: file, why: 'unreadable' }]);
  });
});
