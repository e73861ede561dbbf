import { printable } from '../terminal/terminal.ts';

/**
 * A value as one line of JSON that stays one line for every reader and moves no cursor: what JSON
 * leaves as it is, such as U+009B or U+2028, is escaped too.
 */
export function printJson(value: unknown): string {
  return printable(JSON.stringify(value));
}
