import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { scan } from './scan.ts';

const texts = (pieces: readonly { readonly text: string }[]) => pieces.map(({ text }) => text);

describe('a scanned source', () => {
  test('keeps the place and line of everything', () => {
    const source = "const a = 'x'; // note\n/* two\nlines */ const b = `c`;";
    const { code, comments, strings } = scan(source);
    assert.equal(code.length, source.length);
    assert.equal(code, `const a = ' ';        \n      \n         const b = \` \`;`);
    assert.deepEqual(texts(comments), ['// note', '/* two\nlines */']);
    assert.deepEqual(
      strings.map(({ line, text }) => [line, text]),
      [
        [1, 'x'],
        [3, 'c'],
      ],
    );
  });

  test('takes no comment out of a string and no string out of a comment', () => {
    const { code, comments, strings } = scan(`f("// no", '/* no */'); // "no" 'don't\ng();`);
    assert.deepEqual(texts(strings), ['// no', '/* no */']);
    assert.equal(comments.length, 1);
    assert.ok(code.endsWith('g();'));
  });

  test('reads code inside templates, however deep', () => {
    const { code, strings } = scan('`a#{f({ b: `c#{d}` })}e` + g'.replaceAll('#', '$'));
    assert.deepEqual(texts(strings), ['c{}', 'a{}e']);
    assert.match(code, /^` \$\{f\(\{ b: ` \$\{d\}` \}\)\} ` \+ g$/);
  });

  test('tells a division from a regular expression', () => {
    assert.deepEqual(texts(scan(`a / b; c() / 2; i++ / 2; x[0] / 'y'`).strings), ['y']);
    assert.deepEqual(texts(scan(`f(/['"\`]/g, 'y'); return /'[/]/.test(z)`).strings), ['y']);
  });

  test('does not lose itself in the text of markup', () => {
    const { strings, code } = scan(`return <p>don't</p>;\nimport('./x.ts')`);
    assert.deepEqual(texts(strings), ['./x.ts']);
    assert.ok(code.includes('import('));
  });

  test('undoes escapes that hide a name', () => {
    assert.deepEqual(texts(scan(String.raw`'\x66s' + '\u{66}s' + '\u0066s'`).strings), ['fs', 'fs', 'fs']);
  });
});
