import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { isObject } from '../evidence/fields.ts';
import { type Fault, fault } from '../fault.ts';
import { CONDITIONS } from './conditions.ts';
import { AdmissionCase, AssessmentCase, RulePackage } from './schema.ts';

type SchemaError = ReturnType<typeof Errors>[number];

/**
 * Holds a package against its schema. Where the schema allows one of several forms (a condition, a
 * test), the faults are those of the form that the value claims to have.
 */
export function formFaults(value: unknown): Fault[] {
  // To look only whether there is a fault takes a fraction of the time that naming it takes.
  if (Check(RulePackage, value)) return [];
  const faults = errorsOf(RulePackage, value, '').filter(({ field }) => !isUnionMember(field));
  if (!isObject(value)) return faults;
  for (const [i, ground] of listOf(value.grounds).entries()) {
    if (isObject(ground)) faults.push(...conditionFaults(ground.when, `grounds[${i}].when`));
  }
  for (const [i, test] of listOf(value.tests).entries()) {
    const schema = isObject(test) && 'admit' in test ? AdmissionCase : AssessmentCase;
    faults.push(...errorsOf(schema, test, `tests[${i}]`));
  }
  return faults;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isUnionMember(field: string): boolean {
  return /^(?:grounds\[\d+\]\.when|tests\[\d+\])/.test(field);
}

function conditionFaults(when: unknown, path: string): Fault[] {
  const kinds = Object.keys(CONDITIONS);
  const kind = isObject(when) ? when.kind : undefined;
  if (typeof kind !== 'string' || !Object.hasOwn(CONDITIONS, kind)) {
    return [
      fault(`${path}.kind`, `must be one of ${kinds.join(', ')}: a new kind of condition needs a release`),
    ];
  }
  return errorsOf(CONDITIONS[kind as keyof typeof CONDITIONS], when, path);
}

function errorsOf(schema: TSchema, value: unknown, path: string): Fault[] {
  return Errors(schema, value).flatMap((error) => toFaults(error, path));
}

/** One error of the schema library in our words. */
function toFaults({ keyword, instancePath, params, message }: SchemaError, path: string): Fault[] {
  const field = path + fieldOf(instancePath, path === '');
  switch (keyword) {
    // Said once more for each name, by the keyword `boolean`.
    case 'additionalProperties':
      return [];
    case 'boolean':
      return [fault(field, 'is not a field here')];
    case 'required': {
      const names = (params as { requiredProperties: string[] }).requiredProperties;
      return names.map((name) => fault(field === '' ? name : `${field}.${name}`, 'is missing'));
    }
    case 'enum':
      return [
        fault(field, `must be one of ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`),
      ];
    default:
      return [fault(field, message)];
  }
}

/** `/grounds/3/when/days` as `grounds[3].when.days`. */
function fieldOf(instancePath: string, atRoot: boolean): string {
  const field = instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`))
    .join('');
  return atRoot && field.startsWith('.') ? field.slice(1) : field;
}
