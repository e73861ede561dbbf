import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeCbor } from '../../credential/cbor/encode.ts';
import type { Pass } from '../../credential/pass.ts';
import { encodePass } from '../../credential/passes.ts';
import { changesOf } from '../../credential/status/changes.ts';
import { encodeStatus, type StatusPayload } from '../../credential/status/payloads.ts';
import { encodeToken } from '../../credential/status/token.ts';
import { endOfEpoch, epochAt } from '../../credential/trust/epochs.ts';
import { KEY_USES, type KeyUse } from '../../credential/trust/keys.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { DAY_MS } from '../../domain/time.ts';
import { onePassEach, PASS_AT } from '../../test/made-up-passes.ts';
import { namedKey } from '../../test/pass-issuer.ts';
import { checkRequest } from './check-request.ts';

const EPOCH = epochAt(PASS_AT, USUAL_PARAMETERS);
const END = endOfEpoch(EPOCH, USUAL_PARAMETERS);
const passes = onePassEach(namedKey('phone').publicKey);
const { online, holder, group, paper } = passes;

function outcome(use: KeyUse, payload: Uint8Array, now = PASS_AT): string {
  const checked = checkRequest(use, payload, { now, parameters: USUAL_PARAMETERS });
  return 'refused' in checked ? checked.refused : checked.kind;
}

describe('a pass', () => {
  const asked = (pass: Pass, now?: number) => outcome('pass', encodePass(pass), now);

  for (const pass of Object.values(passes))
    test(`of the form ${pass.form} is signed as it is issued`, () => assert.equal(asked(pass), pass.form));

  test('may be for each of the epochs that phones hold passes for, and no later one', () => {
    for (let ahead = 0; ahead <= 5; ahead++) {
      const epoch = EPOCH + ahead;
      const pass = { ...holder, epoch, expiresAt: endOfEpoch(epoch, USUAL_PARAMETERS) };
      assert.equal(asked(pass), ahead <= 4 ? 'holder' : 'of an epoch that is not due');
    }
    assert.equal(asked({ ...online, epoch: EPOCH + 1 }), 'of an epoch that is not due');
    assert.equal(
      asked({ ...group, epoch: EPOCH - 1, expiresAt: PASS_AT + 1_000 }),
      'counts longer than its form may',
    );
  });

  const LONG = 'counts longer than its form may';
  for (const [what, pass, why] of [
    ['an online pass for a second too long', { ...online, expiresAt: PASS_AT + 61_000 }, LONG],
    ['an online pass for a year', { ...online, expiresAt: PASS_AT + 365 * DAY_MS }, LONG],
    ['a holder pass beyond its epoch', { ...holder, expiresAt: END + 1_000 }, LONG],
    ['a group beyond its epoch', { ...group, expiresAt: END + 1_000 }, LONG],
    ['a paper for a day too long', { ...paper, expiresAt: PASS_AT + 31 * DAY_MS }, LONG],
    ['one from the future', { ...online, issuedAt: PASS_AT + 6_000 }, 'issued in the future'],
    ['one from tomorrow', { ...paper, issuedAt: PASS_AT + DAY_MS }, 'issued in the future'],
    ['one from the past', { ...paper, issuedAt: PASS_AT - 31_000 }, 'issued in the past'],
  ] as const)
    test(`is not signed: ${what}`, () => assert.equal(asked(pass), why));

  test('that nobody could read is not signed', () => {
    for (const payload of [new Uint8Array(0), encodeCbor(1), Uint8Array.of(...encodePass(online), 0)])
      assert.equal(outcome('pass', payload), 'no pass');
  });
});

describe('a list', () => {
  const size = { epoch: EPOCH, capacity: 65_536, cardCapacity: 65_536 };
  const changes = changesOf(new Map([[7, 3]]));
  const base: StatusPayload = { kind: 'base', ...size, at: PASS_AT, changes };
  const delta: StatusPayload = { kind: 'delta', epoch: EPOCH, number: 3, holdsFrom: PASS_AT, changes };
  const head: StatusPayload = { kind: 'head', at: PASS_AT, epochs: [] };
  const asked = (use: KeyUse, payload: StatusPayload) => outcome(use, encodeStatus(payload));
  const NOT_DUE = 'of an epoch that is not due';

  test('is signed by the key of its kind only', () => {
    assert.equal(asked('status', base), 'base');
    assert.equal(asked('delta', delta), 'delta');
    assert.equal(asked('delta', { ...delta, kind: 'sum' }), 'sum');
    assert.equal(asked('delta', head), 'head');
    assert.equal(asked('delta', base), 'no delta, sum or head');
    for (const payload of [delta, head]) assert.equal(asked('status', payload), 'no base list');
    for (const payload of [base, delta, head]) assert.equal(asked('pass', payload), 'no pass');
  });

  test('is of an epoch that lasts, was just over, or comes', () => {
    for (const ahead of [-2, -1, 0, 1, 5, 6]) {
      const isDue = ahead >= -1 && ahead <= 5;
      const epoch = EPOCH + ahead;
      const holdsFrom = Math.min(PASS_AT, endOfEpoch(epoch, USUAL_PARAMETERS) - 1_000);
      assert.equal(asked('delta', { ...delta, epoch, holdsFrom }), isDue ? 'delta' : NOT_DUE, `${ahead}`);
      assert.equal(asked('status', { ...base, epoch, at: holdsFrom }), isDue ? 'base' : NOT_DUE, `${ahead}`);
    }
    const tooEarly = PASS_AT + 121_000;
    assert.equal(asked('delta', { ...delta, holdsFrom: tooEarly }), 'of the future');
    assert.equal(asked('status', { ...base, at: tooEarly }), 'of the future');
  });

  test('a head says what time it is', () => {
    assert.equal(asked('delta', { ...head, at: PASS_AT + 6_000 }), 'of another time');
    assert.equal(asked('delta', { ...head, at: PASS_AT - 600_000 }), 'of another time');
  });

  test('a token ends with its epoch', () => {
    const list = { bits: 2, lst: Uint8Array.of(1, 2, 3) } as const;
    const until = (expiresAt: object) =>
      outcome('status', encodeToken({ subject: 'a', issuedAt: PASS_AT, ...expiresAt }, list));
    assert.equal(until({ expiresAt: END }), 'token');
    assert.equal(until({ expiresAt: END + DAY_MS * 3 }), 'counts longer than it may');
    assert.equal(until({}), 'counts longer than it may');
  });
});

test('nothing is signed for a use that has its keys offline or elsewhere', () => {
  const payload = encodePass(online);
  for (const use of KEY_USES.filter((each) => !['pass', 'status', 'delta'].includes(each)))
    assert.equal(outcome(use, payload), 'of a use that is not signed here');
});
