import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { duplicateName } from './duplicate-names.ts';
import { DEFAULT_RULES } from './rules-file.ts';

const FOUND: readonly (readonly [what: string, text: string, path: string])[] = [
  ['at the top', '{"a":1,"b":2,"a":3}', 'a'],
  ['with the same value', '{"a":1,"a":1}', 'a'],
  ['inside an object', '{"a":{"b":1,"c":2,"b":3}}', 'a.b'],
  ['inside a list', '{"a":[{"b":1},{"b":1,"b":2}]}', 'a[1].b'],
  ['in a list of lists', '[[1,2],["x",{"b":1,"b":2}]]', '[1][1].b'],
  ['after an object that has ended', '{"a":{"x":[{}]},"b":1,"a":2}', 'a'],
  ['written with an escape', '{"a":1,"\\u0061":2}', 'a'],
  ['with white space before the colon', '{"a"\n\t:1,"a" \r\n: 2}', 'a'],
  ['with a quote and a backslash in it', '{"\\"\\\\":1,"\\"\\\\":2}', '"\\'],
  ['that is empty', '{"":1,"":2}', ''],
  ['that every object seems to have', '{"__proto__":1,"__proto__":2}', '__proto__'],
];

const NOT_FOUND: readonly (readonly [what: string, text: string])[] = [
  ['one object', '{"a":1,"b":2}'],
  ['two objects with the same name', '[{"a":1},{"a":2}]'],
  ['a value that equals a name', '{"a":"b","b":"a"}'],
  ['a list of equal texts', '["a","a"]'],
  ['a text that looks like an object', '{"a":"{\\"a\\":1,\\"a\\":2}"}'],
  ['a text that ends in a backslash', '{"a":"\\\\","b":"\\\\"}'],
  ['names that differ in case', '{"a":1,"A":2}'],
  ['the name of the object around it', '{"a":{"a":{"a":1}}}'],
  ['names that objects are born with', '{"constructor":1,"toString":2}'],
  ['a lone text', '"a"'],
  ['a lone number', '1'],
];

describe('a name that is given twice', () => {
  for (const [what, text, path] of FOUND) {
    test(`is found ${what}`, () => assert.equal(duplicateName(text), path));
  }

  for (const [what, text] of NOT_FOUND) {
    test(`is not found in ${what}`, () => assert.equal(duplicateName(text), undefined));
  }

  test('is not found in any text that was written from a value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        assert.equal(duplicateName(JSON.stringify(value, undefined, 1)), undefined);
      }),
    );
  });

  test('is found however deeply it lies', () => {
    const depth = 500_000;
    const text = `${'['.repeat(depth)}{"a":1,"a":2}${']'.repeat(depth)}`;
    assert.ok(duplicateName(text)?.endsWith('[0].a'));
  });

  test('is looked for in a long text in a moment', () => {
    const text = JSON.stringify({ a: 'x'.repeat(8 << 20), b: '\\'.repeat(1 << 20) });
    assert.equal(duplicateName(text), undefined);
  });

  test('is not in the default rules', () => {
    assert.equal(duplicateName(readFileSync(DEFAULT_RULES, 'utf8')), undefined);
  });
});
