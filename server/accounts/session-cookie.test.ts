import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { CitizenSession, StaffSession } from '../platform/http/rules.ts';
import { createKeyRing, type KeyRing } from '../platform/keys/key-ring.ts';
import { openSession, openText, type SealedSession, sealSession, sealText } from './session-cookie.ts';

const ids = { sessionId: 'a2b3', accountId: 'c4d5', signedInAt: 1_000 };
const SESSIONS: Readonly<Record<string, CitizenSession | StaffSession>> = {
  'of somebody who is not verified': { kind: 'citizen', ...ids },
  'of somebody verified without a code': {
    kind: 'citizen',
    ...ids,
    verified: { name: '陈一', document: { type: 'resident-id', number: '339900199001010011' } },
  },
  'of somebody with a passport and a code': {
    kind: 'citizen',
    ...ids,
    personId: 'e6f7',
    verified: { name: 'Anna VOGEL', document: { type: 'passport', number: 'Z1', issuer: 'DE' } },
  },
  'of staff': {
    kind: 'staff',
    ...ids,
    authority: '杭州市',
    territory: '3301',
    roles: ['verifier', 'counter'],
  },
};

describe('the cookie of a session', () => {
  const folder = temporaryFolder();
  let keys: KeyRing;
  let others: KeyRing;
  before(() => {
    keys = createKeyRing(join(folder, 'keys'));
    others = createKeyRing(join(folder, 'others'));
  });
  const sealed = (session: CitizenSession | StaffSession): SealedSession => ({
    session,
    endsAt: 43_201_000,
    renewAfter: 301_000,
  });
  const some = () => sealSession(keys, sealed(SESSIONS['of somebody with a passport and a code']!));

  for (const [who, session] of Object.entries(SESSIONS)) {
    test(`${who} opens as it was sealed`, () => {
      assert.deepEqual(openSession(keys, sealSession(keys, sealed(session))), sealed(session));
    });
  }

  test('shows nothing of what it holds', () => {
    const bytes = Buffer.from(some(), 'base64url').toString('latin1');
    for (const held of ['e6f7', 'VOGEL', 'passport']) assert.ok(!bytes.includes(held));
  });

  test('does not open with any bit changed', () => {
    const bytes = Buffer.from(some(), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(openSession(keys, forged.toString('base64url')), undefined);
    }
  });

  test('does not open truncated, longer, spelled otherwise, or as what it is not', () => {
    const cookie = some();
    for (let length = 0; length < cookie.length; length++)
      assert.equal(openSession(keys, cookie.slice(0, length)), undefined);
    for (const text of [
      `${cookie}A`,
      `${cookie}=`,
      ` ${cookie}`,
      `${cookie}\n`,
      'null',
      '{}',
      'A'.repeat(5_000),
    ])
      assert.equal(openSession(keys, text), undefined, text.slice(-20));
  });

  test('has one spelling: the bits that a last letter has left over are not free', () => {
    for (const personId of ['e', 'ef', 'efg']) {
      const session = { kind: 'citizen', ...ids, personId } as const;
      const cookie = sealSession(keys, sealed(session));
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const opened = [...letters].filter((letter) => openSession(keys, cookie.slice(0, -1) + letter));
      assert.deepEqual(opened, [cookie.at(-1)]);
    }
  });

  test('of another installation does not open', () => {
    assert.equal(openSession(others, some()), undefined);
  });

  test('is no other cookie of ours, and no other one is it', () => {
    assert.equal(openText(keys, 'sign-in cookie', some()), undefined);
    assert.equal(openSession(keys, sealText(keys, 'sign-in cookie', '[1,"a","b",0,0,0,["c",0]]')), undefined);
  });
});
