/** The way to a value inside a JSON value: names of fields and places in lists. */
export type JsonPath = readonly (string | number)[];

/** A value inside a JSON value, and the way to it. */
export interface JsonNode {
  readonly path: JsonPath;
  readonly value: unknown;
}

/** Stands for a value that is taken away. */
export const REMOVED = Symbol('removed');

/** Every value inside a JSON value, each before those inside it. */
export function nodesOf(value: unknown, path: JsonPath = []): JsonNode[] {
  const inside =
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([name, item]) =>
          nodesOf(item, [...path, Array.isArray(value) ? Number(name) : name]),
        );
  return [{ path, value }, ...inside];
}

/** The same JSON value with another value in one place, or with none there; the given one is not touched. */
export function withChange(value: unknown, [step, ...rest]: JsonPath, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    if (rest.length === 0 && replacement === REMOVED) return value.toSpliced(Number(step), 1);
    return value.with(Number(step), withChange(value[Number(step)], rest, replacement));
  }
  const fields: Record<string, unknown> = { ...(value as object) };
  const changed = withChange(fields[step], rest, replacement);
  if (changed === REMOVED) delete fields[step];
  else fields[step] = changed;
  return fields;
}
