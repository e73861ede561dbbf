import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { checkSignIn } from '../../server/accounts/sign-in/settings.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { runProgram } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { UsageError } from '../command.ts';
import { signInOf } from './sign-in.ts';

describe('with whom people sign in', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'secret');
  before(() => {
    writeFileSync(file, 'hush\n');
    writeFileSync(join(folder, 'empty'), '\n');
  });
  const ISSUER = 'https://id.example';
  const given = { issuer: ISSUER, 'client-id': 'us', 'client-secret-file': file };

  test('is said by options', () => {
    const values = { ...given, 'trust-framework': ['cn'], 'two-factor-acr': ['a', 'b'] };
    assert.deepEqual(signInOf(values, {}), {
      ...{ issuer: ISSUER, clientId: 'us', clientSecret: 'hush' },
      ...{ trustFrameworks: ['cn'], twoFactorAcr: ['a', 'b'] },
    });
  });

  test('is said by the environment', () => {
    const env = {
      HEALTHCODE_OIDC_ISSUER: ISSUER,
      HEALTHCODE_OIDC_CLIENT_ID: 'us',
      HEALTHCODE_OIDC_CLIENT_SECRET_FILE: file,
      HEALTHCODE_OIDC_TRUST_FRAMEWORKS: 'cn  other',
      HEALTHCODE_OIDC_TWO_FACTOR_ACR: 'a',
      HEALTHCODE_OIDC_SCOPE: 'openid profile',
    };
    assert.deepEqual(signInOf({}, env), {
      ...{ issuer: ISSUER, clientId: 'us', clientSecret: 'hush', scope: 'openid profile' },
      ...{ trustFrameworks: ['cn', 'other'], twoFactorAcr: ['a'] },
    });
  });

  test('is nobody when nothing is said', () => assert.equal(signInOf({}, {}), undefined));

  test('is not guessed when a part is missing', () => {
    for (const name of ['issuer', 'client-id', 'client-secret-file'] as const)
      assert.throws(() => signInOf({ ...given, [name]: undefined }, {}), UsageError, name);
    assert.throws(() => signInOf({ ...given, issuer: 'id.example' }, {}), UsageError);
  });

  test('needs a secret that can be read, and the message names the file alone', () => {
    for (const name of ['missing', 'empty']) {
      const values = { ...given, 'client-secret-file': join(folder, name) };
      assert.throws(() => signInOf(values, {}), OperatorError, name);
    }
  });

  test('never travels in the clear beyond this machine', () => {
    const signIn = signInOf(given, {})!;
    const local = { host: '127.0.0.1' };
    assert.equal(checkSignIn({ ...local, signIn }), signIn);
    assert.equal(checkSignIn({ host: '0.0.0.0' }), undefined);
    assert.ok(checkSignIn({ host: '0.0.0.0', publicOrigin: 'https://code.example', signIn }));
    assert.ok(checkSignIn({ ...local, signIn: { ...signIn, issuer: 'http://127.0.0.1:8081' } }));
    const refused = [
      { ...local, signIn: { ...signIn, issuer: 'http://id.example' } },
      { ...local, signIn: { ...signIn, issuer: 'http://127.0.0.1.attacker.example' } },
      { host: '0.0.0.0', signIn },
      { host: '0.0.0.0', publicOrigin: 'http://code.example', signIn },
      { ...local, signIn: { ...signIn, clientSecret: '' } },
    ];
    for (const config of refused)
      assert.throws(() => checkSignIn(config), OperatorError, JSON.stringify(config));
  });

  test('is the demo itself where it is for trying out', () => {
    const args = ['serve', '--demo', '--issuer', ISSUER, '--client-id', 'us', '--client-secret-file', file];
    const { status, stderr } = runProgram(args);
    assert.equal(status, 2);
    assert.match(stderr, /--demo has an identity provider of its own/);
  });
});
