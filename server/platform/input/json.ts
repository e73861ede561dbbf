import { type Fault, fault } from '../../../domain/fault.ts';

/** A JSON value, or that the text is none. */
export type Parsed = { readonly value: unknown; readonly fault?: undefined } | { readonly fault: Fault };

/** Parses JSON. What is wrong is told without quoting the text, which may be somebody's data. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: fault('', 'is not JSON') };
  }
}
