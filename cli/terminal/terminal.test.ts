import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printable } from './terminal.ts';

describe('printable text', () => {
  test('keeps what people write', () => {
    const text = '绍兴市越城区 "O’Brien" <b>%s</b> C:\\path 😀';
    assert.equal(printable(text), text);
  });

  test('escapes what a terminal obeys', () => {
    assert.equal(printable('\u001b[2Jred\u0007\u009b1m\u007f'), '\\u001b[2Jred\\u0007\\u009b1m\\u007f');
  });

  test('stays on one line', () => {
    assert.equal(
      printable('a\r\nb\tc\u2028d\u2029e\u0085'),
      'a\\u000d\\u000ab\\u0009c\\u2028d\\u2029e\\u0085',
    );
  });

  test('turns no direction', () => {
    assert.equal(printable('\u202ea\u2066b\u2069c\u200fd'), '\\u202ea\\u2066b\\u2069c\\u200fd');
  });

  test('escapes half of a surrogate pair, which no encoding can write', () => {
    assert.equal(printable('a\ud800b'), 'a\\ud800b');
  });
});
