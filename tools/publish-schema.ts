import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RulePackage } from '../domain/rules/schema.ts';
import { MAY_BE_PARAMETER } from '../domain/rules/terms.ts';

/** Where the schema of rule packages is published, beside the packages that name it. */
export const PUBLISHED = join(import.meta.dirname, '../rules/rule-package.schema.json');

const PARAMETER = {
  type: 'object',
  properties: { parameter: { type: 'string', description: 'The name of one of the parameters.' } },
  required: ['parameter'],
  additionalProperties: false,
};

/**
 * The schema of a rule package as it is written, which is before its parameters are put in: where the
 * engine's own schema marks a value, `{ "parameter": NAME }` may stand instead.
 */
export function publishedSchema(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:healthcode:rule-package',
    title: 'Rule package of the health code',
    // What the schema library hangs onto its objects is no part of the schema.
    ...(withParameters(JSON.parse(JSON.stringify(RulePackage))) as object),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function withParameters(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withParameters);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { [MAY_BE_PARAMETER]: mayBeParameter, ...itself } = schema as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(itself).map(([name, value]) => [name, withParameters(value)]),
  );
  return mayBeParameter === true ? { anyOf: [inner, PARAMETER] } : inner;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(PUBLISHED, publishedSchema());
