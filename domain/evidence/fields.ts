import { type Fault, fault } from '../fault.ts';
import { isRegionCode } from '../places/region.ts';
import { EARLIEST, type Instant, LATEST, parseInstant } from '../time.ts';

/** A JSON object whose fields are still to be read. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A JSON object being read, the path under which it stands (empty, or ending in a point), and where
 * its faults go. The functions below return a field's value, or a stand-in after adding a fault; the
 * caller uses what it read only when no fault was added. `null` is a value of the wrong type, not a missing field.
 */
export interface Input {
  readonly json: Json;
  readonly path: string;
  readonly faults: Fault[];
}

/** Adds what is wrong with a field; that it is missing, when it is. */
export function reject({ json, path, faults }: Input, name: string, message: string): void {
  faults.push(fault(`${path}${name}`, json[name] === undefined ? 'is missing' : message));
}

export function readText(input: Input, name: string): string {
  const value = input.json[name];
  if (typeof value === 'string' && value !== '') return value;
  reject(input, name, value === '' ? 'must not be empty' : 'must be a text');
  return '';
}

export function readTextIfAny(input: Input, name: string): string | undefined {
  return input.json[name] === undefined ? undefined : readText(input, name);
}

/** A value of a closed list. */
export function readOneOf<T extends string>(input: Input, name: string, list: readonly T[]): T {
  const value = input.json[name];
  for (const item of list) if (item === value) return item;
  reject(input, name, `must be one of ${list.join(', ')}`);
  return list[0]!;
}

export function readOneOfIfAny<T extends string>(
  input: Input,
  name: string,
  list: readonly T[],
): T | undefined {
  return input.json[name] === undefined ? undefined : readOneOf(input, name, list);
}

export function readTime(input: Input, name: string): Instant {
  const value = input.json[name];
  const instant = typeof value === 'string' ? parseInstant(value) : Number.NaN;
  if (instant >= EARLIEST && instant < LATEST) return instant;
  reject(
    input,
    name,
    Number.isNaN(instant) ? 'must be an RFC 3339 time with an offset' : 'must lie in 1900 to 2200',
  );
  // Neither before nor after any other time, so that no second fault follows from the first.
  return Number.NaN;
}

/** A time that may be missing: then `Infinity`. */
export function readTimeIfAny(input: Input, name: string): Instant {
  return input.json[name] === undefined ? Number.POSITIVE_INFINITY : readTime(input, name);
}

export function readRegion(input: Input, name: string): string {
  const value = input.json[name];
  if (typeof value === 'string' && isRegionCode(value)) return value;
  reject(input, name, 'must be a region code of 6, 9 or 12 digits, not of province 00');
  return '';
}

/** A nested object, ready to be read; an empty one after a fault. */
export function readObject(input: Input, name: string): Input {
  const value = input.json[name];
  const { faults } = input;
  const path = `${input.path}${name}.`;
  if (isObject(value)) return { json: value, path, faults };
  reject(input, name, 'must be an object');
  // The faults of a missing object's own fields would only repeat this one.
  return { json: {}, path, faults: [] };
}

/** Whether there is a reference to a decision: a text that is not empty, or an object or a list that says more. */
export function readReferenceIfAny(input: Input, name: string): boolean {
  const value = input.json[name];
  if (value === undefined) return false;
  const refers = typeof value === 'object' ? value !== null : typeof value === 'string' && value !== '';
  if (!refers)
    reject(input, name, value === '' ? 'must not be empty' : 'must be a text, an object or a list');
  return refers;
}
