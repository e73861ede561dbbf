import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readStaff, readVerification } from './claims.ts';

const document = { type: 'resident-id', number: '339900199001010011' };
const verification = { trust_framework: 'ours' };
const good = { verification, claims: { name: '陈一', document } };
const read = (verified_claims: unknown) => readVerification({ sub: 'x', verified_claims }, ['ours', 'other']);

describe('verified claims', () => {
  test('say who somebody is', () => {
    assert.deepEqual(read(good), { kind: 'verified', identity: { name: '陈一', document } });
  });

  test('may be several, of which the one of a framework that is trusted counts', () => {
    const foreign = { verification: { trust_framework: 'theirs' }, claims: { name: 'X', document } };
    assert.equal(read([foreign, good]).kind, 'verified');
  });

  test('may be missing: then nothing is verified', () => {
    assert.deepEqual(readVerification({ sub: 'x', name: '陈一', document }, ['ours']), { kind: 'none' });
  });

  const UNREADABLE: Readonly<Record<string, unknown>> = {
    'of a framework that is not trusted': { ...good, verification: { trust_framework: 'theirs' } },
    'without a framework': { claims: good.claims },
    'with several frameworks in one': { ...good, verification: { trust_framework: ['ours'] } },
    'without claims': { verification },
    'without a document': { verification, claims: { name: '陈一' } },
    'without a name': { verification, claims: { document } },
    'with an empty name': { verification, claims: { name: ' ', document } },
    'with a name that steers a terminal': { verification, claims: { name: '\u001b[31m', document } },
    'with a name that turns the text around': { verification, claims: { name: 'a\u202eb', document } },
    'with a very long name': { verification, claims: { name: 'a'.repeat(101), document } },
    'with a number of no document': {
      verification,
      claims: { name: '陈一', document: { ...document, number: '1' } },
    },
    'with a document of no kind': {
      verification,
      claims: { name: '陈一', document: { ...document, type: 'card' } },
    },
    'that are a text': 'yes',
    'that are a number': 1,
    'that are an empty list': [],
    'with claims that are a list': { verification, claims: [] },
  };
  for (const [what, given] of Object.entries(UNREADABLE)) {
    test(`${what} count as none, and the reason holds no value`, () => {
      const result = read(given);
      assert.equal(result.kind, 'unreadable');
      assert.ok(
        result.kind === 'unreadable' && !/陈|3399|theirs|31m|aaa/.test(result.why),
        JSON.stringify(result),
      );
    });
  }
});

describe('claims of staff', () => {
  const staff = {
    acr: 'two',
    healthcode_roles: ['counter', 'counter', 'king'],
    healthcode_territory: '330100',
    healthcode_authority: 'Hangzhou',
  };

  test('say what they may do, where, and for whom; a role that nobody knows is left out', () => {
    assert.deepEqual(readStaff(staff, ['two']), {
      roles: ['counter'],
      territory: '3301',
      authority: 'Hangzhou',
    });
  });

  const REFUSED: Readonly<Record<string, object>> = {
    'without a second factor': { acr: 'one' },
    'without any acr': { acr: undefined },
    'with several values of acr': { acr: ['two'] },
    'without roles': { healthcode_roles: [] },
    'with roles as a text': { healthcode_roles: 'counter' },
    'with a role of every object': { healthcode_roles: ['constructor'] },
    'without a territory': { healthcode_territory: undefined },
    'with a territory that is no region': { healthcode_territory: '3' },
    'with everything as territory': { healthcode_territory: '' },
    'without an authority': { healthcode_authority: undefined },
  };
  for (const [what, change] of Object.entries(REFUSED)) {
    test(`${what} are refused`, () => assert.equal(readStaff({ ...staff, ...change }, ['two']), undefined));
  }

  test('are refused where no value of acr stands for two factors', () => {
    assert.equal(readStaff(staff, []), undefined);
  });
});
