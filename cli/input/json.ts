import { type Fault, fault } from '../../domain/fault.ts';
import { printable } from '../terminal/terminal.ts';

export type Parsed = { readonly value: unknown; readonly fault?: undefined } | { readonly fault: Fault };

/** Parses JSON. What is wrong is told without quoting the text, which may be somebody's data. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: fault('', 'is not JSON') };
  }
}

/**
 * A value as one line of JSON that stays one line for every reader and moves no cursor: what JSON
 * leaves as it is, such as U+009B or U+2028, is escaped too.
 */
export function printJson(value: unknown): string {
  return printable(JSON.stringify(value));
}
