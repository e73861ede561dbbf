import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { localPath, withOutcome } from './local-path.ts';

describe('a path to come back to', () => {
  for (const path of ['/', '/code', '/code?from=door#top', '/申领']) {
    test(`is kept: ${path}`, () => assert.equal(decodeURI(localPath(path)), path));
  }

  const ELSEWHERE = [
    'https://attacker.example/',
    '//attacker.example',
    '/\\attacker.example',
    '\\\\attacker.example',
    '/\t/attacker.example',
    '/\n/attacker.example',
    '/.//attacker.example',
    '/x/..//attacker.example',
    '/%2e//attacker.example',
    'javascript:alert(1)',
    'data:text/html,x',
    ' //attacker.example',
    'http:attacker.example',
    '///attacker.example',
    '@attacker.example',
    '',
  ];
  for (const text of ELSEWHERE) {
    test(`is the beginning instead of ${JSON.stringify(text)}`, () => assert.equal(localPath(text), '/'));
  }

  test('is no address of the interface: that would begin to sign in again and again', () => {
    assert.equal(localPath('/api/v1/sign-in?as=citizen'), '/');
  });

  test('is the beginning when nothing is given', () => assert.equal(localPath(undefined), '/'));

  test('tells the page what became of it and keeps the rest', () => {
    assert.equal(withOutcome('/code?a=1#top', 'failed'), '/code?a=1&signin=failed#top');
    assert.equal(withOutcome('/?signin=failed', 'unavailable'), '/?signin=unavailable');
  });
});
