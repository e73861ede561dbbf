import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { PUBLISHED, publishedSchema } from './publish-schema.ts';

const published: unknown = JSON.parse(publishedSchema());

/** Every schema in a schema, with the path on which it lies. */
function schemasIn(schema: unknown, path = '#'): { path: string; schema: Record<string, unknown> }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const here = schema as Record<string, unknown>;
  const below = ['properties', 'patternProperties'].flatMap((group) =>
    Object.entries((here[group] ?? {}) as object).flatMap(([name, inner]) =>
      schemasIn(inner, `${path}/${group}/${name}`),
    ),
  );
  const alternatives = (here.anyOf ?? []) as unknown[];
  return [
    { path, schema: here },
    ...below,
    ...schemasIn(here.items, `${path}/items`),
    ...alternatives.flatMap((inner, i) => schemasIn(inner, `${path}/anyOf/${i}`)),
  ];
}

describe('the published schema of rule packages', () => {
  test('is what `tools/publish-schema.ts` writes', () => {
    assert.equal(readFileSync(PUBLISHED, 'utf8'), publishedSchema());
  });

  test('says which draft it is, what it is called and what it is', () => {
    const { $schema, $id, title, description } = published as Record<string, string>;
    assert.equal($schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.equal($id, 'urn:healthcode:rule-package');
    assert.ok(title && description);
  });

  test('describes every field that has a form', () => {
    const fields = schemasIn(published).filter(({ path }) =>
      /\/(?:properties|patternProperties)\/[^/]+$/.test(path),
    );
    assert.ok(fields.length > 100, `${fields.length} fields`);
    const silent = fields.filter(({ schema }) => {
      const [itself] = (schema.anyOf ?? []) as { description?: string }[];
      return (schema.description ?? itself?.description) === undefined && Object.keys(schema).length > 0;
    });
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    );
  });

  test('keeps no mark of the engine', () => assert.ok(!publishedSchema().includes('mayBeParameter')));

  test('lets a parameter stand for numbers, forms and countries, and for nothing else', () => {
    const tunable = schemasIn(published)
      .filter(({ schema }) => JSON.stringify(schema.anyOf)?.includes('"required":["parameter"]'))
      .map(({ path }) => path.split('/').at(-1)!)
      .filter((name) => name !== 'when' && !/^\d+$/.test(name));
    assert.deepEqual([...new Set(tunable)].sort(), [
      'afterDays',
      'careDays',
      'days',
      'exemptCountries',
      'form',
      'historyDays',
      'hoursApart',
      'maxDays',
      'negatives',
      'preArrivalDays',
    ]);
  });
});
