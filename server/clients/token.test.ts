import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { testKeys } from '../../test/http/http-app.ts';
import type { TokenKeys } from '../platform/keys/versioned-keys.ts';
import { type Claims, createTokenReader, readToken, signToken, TOKEN_LIFETIME_SECONDS } from './token.ts';

const NOW = Date.UTC(2021, 0, 6);
const iat = NOW / 1_000;
const claims: Claims = {
  aud: 'zj',
  client_id: 'hospital',
  scope: 'evidence:write',
  jti: '1',
  iat,
  exp: iat + TOKEN_LIFETIME_SECONDS,
};
const keys = testKeys(2);
const token = signToken(keys, claims);
const [header, payload, signature] = token.split('.') as [string, string, string];
const encode = (text: string) => Buffer.from(text).toString('base64url');
/** Signs anything with the real key, as a fault of ours would. */
const signed = (head: string, body: string) => {
  const text = `${encode(head)}.${encode(body)}`;
  return `${text}.${createHmac('sha256', keys.current().key).update(text).digest('base64url')}`;
};
const HEAD = '{"alg":"HS256","typ":"at+jwt","kid":"2"}';

describe('an access token', () => {
  test('says what was put in, until it ends', () => {
    assert.deepEqual(readToken(keys, 'zj', token, NOW), claims);
    assert.deepEqual(readToken(keys, 'zj', token, NOW + TOKEN_LIFETIME_SECONDS * 1_000 - 1), claims);
    assert.equal(readToken(keys, 'zj', token, NOW + TOKEN_LIFETIME_SECONDS * 1_000), 'expired');
  });

  test('counts while its key stays, though newer keys sign', () => {
    const old: TokenKeys = { ...keys, current: () => ({ version: 1, key: keys.find(1)! }) };
    const before = signToken(old, claims);
    assert.deepEqual(readToken(keys, 'zj', before, NOW), claims);
    const without: TokenKeys = {
      ...keys,
      find: (version) => (version === 1 ? undefined : keys.find(version)),
    };
    assert.equal(readToken(without, 'zj', before, NOW), 'unknown-key');
  });

  const none = encode('{"alg":"none","typ":"at+jwt","kid":"2"}');
  const larger = encode(JSON.stringify({ ...claims, scope: 'evidence:write evidence:read' }));
  // biome-ignore format: a table reads better as a table
  const attacks: readonly (readonly [what: string, token: string, fault: string])[] = [
    ['without a signature', `${header}.${payload}.`, 'malformed'],
    ['with the algorithm none', `${none}.${payload}.`, 'malformed'],
    ['with the algorithm none and a signature', `${none}.${payload}.${signature}`, 'malformed'],
    ['with more scopes than were granted', `${header}.${larger}.${signature}`, 'forged'],
    ['signed by another deployment', signToken(testKeys(2), claims), 'forged'],
    ['made for another deployment', signToken(keys, { ...claims, aud: 'js' }), 'foreign'],
    ['made for another purpose', signed(HEAD.replace('at+jwt', 'pass'), JSON.stringify(claims)), 'malformed'],
    ['with another order in its header', signed('{"typ":"at+jwt","alg":"HS256","kid":"2"}', JSON.stringify(claims)), 'malformed'],
    ['with a key that never was', signToken({ ...keys, current: () => ({ version: 9, key: keys.find(2)! }) }, claims), 'unknown-key'],
    ['under another key than it names', signToken({ ...keys, current: () => ({ version: 1, key: keys.find(2)! }) }, claims), 'forged'],
    ['from the future', signToken(keys, { ...claims, iat: iat + 60 }), 'not-yet'],
    ['without claims', signed(HEAD, '{}'), 'malformed'],
    ['with a part more', `${token}.${signature}`, 'malformed'],
    ['that is very long', `${header}.${'a'.repeat(5_000)}.${signature}`, 'malformed'],
    ['that is empty', '', 'malformed'],
    ['whose signature is written in another way', `${header}.${payload}.${signature}=`, 'forged'],
  ];
  for (const [what, text, fault] of attacks) {
    test(`${what} is ${fault}`, () => assert.equal(readToken(keys, 'zj', text, NOW), fault));
  }

  test('does not survive the change of a single character', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        assert.equal(typeof readToken(keys, 'zj', changed, NOW), 'string');
      }),
      { numRuns: 1_000 },
    );
  });

  test('that is any text is refused without an error', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof readToken(keys, 'zj', text, NOW) === 'string'));
  });
});

describe('a reader of tokens', () => {
  test('says of a token each time what it would say at first', () => {
    const read = createTokenReader(keys, 'zj');
    for (const [now, expected] of [
      [NOW, claims],
      [NOW, claims],
      [NOW + 599_999, claims],
      [NOW + 600_000, 'expired'],
      [NOW - 31_000, 'not-yet'],
      [NOW, claims],
    ] as const)
      assert.deepEqual(read(token, now), expected);
    for (const bad of [`${header}.${payload}.${signature}x`, `${header}.${payload}.`, `${token} `])
      for (let i = 0; i < 2; i++) assert.equal(typeof read(bad, NOW), 'string');
    const foreign = createTokenReader(keys, 'js');
    for (let i = 0; i < 2; i++) assert.equal(foreign(token, NOW), 'foreign');
  });

  test('forgets what it knows when the key is retired, or is another one', () => {
    let present: TokenKeys = keys;
    const read = createTokenReader({ current: keys.current, find: (version) => present.find(version) }, 'zj');
    assert.deepEqual(read(token, NOW), claims);
    present = { ...keys, find: () => undefined };
    assert.equal(read(token, NOW), 'unknown-key');
    present = testKeys(2);
    assert.equal(read(token, NOW), 'forged');
    present = keys;
    assert.deepEqual(read(token, NOW), claims);
  });

  test('remembers so many', () => {
    let asked = 0;
    const counting: TokenKeys = {
      current: keys.current,
      find: (version) => {
        asked++;
        return keys.find(version);
      },
    };
    const read = createTokenReader(counting, 'zj', 2);
    const tokens = ['a', 'b', 'c'].map((jti) => signToken(keys, { ...claims, jti }));
    for (const one of tokens) read(one, NOW);
    asked = 0;
    read(tokens[2]!, NOW);
    assert.equal(asked, 1);
    read(tokens[0]!, NOW);
    assert.ok(asked > 2, 'read anew');
  });
});
