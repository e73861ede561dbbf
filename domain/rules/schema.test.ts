import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TSchema } from 'typebox';
import { Errors } from 'typebox/value';
import { type JsonPath, REMOVED, withChange } from '../../test/json-change.ts';
import { formFaults } from './form.ts';
import { putParametersIn } from './parameters.ts';

const RULES = join(import.meta.dirname, '../../rules');
const PACKAGES = readdirSync(RULES).filter((name) => name.endsWith('.json') && !name.includes('schema'));

// What the published schema says is tested here; that it is sound JSON Schema is tested in tools/.
const published = read('rule-package.schema.json') as TSchema;

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(RULES, name), 'utf8'));
}

function errorsOf(value: unknown): string[] {
  return Errors(published, value).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

describe('the published schema', () => {
  for (const name of PACKAGES) {
    test(`accepts ${name} as it is written, parameters and all`, () => {
      const value = read(name);
      assert.ok(JSON.stringify(value).includes('{"parameter":'));
      assert.deepEqual(errorsOf(value), []);
    });
  }

  const CHANGES: readonly (readonly [what: string, path: JsonPath, value: unknown])[] = [
    ['a field that nobody reads', ['cities'], {}],
    ['a rule for one city', ['grounds', 0, 'region'], '330600'],
    ['a kind of condition that is not there', ['grounds', 0, 'when', 'kind'], 'weather'],
    ['a misspelt field of a condition', ['grounds', 3, 'when', 'dayz'], 14],
    ['a condition without its days', ['grounds', 3, 'when', 'days'], REMOVED],
    ['half a day', ['grounds', 3, 'when', 'days'], 1.5],
    ['fewer days than none', ['grounds', 3, 'when', 'days'], -1],
    ['a parameter and something else', ['grounds', 3, 'when', 'days', 'plus'], 1],
    ['a parameter for a colour', ['grounds', 0, 'colour'], { parameter: 'stayMatch' }],
    ['green as the colour of a ground', ['grounds', 0, 'colour'], 'green'],
    ['a text without English', ['grounds', 0, 'text', 'en'], REMOVED],
    ['an empty text', ['grounds', 0, 'text', 'zh'], ''],
    ['a name that is none', ['admission', 'reasons', 'Not A Name'], { zh: '无', en: 'none' }],
    ['an outcome that no door has', ['admission', 'groups', 0, 'red', 'outcome'], 'arrest'],
    ['a group without a decision for yellow', ['admission', 'groups', 0, 'yellow'], REMOVED],
    ['a package without tests', ['tests'], []],
    ['a package without a source', ['source'], REMOVED],
  ];

  for (const [what, path, value] of CHANGES) {
    test(`refuses ${what}, as the engine does`, () => {
      const changed = withChange(read('zj-2021-01.json'), path, value);
      assert.notDeepEqual(errorsOf(changed), []);
      assert.notDeepEqual(formFaults(putParametersIn(changed, [])), []);
    });
  }
});
