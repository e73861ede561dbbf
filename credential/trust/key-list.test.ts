import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS } from '../../domain/time.ts';
import { verify } from '../../gate/verify.ts';
import {
  type KeyPair,
  listBy,
  listed,
  makePair,
  makeRoot,
  passTextBy,
  signTogether,
  TRUST_AT,
} from '../../test/trust.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { readText } from '../read.ts';
import { SUITES } from '../suites.ts';
import { acceptKeyList, type KeyList, type Pin } from './key-list.ts';
import { decodeKeyList, encodeKeyList, type KeyListContent } from './key-list-content.ts';

const ROOT = makeRoot();
const PIN: Pin = listBy(ROOT);
const NOW = TRUST_AT + 1_000;
const [ONE, TWO, THREE] = ROOT as [KeyPair, KeyPair, KeyPair];
const PASS = makePair('ES256');

const signedBy = (signers: readonly KeyPair[], changes: Partial<KeyListContent> = {}, root = ROOT) =>
  signTogether(encodeKeyList(listBy(root, changes)), signers);
const accept = (bytes: Uint8Array, known: Pin | KeyList = PIN, now = NOW) =>
  acceptKeyList(known, bytes, now, verify);
const refusal = (...given: Parameters<typeof accept>) => {
  const list = accept(...given);
  return 'refused' in list ? list.refused : 'accepted';
};
function accepted(bytes: Uint8Array, known?: Pin | KeyList): KeyList {
  const list = accept(bytes, known);
  if ('refused' in list) throw new Error(list.refused);
  return list;
}

describe('a key list', () => {
  test('is read as it was written, with keys of both suites', () => {
    const revoked = { revokedAt: TRUST_AT + 5_000, province: '31' };
    const keys = [listed(PASS, 'pass'), listed(makePair('SM2'), 'province', revoked)];
    const list = accepted(signedBy([ONE, TWO], { version: 7, keys }));
    const { bytes: _, find, ...content } = list;
    assert.deepEqual(content, decodeKeyList(encodeKeyList(content)));
    assert.deepEqual(list.keys.map(plain), keys.map(plain));
    for (const key of list.keys) assert.equal(find(key.kid), key);
    assert.equal(find(new Uint8Array(8)), undefined);
  });

  for (const suite of SUITES)
    test(`is signed by a root of ${suite}`, () => {
      const root = makeRoot(suite);
      const pin = listBy(root);
      assert.equal(refusal(signedBy(root.slice(1), {}, root), pin), 'accepted');
      assert.equal(refusal(signedBy(ROOT, {}, root), pin), 'not-signed');
    });

  test('needs as many different keys of the root as the root says', () => {
    assert.equal(refusal(signedBy([ONE, THREE])), 'accepted');
    assert.equal(refusal(signedBy([ONE])), 'not-signed');
    assert.equal(refusal(signedBy([ONE, ONE, ONE])), 'not-signed');
    assert.equal(refusal(signedBy([ONE, PASS, makePair('ES256')])), 'not-signed');
    assert.equal(refusal(signedBy([PASS, ONE, ONE, TWO])), 'accepted');
  });

  test('may not say of itself that fewer are enough, or that others are the root', () => {
    const lax = { ...listBy(ROOT).root, threshold: 1 };
    assert.equal(refusal(signedBy([ONE], { root: lax })), 'not-signed');
    const stranger = makeRoot();
    assert.equal(refusal(signTogether(encodeKeyList(listBy(stranger)), stranger)), 'not-signed');
  });

  test('is not accepted with any byte flipped', () => {
    const bytes = signedBy([ONE, TWO], { keys: [listed(PASS, 'pass')] });
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1;
      assert.notEqual(refusal(changed), 'accepted', `byte ${at}`);
    }
    assert.equal(refusal(Uint8Array.of(...bytes, 0)), 'unreadable');
  });

  test('that is older than the one held is rolled back, and another one of its version is no list', () => {
    const held = accepted(signedBy([ONE, TWO], { version: 5 }));
    assert.equal(refusal(signedBy([ONE, TWO], { version: 4 }), held), 'rolled-back');
    assert.equal(
      refusal(signedBy([ONE, TWO], { version: 5, keys: [listed(PASS, 'pass')] }), held),
      'other-content',
    );
    assert.equal(refusal(signedBy([TWO, THREE], { version: 5 }), held), 'accepted');
    assert.equal(refusal(signedBy([ONE, TWO], { version: 6 }), held), 'accepted');
  });

  test('that has expired shows that newer ones are kept back', () => {
    const bytes = signedBy([ONE, TWO]);
    assert.equal(refusal(bytes, PIN, TRUST_AT + 30 * DAY_MS - 1), 'accepted');
    assert.equal(refusal(bytes, PIN, TRUST_AT + 30 * DAY_MS), 'frozen');
    assert.equal(refusal(bytes, accepted(bytes), TRUST_AT + 31 * DAY_MS), 'frozen');
  });

  test('of another province is refused', () => {
    assert.equal(refusal(signedBy([ONE, TWO], { province: '31' })), 'other-province');
  });

  test('changes the root when enough of the former and enough of the new one have signed', () => {
    const next = makeRoot('SM2');
    const bySome = (signers: readonly KeyPair[]) => signedBy(signers, { version: 2 }, next);
    const held = accepted(signedBy([ONE, TWO]));
    assert.equal(refusal(bySome(ROOT), held), 'not-signed');
    assert.equal(refusal(bySome(next), held), 'not-signed');
    assert.equal(refusal(bySome([ONE, ...next]), held), 'not-signed');
    assert.equal(refusal(bySome([ONE, TWO, next[0]!]), held), 'not-signed');
    const changed = accepted(bySome([ONE, TWO, ...next.slice(1)]), held);
    // From now on the former root says nothing.
    assert.equal(refusal(signedBy([ONE, TWO], { version: 3 }), changed), 'not-signed');
    assert.equal(refusal(signedBy(next, { version: 3 }, next), changed), 'accepted');
  });

  test('replaces one lost key of the root while the others stay', () => {
    const next = [ONE, TWO, makePair('ES256')];
    const held = accepted(signedBy([ONE, TWO]));
    assert.equal(refusal(signedBy([ONE, TWO], { version: 2 }, next), held), 'accepted');
    assert.equal(refusal(signedBy([ONE, next[2]!], { version: 2 }, next), held), 'not-signed');
  });
});

describe('what no key list says', () => {
  const possible = listBy(ROOT, { keys: [listed(PASS, 'pass')] });
  const other = (changes: Partial<KeyListContent>) => () => encodeKeyList({ ...possible, ...changes });
  const [passKey] = possible.keys as [KeyListContent['keys'][number]];

  for (const [what, write] of [
    [
      'one key for two uses',
      other({ keys: [passKey, { ...passKey, kid: new Uint8Array(8), use: 'delta' }] }),
    ],
    [
      'two keys under one name',
      other({ keys: [passKey, { ...listed(makePair('ES256'), 'pass'), kid: passKey.kid }] }),
    ],
    ['a key of the root for something else', other({ keys: [listed(ONE, 'pass')] })],
    [
      'one key of the root twice',
      other({ root: { threshold: 2, keys: [possible.root.keys[0]!, possible.root.keys[0]!] } }),
    ],
    ['that nobody has to sign', other({ root: { ...possible.root, threshold: 0 } })],
    ['that more have to sign than there are', other({ root: { ...possible.root, threshold: 4 } })],
    ['version 0', other({ version: 0 })],
    ['that it ends before it begins', other({ expiresAt: TRUST_AT })],
    [
      'of a key that it ends before it begins',
      other({ keys: [{ ...passKey, notAfter: passKey.notBefore }] }),
    ],
    ['that paper counts for three months', other({ parameters: { ...possible.parameters, paperDays: 90 } })],
    ['that no rule key has to sign', other({ parameters: { ...possible.parameters, rulesThreshold: 0 } })],
    ['half a second', other({ issuedAt: TRUST_AT + 500 })],
    ['no province', other({ province: '3' })],
  ] as const)
    test(what, () => assert.throws(write, RangeError));

  test('anything in another encoding', () => {
    const payload = encodeKeyList(possible);
    assert.ok(decodeKeyList(payload));
    assert.equal(decodeKeyList(Uint8Array.of(0x98, 8, ...payload.subarray(1))), undefined);
    assert.equal(decodeKeyList(encodeCbor([2])), undefined);
  });
});

describe('a pass by a key of a list', () => {
  test('is refused when the key is for another use, or of another province', () => {
    const text = passTextBy(PASS, NOW);
    const reasonWith = (changes: object) => {
      const list = accepted(signedBy([ONE, TWO], { keys: [{ ...listed(PASS, 'pass'), ...changes }] }));
      const read = readText(text, list, NOW, verify);
      return read.kind === 'refused' ? read.reason : read.kind;
    };
    assert.equal(reasonWith({}), 'opened');
    assert.equal(reasonWith({ use: 'delta' }), 'wrong-use');
    assert.equal(reasonWith({ province: '31' }), 'other-province');
    assert.equal(reasonWith({ revokedAt: TRUST_AT }), 'key-revoked');
  });

  test('counts under the old key and the new one while both are in force', () => {
    const next = makePair('ES256');
    const before = accepted(signedBy([ONE, TWO], { keys: [listed(PASS, 'pass')] }));
    const keys = [
      listed(PASS, 'pass', { notAfter: TRUST_AT + DAY_MS }),
      listed(next, 'pass', { notBefore: TRUST_AT }),
    ];
    const after = accepted(signedBy([ONE, TWO], { version: 2, keys }), before);
    const kindOf = (pair: typeof PASS, list: KeyList) =>
      readText(passTextBy(pair, NOW), list, NOW, verify).kind;
    assert.deepEqual([kindOf(PASS, before), kindOf(next, before)], ['opened', 'refused']);
    assert.deepEqual([kindOf(PASS, after), kindOf(next, after)], ['opened', 'opened']);
  });
});

function plain(key: object): object {
  return Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
  );
}
