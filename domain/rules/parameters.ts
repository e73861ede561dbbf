import { isObject, type Json } from '../evidence/fields.ts';
import { type Fault, fault } from '../fault.ts';

/** Parameters that the engine itself reads, whether or not a ground names them. */
const ALWAYS_USED = ['stayMatch', 'wholeRegionTexts'];

/** Deeper than any rule is nested; a file nested deeper is refused before it can exhaust the stack. */
const MAX_DEPTH = 24;

/**
 * Replaces each `{ "parameter": NAME }` in the grounds by the value of that parameter, so that one
 * number stands in one place. A name that is not there, and a parameter that nothing uses, are faults.
 */
export function putParametersIn(value: unknown, faults: Fault[]): unknown {
  if (!isObject(value) || !isObject(value.parameters)) return value;
  const { parameters } = value;
  const used = new Set(ALWAYS_USED);
  const grounds = replaced(value.grounds, 'grounds', { parameters, used, faults }, MAX_DEPTH);
  for (const name of Object.keys(parameters)) {
    if (!used.has(name)) faults.push(fault(`parameters.${name}`, 'is used by no ground'));
  }
  return { ...value, grounds };
}

interface Replacing {
  readonly parameters: Json;
  readonly used: Set<string>;
  readonly faults: Fault[];
}

function replaced(value: unknown, path: string, replacing: Replacing, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) {
    replacing.faults.push(fault(path, 'is nested too deeply'));
    return null;
  }
  if (Array.isArray(value))
    return value.map((item, i) => replaced(item, `${path}[${i}]`, replacing, depth - 1));
  if (isObject(value) && typeof value.parameter === 'string' && Object.keys(value).length === 1) {
    const { parameters, used, faults } = replacing;
    const name = value.parameter;
    if (!Object.hasOwn(parameters, name)) faults.push(fault(path, 'names no parameter'));
    used.add(name);
    return parameters[name];
  }
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, replaced(item, `${path}.${name}`, replacing, depth - 1)]),
  );
}
