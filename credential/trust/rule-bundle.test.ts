import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS } from '../../domain/time.ts';
import { verify } from '../../gate/verify.ts';
import { listBy, listed, makePair, makeRoot, signTogether, TRUST_AT } from '../../test/trust.ts';
import type { KnownKey } from './keys.ts';
import {
  acceptRuleBundle,
  encodeRuleBundle,
  type RuleBundle,
  type RuleBundleContent,
} from './rule-bundle.ts';

const PAIRS = [makePair(), makePair('SM2'), makePair()] as const;
const [ONE, TWO, THREE] = PAIRS;
const rules = new TextEncoder().encode('{"id":"zj-2021-01"}');
const CONTENT: RuleBundleContent = { id: 'zj-2021-01', number: 4, inForceFrom: 0, issuedAt: TRUST_AT, rules };
const keysWith = (changes: Partial<KnownKey> = {}, of = ONE) =>
  listBy(makeRoot(), { keys: PAIRS.map((pair) => listed(pair, 'rules', pair === of ? changes : {})) });
const KEYS = keysWith();

const sign = (signers: readonly (typeof ONE)[], changes: Partial<RuleBundleContent> = {}) =>
  signTogether(encodeRuleBundle({ ...CONTENT, ...changes }), signers);
const outcome = (bytes: Uint8Array, held?: RuleBundle, keys = KEYS) => {
  const bundle = acceptRuleBundle(held, bytes, keys, verify);
  return 'refused' in bundle ? bundle.refused : 'accepted';
};

describe('a rule bundle', () => {
  test('is the exact bytes of the package, when enough rules keys of the province have signed it', () => {
    const bytes = sign([ONE, TWO]);
    assert.deepEqual(acceptRuleBundle(undefined, bytes, KEYS, verify), { ...CONTENT, bytes });
    assert.equal(outcome(sign([THREE, TWO])), 'accepted');
  });

  test('is refused when too few have signed it, or one twice, or others', () => {
    for (const signers of [[ONE], [ONE, ONE, ONE], [ONE, makePair()]])
      assert.equal(outcome(sign(signers)), 'not-signed');
  });

  test('is refused with any byte flipped', () => {
    const bytes = sign([ONE, THREE]);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 0x10;
      assert.notEqual(outcome(changed), 'accepted', `byte ${at}`);
    }
  });

  test('is not signed by a key of another use or province, revoked, or not in force when it was issued', () => {
    for (const changes of [
      { use: 'pass' },
      { province: '31' },
      { revokedAt: TRUST_AT + DAY_MS },
      { notBefore: TRUST_AT + 1_000 },
      { notAfter: TRUST_AT },
    ] as const)
      assert.equal(outcome(sign([ONE, TWO]), undefined, keysWith(changes)), 'not-signed');
    const ended = keysWith({ notAfter: TRUST_AT + 1_000 });
    assert.equal(outcome(sign([ONE, TWO]), undefined, ended), 'accepted');
  });

  test('is never an older one, nor another under the same number; signed again it is the same', () => {
    const held: RuleBundle = { ...CONTENT, bytes: sign([ONE, TWO]) };
    assert.equal(outcome(sign([ONE, TWO], { number: 3 }), held), 'rolled-back');
    assert.equal(outcome(sign([ONE, TWO], { issuedAt: TRUST_AT - 1_000 }), held), 'rolled-back');
    assert.equal(outcome(sign([ONE, TWO], { rules: new Uint8Array(2) }), held), 'other-content');
    assert.equal(outcome(sign([ONE, TWO], { inForceFrom: 1_000 }), held), 'other-content');
    assert.equal(outcome(sign([TWO, THREE], { issuedAt: TRUST_AT + 1_000 }), held), 'accepted');
    assert.equal(outcome(sign([ONE, TWO], { number: 5, rules: new Uint8Array(2) }), held), 'accepted');
  });

  test('needs as many as the parameters say', () => {
    const three = { ...KEYS, parameters: { ...KEYS.parameters, rulesThreshold: 3 } };
    assert.equal(outcome(sign([ONE, TWO]), undefined, three), 'not-signed');
    assert.equal(outcome(sign(PAIRS), undefined, three), 'accepted');
  });
});
