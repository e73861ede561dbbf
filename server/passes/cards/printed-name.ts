import { maskName } from '../../../domain/people/mask.ts';

/** Characters of a name that are printed: the picture of the code stays small. */
export const LONGEST_PRINTED_NAME = 24;

/**
 * A name as a card shows it: masked, on one line, without anything that is no sign of writing, such as what turns the
 * direction of a line around.
 */
export function printedName(name: string): string {
  const visible = name.normalize('NFC').replace(/\p{C}/gu, ' ');
  const masked = [...maskName(visible)];
  if (masked.length <= LONGEST_PRINTED_NAME) return masked.join('');
  return `${masked
    .slice(0, LONGEST_PRINTED_NAME - 1)
    .join('')
    .trimEnd()}…`;
}
