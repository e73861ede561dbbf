import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keptPath } from './kept-files.ts';

const ORIGIN = 'https://code.example';
const FILES = { '/': 'sha256-a', '/assets/index-abc.js': 'sha256-b' };

/** What answers a request for this address. */
function answers(path: string, { method = 'GET', mode = 'no-cors', origin = ORIGIN } = {}) {
  return keptPath({ method, mode, url: `${origin}${path}` }, ORIGIN, FILES);
}

describe('what a phone keeps', () => {
  test('is the page, whatever became of signing in, and its parts', () => {
    assert.equal(answers('/', { mode: 'navigate' }), '/');
    assert.equal(answers('/?signin=failed', { mode: 'navigate' }), '/');
    assert.equal(answers('/assets/index-abc.js'), '/assets/index-abc.js');
  });

  test('is never a reply of the service', () => {
    for (const path of ['/api/v1/me/code', '/api/v1/session', '/api/v1/me/phones', '/api/v1/trust/keys'])
      for (const mode of ['navigate', 'cors', 'same-origin'])
        assert.equal(answers(path, { mode }), undefined);
  });

  test('answers for nobody else, to nothing but a look, and under no other name', () => {
    for (const origin of ['https://evil.example', 'http://code.example', 'https://code.example:444'])
      assert.equal(answers('/assets/index-abc.js', { origin }), undefined, origin);
    for (const method of ['POST', 'HEAD', 'PUT'])
      assert.equal(answers('/', { method, mode: 'navigate' }), undefined, method);
    for (const path of [
      '/assets/index-abc.js?x',
      '/assets/other.js',
      '//',
      '/constructor',
      '/assets/%69ndex-abc.js',
    ])
      assert.equal(answers(path), undefined, path);
    assert.equal(answers('/', { mode: 'cors' }), undefined, 'the page is for being opened');
  });
});
