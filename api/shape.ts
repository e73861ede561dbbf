import { type TProperties, type TSchema, Type } from 'typebox';

/** An object that may hold nothing but these fields: what nobody reads must not pass silently. */
export function closed<T extends TProperties>(fields: T, description: string) {
  return Type.Object(fields, { additionalProperties: false, description });
}

/** One of a closed list of words. */
export function oneOf<T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: [...values], description });
}

/** A value or null. */
export function orNull<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}
