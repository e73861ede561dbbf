import { type TObjectOptions, type TSchema, Type } from 'typebox';

/** Marks a value for which a package may write `{ "parameter": NAME }` instead (tools/publish-schema.ts). */
export const MAY_BE_PARAMETER = 'mayBeParameter';
const tunable = { [MAY_BE_PARAMETER]: true };

/** An object without fields that nobody reads: a typing mistake in a rule must not pass silently. */
export function closed<T extends Record<string, TSchema>>(fields: T, description: string) {
  const options: TObjectOptions = { additionalProperties: false, description };
  return Type.Object(fields, options);
}

/** One of a closed list of words. */
export function oneOf<T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], description });
}

/** One of a closed list of words, or a parameter that names one. */
export function tunableOneOf<T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], description, ...tunable });
}

/** A number of civil days. */
export function days(description: string) {
  return Type.Integer({ minimum: 0, maximum: 3_650, description, ...tunable });
}

/** How many tests. */
export function count(description: string) {
  return Type.Integer({ minimum: 1, maximum: 20, description, ...tunable });
}

/** A number of hours. */
export function hours(description: string) {
  return Type.Integer({ minimum: 0, maximum: 8_760, description, ...tunable });
}

/** Two-letter codes of countries. */
export function countries(description: string) {
  return Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { description, ...tunable });
}

/** The id of a clause of the notice. */
export function clause(description: string) {
  return Type.String({ pattern: '^[A-Z][0-9]{1,2}[a-z]?$', description });
}

/** The name of a thing inside the package. */
export function name(description: string) {
  return Type.String({ pattern: '^[a-z][a-z0-9-]*$', description });
}

/** A text in Chinese and in English, as people read it. */
export function text(description: string) {
  return closed(
    {
      zh: Type.String({ minLength: 1, description: 'In Chinese.' }),
      en: Type.String({ minLength: 1, description: 'In English.' }),
    },
    description,
  );
}

/** Names of the package, each with its text. */
export function texts(description: string, ofEach: string) {
  return Type.Record(name('A name of lower-case letters, digits and hyphens.'), text(ofEach), {
    description,
    additionalProperties: false,
  });
}

/** A list of at least one. */
export function some<T extends TSchema>(items: T, description: string) {
  return Type.Array(items, { minItems: 1, description });
}

/** An RFC 3339 time with an offset. */
export function instant(description: string) {
  return Type.String({ minLength: 20, description });
}
