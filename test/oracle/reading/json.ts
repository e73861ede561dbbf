/** The oracle's own reading of JSON: what a field holds, and what is wrong with it. */
import { type Instant, readTime } from './time.ts';

export type JsonObject = { readonly [name: string]: unknown };

/** Called with the path of each field at fault. */
export type Report = (field: string) => void;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object from one line of text, or undefined. AMBIGUOUS: a name given twice; here the last one counts. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** "compared as JSON values": the order of names means nothing, everything else does. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => sameJson(item, right[index]));
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
    );
  }
  return left === right;
}

/** Where fields are read from: the object, the path to it, and where to report a fault. */
export interface Place {
  readonly object: JsonObject;
  readonly path: string;
  readonly report: Report;
}

export type Need = 'required' | 'optional';

/** The value of a field, or undefined: reported when it is missing though required. `null` is a value. */
function fieldOf(place: Place, name: string, need: Need): unknown {
  if (Object.hasOwn(place.object, name)) return place.object[name];
  if (need === 'required') faultAt(place, name);
  return undefined;
}

export function faultAt(place: Place, name: string): void {
  place.report(place.path === '' ? name : `${place.path}.${name}`);
}

/** Reads a field with `accept`, which gives undefined for "a required field is missing or of the wrong type". */
export function read<T>(
  place: Place,
  name: string,
  need: Need,
  accept: (value: unknown) => T | undefined,
): T | undefined {
  const value = fieldOf(place, name, need);
  if (value === undefined) return undefined;
  const accepted = accept(value);
  if (accepted === undefined) faultAt(place, name);
  return accepted;
}

export function readInstant(place: Place, name: string, need: Need): Instant | undefined {
  return read(place, name, need, readTime);
}

/** A text; "an empty string" is a fault. */
export function readText(place: Place, name: string, need: Need): string | undefined {
  return read(place, name, need, nonEmpty);
}

/** "a value outside its closed list" is a fault. */
export function readOneOf<T extends string>(
  place: Place,
  name: string,
  need: Need,
  list: readonly T[],
): T | undefined {
  return read(place, name, need, (value) => list.find((item) => item === value));
}

/** Decided: `release`, `approval` and `basis` are a non-empty string, an object or a list. */
export function readReference(place: Place, name: string, need: Need): true | undefined {
  return read(place, name, need, (value) =>
    isObject(value) || Array.isArray(value) || nonEmpty(value) ? true : undefined,
  );
}

/** An object within; its own fields are read from the place that is returned. */
export function readObject(place: Place, name: string, need: Need): Place | undefined {
  const object = read(place, name, need, (value) => (isObject(value) ? value : undefined));
  const path = place.path === '' ? name : `${place.path}.${name}`;
  return object && { object, path, report: place.report };
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
