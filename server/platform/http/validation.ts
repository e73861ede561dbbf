import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import type { FieldFault } from '../../../api/problem.ts';
import { personalData } from '../log/personal-data.ts';
import { Problem } from './problem.ts';

const MOST_FAULTS = 20;
const guard = personalData();

/**
 * Compiles the schema of one part of a request. A body is taken as it is: no value is changed into another
 * type, no unknown field is dropped. The texts of an address become whole numbers, truth values and lists
 * where the schema wants them.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (value: unknown) => {
    const read = httpPart === 'body' ? value : readTexts(schema, value);
    if (validator.Check(read)) return { value: read };
    return { error: invalid(partOf(httpPart), validator.Errors(read)) };
  };
};

type FieldSchemas = Readonly<Record<string, { readonly type?: unknown } | undefined>>;

function readTexts(schema: TSchema, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { properties = {} } = schema as { properties?: FieldSchemas };
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, readText(properties[name]?.type, text)]),
  );
}

function readText(type: unknown, text: unknown): unknown {
  if (type === 'array') return Array.isArray(text) ? text : [text];
  if (typeof text !== 'string') return text;
  if (type === 'integer' && /^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true';
  return text;
}

function partOf(httpPart: string | undefined): FieldFault['in'] {
  if (httpPart === 'querystring') return 'query';
  if (httpPart === 'params') return 'path';
  return httpPart === 'headers' ? 'header' : 'body';
}

function invalid(part: FieldFault['in'], found: readonly TLocalizedValidationError[]): Problem {
  const faults = found.flatMap((error) => describe(error).map((told) => ({ in: part, ...told })));
  return new Problem('invalid', `The ${part} breaks ${faults.length === 1 ? 'a rule' : 'rules'}.`, {
    errors: faults.slice(0, MOST_FAULTS),
  });
}

type Told = Pick<FieldFault, 'path' | 'message'>;

/** Names the field and the rule. The words come from the schema, never from the value. */
function describe({ instancePath, keyword, params, message }: TLocalizedValidationError): Told[] {
  const path = guard.mask(instancePath);
  const named = params as {
    requiredProperties?: string[];
    additionalProperties?: string[];
    allowedValues?: unknown;
  };
  switch (keyword) {
    // Said once more, under the name from outside, for each unknown field.
    case 'boolean':
      return [];
    case 'required':
      return named.requiredProperties!.map((name) => ({ path: `${path}/${name}`, message: 'is missing' }));
    case 'additionalProperties':
      return named.additionalProperties!.map((name) => ({ path, message: unknownField(name) }));
    case 'enum':
      return [{ path, message: `must be one of ${[named.allowedValues].flat().join(', ')}` }];
    default:
      return [{ path, message }];
  }
}

/** A name from outside is repeated only where it looks like one of ours. */
function unknownField(name: string): string {
  return /^[a-zA-Z]{1,40}$/.test(name) ? `has an unknown field ${name}` : 'has an unknown field';
}
