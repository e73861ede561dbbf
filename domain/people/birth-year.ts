import type { Document } from './document.ts';

/** The year of birth that a document says by its number; undefined where the number does not tell. */
export function birthYearOf({ type, number }: Document): number | undefined {
  const tells = type === 'resident-id' || type === 'residence-permit-hmt';
  return tells ? Number(number.slice(6, 10)) : undefined;
}
